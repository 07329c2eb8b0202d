//! Ends an account's library, and what the account has left at others'.

use shared::{
    Result,
    domain::{Change, Email, Limit, UserId},
    error::Error,
    stores::{
        DueDeletion,
        library::{PurgeScope, WriteAccess},
    },
};

use super::{BATCH, DeleteAccounts};

impl DeleteAccounts {
    pub(super) async fn hide(&self, user: UserId) -> Result<()> {
        let library = &self.purge.projector.library;
        loop {
            let page = library.all_albums(user, None, Limit::default()).await?;
            if page.items.is_empty() {
                return Ok(());
            }
            for album in page.items {
                let changes = library
                    .trash_album(album.view.id, &WriteAccess::owner(user))
                    .await?;
                self.project(&changes).await?;
            }
        }
    }

    pub(super) async fn shares(&self, user: UserId) -> Result<()> {
        let library = &self.purge.projector.library;
        loop {
            let shares = library.shares_of_owner(user, None, BATCH).await?;
            if shares.is_empty() {
                return Ok(());
            }
            for id in shares {
                // Revoked first, so that a projection that is late finds a share that has ended.
                match library.revoke_share(id, user).await {
                    Ok(changes) => self.project(&changes).await?,
                    Err(Error::NotFound { .. }) => {}
                    Err(error) => return Err(error),
                }
                if let Some(share) = library.share(id).await? {
                    self.purge.projector.hot.forget_share(&share.token).await?;
                }
                library.erase_share(id, user).await?;
            }
        }
    }

    pub(super) async fn photos(&self, user: UserId) -> Result<()> {
        loop {
            let page = self
                .purge
                .projector
                .library
                .photos_by_sum(user, None, Limit::default())
                .await?;
            if page.items.is_empty() {
                return Ok(());
            }
            for photo in page.items {
                self.purge
                    .photo(photo.view.id, user, PurgeScope::All)
                    .await?;
            }
        }
    }

    pub(super) async fn albums(&self, user: UserId) -> Result<()> {
        loop {
            let page = self
                .purge
                .projector
                .library
                .trashed_albums(user, None, Limit::default())
                .await?;
            if page.items.is_empty() {
                return Ok(());
            }
            for album in page.items {
                self.purge
                    .album(album.view.id, user, PurgeScope::All)
                    .await?;
            }
        }
    }

    pub(super) async fn clean_up(&self, user: UserId) -> Result<()> {
        loop {
            let left = self
                .purge
                .projector
                .library
                .pending_cleanups_of(user, None, BATCH)
                .await?;
            if left.is_empty() {
                return Ok(());
            }
            for cleanup in &left {
                self.purge.clean_up(cleanup).await?;
            }
        }
    }

    pub(super) async fn memberships(&self, user: UserId) -> Result<()> {
        let library = &self.purge.projector.library;
        for cluster in 0..library.clusters() {
            library.forget_sender(cluster, user).await?;
        }
        loop {
            let page = library
                .memberships_of_user(user, None, Limit::default())
                .await?;
            if page.items.is_empty() {
                return Ok(());
            }
            for membership in page.items {
                self.project(&library.end_membership(membership.album, user).await?)
                    .await?;
                // Once more where somebody died before: the head names its members.
                self.purge.projector.album(membership.album).await?;
                library.forget_member(membership.album, user).await?;
            }
        }
    }

    /// The item last: by it the next try finds the row.
    pub(super) async fn invitations(&self, closing: &DueDeletion) -> Result<()> {
        let email = Email::try_from(closing.email.clone()).map_err(Error::internal)?;
        let invitee = self.signer.invitee(&email);
        self.accounts.end_sign_up_invitation(&invitee).await?;
        let library = &self.purge.projector.library;
        loop {
            let albums = self.invited.albums(&invitee).await?;
            if albums.is_empty() {
                return Ok(());
            }
            for album in albums {
                library.erase_invitation(album, &invitee).await?;
                self.invited.forget(&invitee, album).await?;
            }
        }
    }

    pub(super) async fn comments(&self, user: UserId) -> Result<()> {
        let library = &self.purge.projector.library;
        for cluster in 0..library.clusters() {
            let mut after = None;
            loop {
                let page = library
                    .comments_by(cluster, user, after, Limit::default())
                    .await?;
                for comment in page.items {
                    self.project(
                        &library
                            .erase_comment(comment.id, comment.photo, user)
                            .await?,
                    )
                    .await?;
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }

    pub(super) async fn favourites(&self, user: UserId) -> Result<()> {
        let library = &self.purge.projector.library;
        for cluster in 0..library.clusters() {
            let mut after = None;
            loop {
                let page = library
                    .favourites_of(cluster, user, after, Limit::default())
                    .await?;
                for favourite in page.items {
                    self.project(&library.erase_favourite(favourite.photo, user).await?)
                        .await?;
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Not left to the relay: what is deleted after it would be found no more.
    async fn project(&self, changes: &[Change]) -> Result<()> {
        for change in changes {
            self.purge.projector.project(change).await?;
        }
        Ok(())
    }
}
