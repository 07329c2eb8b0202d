//! The hot table kept equal to the library, and the record of activity complete.
//!
//! A write commits its rows and an outbox row, then calls [`Projector::settle`], which projects at
//! once, so that callers read their own writes. What that leaves behind, by a crash or a store that
//! did not answer, waits in the outbox for the relay, whose worker calls [`Projector::project`].
//! Either may run twice, late or out of order: the newest row is read each time, and the hot table
//! refuses what is older than what it has.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use super::{
    dynamodb::hot::{AlbumHead, Hot, Located},
    mysql::{
        activities::Activities,
        library::{AlbumState, FolderOwner, Library, NewestRows, PhotoRows, members::Membership},
    },
};
use crate::{
    domain::{
        AlbumId, Change, PhotoId, ReactionCounts, UserId,
        guests::{GuestAlbumView, GuestViewLengths},
        view::{PhotoView, Role},
    },
    env::Env,
    error::{Error, Result},
};

/// Changes whose rows are read by one query: as many as are in memory at a time.
const READ_AT_ONCE: usize = 20;

/// Number of links that a transaction ends.
const LINKS_AT_ONCE: u32 = 50;

/// The library, the hot table, and the way from one to the other.
pub struct Projector {
    /// The truth.
    pub library: Library,
    /// Its projection.
    pub hot: Hot,
    /// The record of activity; reads have none.
    pub activities: Option<Activities>,
}

impl Projector {
    /// The projector of a function with this environment.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self {
            library: Library::connect(env)?,
            hot: Hot::connect(env)?,
            activities: Activities::connect_if_any(env)?,
        })
    }

    /// Projects what a request has just committed, and beside that adds its row of activity. A
    /// failure is logged and left to the relay: the write has happened, and its caller must not
    /// be told otherwise.
    pub async fn settle(&self, changes: &[Change]) {
        let mut rows = Vec::new();
        let mut projected = Vec::new();
        for change in changes {
            match change {
                Change::Activity(_) => rows.push(change),
                _ => projected.push(change),
            }
        }
        let (mut settled, arrived) =
            tokio::join!(self.record_each(&rows), self.project_each(&projected));
        settled.extend(arrived);
        if let Err(error) = self.library.settle(&settled).await {
            tracing::warn!(
                error = error.chain(),
                "changes that have arrived are left to the relay"
            );
        }
    }

    /// Adds these rows of activity; those that arrived.
    async fn record_each<'a>(&self, rows: &[&'a Change]) -> Vec<&'a Change> {
        let mut arrived = Vec::new();
        for row in rows {
            match self.bring(row).await {
                Ok(()) => arrived.push(*row),
                Err(error) => leave_to_relay(row, &error),
            }
        }
        arrived
    }

    /// Projects these, one after the other; those that arrived.
    async fn project_each<'a>(&self, changes: &[&'a Change]) -> Vec<&'a Change> {
        let mut arrived = Vec::new();
        for part in changes.chunks(READ_AT_ONCE) {
            let rows = match self.library.newest_rows(part).await {
                Ok(rows) => rows,
                Err(error) => {
                    for change in part {
                        leave_to_relay(change, &error);
                    }
                    continue;
                }
            };
            for (change, newest) in part.iter().zip(rows) {
                match Box::pin(self.put(change, newest)).await {
                    Ok(()) => arrived.push(*change),
                    Err(error) => leave_to_relay(change, &error),
                }
            }
        }
        arrived
    }

    /// Ends links to albums of this owner's, and invitations into them, for so long. Returns true
    /// if none is left.
    pub async fn end_links_of(&self, owner: UserId, time: Duration) -> Result<bool> {
        let ends = Instant::now() + time;
        while Instant::now() < ends {
            let shares = self.library.revoke_shares_of(owner, LINKS_AT_ONCE).await?;
            // At once: until it is projected, a link that has ended opens its album.
            self.settle(&shares).await;
            let invitations = self.library.revoke_invitations_of(owner, LINKS_AT_ONCE);
            let invitations = invitations.await?;
            self.settle(&invitations).await;
            if shares.is_empty() && invitations.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Projects an album, a photo or a share as its row is now, or adds a row of activity, and
    /// forgets that it waited.
    pub async fn project(&self, change: &Change) -> Result<()> {
        self.bring(change).await?;
        self.library.settle(&[change]).await
    }

    /// Brings a change to where it belongs.
    async fn bring(&self, change: &Change) -> Result<()> {
        if let Change::Activity(row) = change {
            return match &self.activities {
                Some(activities) => activities.record(row).await,
                None => Err(Error::internal("ACTIVITY_SHARDS is not set for this function")),
            };
        }
        for newest in self.library.newest_rows(&[change]).await? {
            Box::pin(self.put(change, newest)).await?;
        }
        Ok(())
    }

    /// Projects what has changed as these rows say.
    async fn put(&self, change: &Change, newest: NewestRows) -> Result<()> {
        match (change, newest) {
            (Change::Album { id, version }, NewestRows::Album(album, members)) => {
                self.put_album(*id, *version, album.as_deref(), &members)
                    .await
            }
            (Change::Photo { id, version }, NewestRows::Photo(None)) => {
                self.hot.bury_photo(*id, *version).await
            }
            (_, NewestRows::Photo(Some(photo))) => self.put_photo(*photo).await.map(drop),
            (_, NewestRows::Share(Some(share))) => self.hot.put_share(&share).await,
            (_, _) => Ok(()),
        }
    }

    /// The head, and then what the members' own shards have yet to be told. Of an album whose row
    /// is gone a tombstone, of the version that it went at.
    async fn put_album(
        &self,
        id: AlbumId,
        version: u32,
        album: Option<&AlbumState>,
        members: &[Membership],
    ) -> Result<()> {
        match album {
            Some(album) => self.hot.put_head(&head(album, members)?).await?,
            None => self.hot.bury_album(id, version).await?,
        }
        for member in members {
            if member.synced_version < member.version {
                self.library.sync_membership(id, member).await?;
            }
        }
        Ok(())
    }

    /// Projects this album's head: what a reader does who finds none. That of an album in the trash
    /// has no members.
    pub async fn album(&self, id: AlbumId) -> Result<Option<AlbumHead>> {
        let wanted = Change::Album { id, version: 0 };
        for newest in self.library.newest_rows(&[&wanted]).await? {
            if let NewestRows::Album(Some(album), members) = newest {
                let head = head(&album, &members)?;
                self.hot.put_head(&head).await?;
                return Ok(Some(head));
            }
        }
        Ok(None)
    }

    /// The head that was found, or the one that has just been projected for want of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such album. One in the trash is there, for nobody.
    pub async fn or_project(&self, found: Option<AlbumHead>, id: AlbumId) -> Result<AlbumHead> {
        let head = match found {
            None => self.album(id).await?,
            found => found,
        };
        head.ok_or(Error::NotFound { what: "album" })
    }

    /// Projects this photo's views: what a reader does who finds none.
    pub async fn photo(&self, id: PhotoId) -> Result<Option<Located>> {
        let wanted = Change::Photo { id, version: 0 };
        for newest in self.library.newest_rows(&[&wanted]).await? {
            if let NewestRows::Photo(Some(photo)) = newest {
                return self.put_photo(*photo).await.map(Some);
            }
        }
        Ok(None)
    }

    async fn put_photo(&self, photo: PhotoRows) -> Result<Located> {
        let PhotoRows { view: photo, owner, albums, said } = photo;
        let FolderOwner { user: owner, folder } = owner;
        let view = serde_json::to_string(&photo).map_err(Error::internal)?;
        let in_albums = views_in_albums(&photo, &albums, &said)?;
        let key = photo.key();
        let shown = GuestViewLengths::of(&view, &photo)?;
        let version = photo.version;
        let located = Located { key, owner, folder, albums, version, view, in_albums, said, shown };
        self.hot.put_photo(&located).await?;
        Ok(located)
    }
}

/// Says of a change that its request could not bring to where it belongs that the relay will.
fn leave_to_relay(change: &Change, error: &Error) {
    tracing::warn!(?change, error = error.chain(), "left to the relay");
}

/// The views of the albums in which less is said or marked than in all together.
fn views_in_albums(
    photo: &PhotoView,
    albums: &[AlbumId],
    said: &BTreeMap<AlbumId, ReactionCounts>,
) -> Result<BTreeMap<AlbumId, String>> {
    let all = ReactionCounts { comments: photo.comments, favourites: photo.favourites };
    let mut views = BTreeMap::new();
    for album in albums {
        let here = said.get(album).copied().unwrap_or_default();
        if here != all {
            let view =
                PhotoView { comments: here.comments, favourites: here.favourites, ..photo.clone() };
            views.insert(*album, serde_json::to_string(&view).map_err(Error::internal)?);
        }
    }
    Ok(views)
}

fn head(album: &AlbumState, members: &[Membership]) -> Result<AlbumHead> {
    let AlbumState { view: album, ready, trashed, folder } = album;
    let view = serde_json::to_string(album).map_err(Error::internal)?;
    let shown = GuestAlbumView::bytes_of(&view, album)?;
    let members = members
        .iter()
        .filter_map(|member| Some((member.user, member.role?)));
    let members = std::iter::once((album.owner, Role::Owner))
        .chain(members)
        .filter(|_| !trashed)
        .collect();
    let (ready, folder) = (Some(*ready), *folder);
    Ok(AlbumHead {
        album: album.id,
        owner: album.owner,
        folder,
        members,
        version: album.version,
        view,
        shown,
        ready,
    })
}
