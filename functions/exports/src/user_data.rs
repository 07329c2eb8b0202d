//! All that belongs to a user beside photos, as JSON: in an export's first part.

use serde::Serialize;
use shared::{
    Result,
    domain::{
        CommentId, Language, Limit, Moment, Page, PhotoId, UserId, discovery::CommentView,
        invitations::InvitationView, sharing::ShareView, sign_up_invitations::SignUpInvitationView,
    },
    error::Error,
    stores::{
        Accounts, Identity, Library, Passkey, SentMails,
        library::{OwnAlbum, OwnFavourite},
    },
};

use crate::part::{PartWriter, now};

#[derive(Serialize)]
struct AccountFile {
    id: UserId,
    name: String,
    email: String,
    email_verified_at: Option<Moment>,
    /// The address that is to be the account's.
    pending_email: Option<String>,
    language: Option<Language>,
    created_at: Moment,
    /// Since when log-ins take a code.
    second_factor_since: Option<Moment>,
    /// Since when the user administers accounts.
    administrator_since: Option<Moment>,
    /// Since when nobody may log in.
    suspended_at: Option<Moment>,
    /// The identities at providers by which the user logs in.
    identities: Vec<Identity>,
}

/// A passkey, without what it is checked by.
#[derive(Serialize)]
struct PasskeyFile {
    name: String,
    created_at: Moment,
    /// The moment of the last log-in by it.
    used_at: Option<Moment>,
    /// True if its provider keeps a copy on other devices.
    synced: bool,
}

impl From<Passkey> for PasskeyFile {
    fn from(passkey: Passkey) -> Self {
        Self {
            name: passkey.name,
            created_at: passkey.created_at,
            used_at: passkey.used_at,
            synced: passkey.backed_up,
        }
    }
}

/// An album with who sees it.
#[derive(Serialize)]
struct AlbumFile {
    #[serde(flatten)]
    album: OwnAlbum,
    members: Vec<MemberFile>,
    shares: Vec<ShareView>,
}

#[derive(Serialize)]
struct MemberFile {
    user: UserId,
    role: &'static str,
    added_at: Moment,
}

/// A cluster, and where its list goes on.
type ClusterPosition<K> = (usize, Option<K>);

/// Writes what belongs to a user into a part.
pub struct UserData<'a> {
    pub accounts: &'a Accounts,
    pub library: &'a Library,
    pub mails: &'a SentMails,
    pub user: UserId,
}

/// Writes a list, page by page: what stands behind the name is the items after it, and where they
/// go on.
macro_rules! list {
    ($part:ident, $path:literal, $after:ident => $page:expr) => {{
        let mut list = $part.begin_list($path)?;
        let mut $after = None;
        loop {
            let (items, next) = $page;
            $part.add(&mut list, items).await?;
            if next.is_none() {
                break;
            }
            $after = next;
        }
        $part.end_list(list).await?;
    }};
}

impl UserData<'_> {
    /// All of it.
    pub async fn put(&self, part: &mut PartWriter<'_>) -> Result<()> {
        let user = self.user;
        let library = self.library;
        let limit = Limit::default();
        let account = self
            .accounts
            .find(user)
            .await?
            .ok_or(Error::NotFound { what: "user" })?;
        let factor = self.accounts.second_factor(user).await?;
        let pending = account.pending();
        let pending_email = pending.map(|pending| pending.email.as_str().to_owned());
        let file = AccountFile {
            id: user,
            name: account.name,
            email: account.email,
            email_verified_at: account.email_verified_at,
            pending_email,
            language: account.language,
            created_at: account.created_at,
            second_factor_since: factor.and_then(|factor| factor.confirmed_at),
            administrator_since: account.administrator_since,
            suspended_at: account.suspended_at,
            identities: self.accounts.identities(user).await?,
        };
        part.json("data/account.json", now(), &file).await?;
        let passkeys = self.accounts.passkeys(user).await?;
        let passkeys: Vec<_> = passkeys.into_iter().map(PasskeyFile::from).collect();
        part.json("data/passkeys.json", now(), &passkeys).await?;
        let mails = self.mails.of_user(user).await?;
        part.json("data/mails.json", now(), &mails).await?;
        list!(part, "data/albums.json", after => {
            self.with_members(library.all_albums(user, after, limit).await?).await?
        });
        list!(part, "data/albums-in-trash.json", after => {
            self.with_members(library.trashed_albums(user, after, limit).await?).await?
        });
        list!(part, "data/tags.json", after => {
            let page = library.tags_of(user, after, limit).await?;
            (page.items, page.next)
        });
        list!(part, "data/invitations.json", after => {
            let page = library.invitations_by(user, after, limit).await?;
            let at = Moment::now();
            let sent = page.items.into_iter().map(|one| InvitationView::of(one, at));
            (sent.collect::<Vec<_>>(), page.next)
        });
        list!(part, "data/sign-up-invitations.json", after => {
            let page = self.accounts.sign_up_invitations_by(user, after, limit).await?;
            let at = Moment::now();
            let sent = page.items.into_iter();
            let sent = sent.map(|one| SignUpInvitationView::of(one, Some(file.name.clone()), at));
            (sent.collect::<Vec<_>>(), page.next)
        });
        list!(part, "data/memberships.json", after => {
            let page = library.memberships_of_user(user, after, limit).await?;
            (page.items.into_iter().filter(|membership| !membership.ended).collect(), page.next)
        });
        list!(part, "data/comments.json", after => self.comments(after).await?);
        list!(part, "data/favourites.json", after => self.favourites(after).await?);
        Ok(())
    }

    async fn with_members<K>(
        &self,
        page: Page<OwnAlbum, K>,
    ) -> Result<(Vec<AlbumFile>, Option<K>)> {
        let mut albums = Vec::with_capacity(page.items.len());
        for album in page.items {
            let id = album.view.id;
            let members = self.library.memberships_of(id).await?.into_iter();
            let member = members.filter_map(|m| {
                Some(MemberFile { user: m.user, role: m.role?.word(), added_at: m.added_at })
            });
            let members = member.collect();
            let shares = self.library.shares_ever(id).await?;
            albums.push(AlbumFile { album, members, shares });
        }
        Ok((albums, page.next))
    }

    /// Cluster by cluster: whoever comments does so on the photo's shard.
    async fn comments(
        &self,
        after: Option<ClusterPosition<CommentId>>,
    ) -> Result<(Vec<CommentView>, Option<ClusterPosition<CommentId>>)> {
        let (cluster, after) = after.unwrap_or_default();
        let page = self
            .library
            .comments_by(cluster, self.user, after, Limit::default())
            .await?;
        Ok((page.items, self.next(cluster, page.next)))
    }

    /// The same of favourites.
    async fn favourites(
        &self,
        after: Option<ClusterPosition<PhotoId>>,
    ) -> Result<(Vec<OwnFavourite>, Option<ClusterPosition<PhotoId>>)> {
        let (cluster, after) = after.unwrap_or_default();
        let page = self
            .library
            .favourites_of(cluster, self.user, after, Limit::default())
            .await?;
        Ok((page.items, self.next(cluster, page.next)))
    }

    fn next<K>(&self, cluster: usize, next: Option<K>) -> Option<ClusterPosition<K>> {
        match next {
            Some(next) => Some((cluster, Some(next))),
            None => (cluster + 1 < self.library.clusters()).then_some((cluster + 1, None)),
        }
    }
}
