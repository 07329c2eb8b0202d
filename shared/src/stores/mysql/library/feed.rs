//! The owner's feed of changes: what a client reads that keeps a copy of the library.
//!
//! Every change of an album or photo gives it the owner's next number, in the owner's transaction:
//! the owner's row is locked from then until the commit. So numbers become visible in their order,
//! and whoever has read up to a number has missed nothing below it. An album or photo has one row,
//! its newest change's: reading on from a number meets what has changed since, once.
//!
//! A page is read in one transaction, a snapshot of one server that has all changes: what its items
//! show is not older than the changes that it lists.

use std::collections::HashMap;

use sqlx::{Connection, FromRow, MySqlConnection, Row, mysql::MySqlRow};
use uuid::Uuid;

use super::{albums, caught_up::CaughtUp, database::Library, photo_row::Photo};
use crate::{
    domain::{
        AlbumId, Folder, Limit, Moment, PhotoId, UserId,
        discovery::ChangeView,
        view::{AlbumView, PhotoView},
    },
    error::{Of, Result},
    stores::mysql::rows::from_row,
};

pub(super) const FEED: &str = "\
    SELECT c.seq, c.kind, c.aggregate, p.* FROM changes c FORCE INDEX (changes_in_order) \
    LEFT JOIN photos p ON p.id = c.aggregate \
    WHERE c.owner_id = ? AND c.seq > ? ORDER BY c.seq LIMIT ?";
pub(super) const ALBUMS_OF_FEED: &str = "\
    SELECT a.*, v.id AS cover, v.placeholder, v.renditions \
    FROM changes c FORCE INDEX (changes_in_order) \
    STRAIGHT_JOIN albums a ON a.id = c.aggregate \
    LEFT JOIN photos v ON v.id = a.cover_photo \
    WHERE c.owner_id = ? AND c.seq > ? AND c.seq <= ?";
pub(super) const ENTRIES_OF_FEED: &str = "\
    SELECT e.photo_id, e.album_id \
    FROM changes c FORCE INDEX (changes_in_order) \
    STRAIGHT_JOIN entries e FORCE INDEX (entries_of_photo) ON e.photo_id = c.aggregate \
    WHERE c.owner_id = ? AND c.seq > ? AND c.seq <= ?";

/// A page of changes.
#[derive(Debug)]
pub struct Feed {
    /// The changes, in their order.
    pub items: Vec<ChangeView>,
    /// The number after which to go on, now or later.
    pub next: u64,
    /// True if there is more at once.
    pub more: bool,
    /// The folder of the owner's objects.
    pub folder: Folder,
}

/// A line of the feed, with the photo that it is about, if it is about one that is there.
struct FeedLine {
    seq: u64,
    kind: String,
    aggregate: Uuid,
    photo: Option<PhotoView>,
}

from_row!(FeedLine { seq, kind, aggregate, photo: (photo) });

fn photo(row: &MySqlRow) -> sqlx::Result<Option<PhotoView>> {
    let id: Option<Uuid> = row.try_get("id")?;
    if id.is_none() {
        return Ok(None);
    }
    Ok(Some(Photo::from_row(row)?.view))
}

/// An album of the feed, in the trash or not.
struct FeedAlbum {
    view: AlbumView,
    deleted_at: Option<Moment>,
}

from_row!(FeedAlbum { view: _, deleted_at });

impl Library {
    /// Returns the changes of this user's library since the number `since`; from 0 on, everything.
    pub async fn changes_since(&self, owner: UserId, since: u64, limit: Limit) -> Result<Feed> {
        // The transaction only reads: dropped, it ends.
        let CaughtUp { mut connection, state } = self.caught_up(owner).await?;
        let folder = state.folder;
        let mut snapshot = connection.begin().await.of("library")?;
        let mut lines: Vec<FeedLine> = sqlx::query_as(FEED)
            .bind(owner.uuid())
            .bind(since)
            .bind(limit.one_more())
            .fetch_all(&mut *snapshot)
            .await
            .of("library")?;
        let more = lines.len() > usize::from(limit.get());
        lines.truncate(usize::from(limit.get()));
        let Some(last) = lines.last() else {
            return Ok(Feed { items: Vec::new(), next: since, more, folder });
        };
        let next = last.seq;
        let mut behind = Behind::read(&mut snapshot, owner, since, next)
            .await
            .of("library")?;
        let items = lines.into_iter().map(|line| behind.change(line)).collect();
        Ok(Feed { items, next, more, folder })
    }
}

/// The rows behind a page of changes: the albums, and where the photos stand.
struct Behind {
    albums: HashMap<Uuid, FeedAlbum>,
    entries: HashMap<Uuid, Vec<AlbumId>>,
}

impl Behind {
    async fn read(
        db: &mut MySqlConnection,
        owner: UserId,
        since: u64,
        until: u64,
    ) -> sqlx::Result<Self> {
        let albums: Vec<FeedAlbum> = sqlx::query_as(ALBUMS_OF_FEED)
            .bind(owner.uuid())
            .bind(since)
            .bind(until)
            .fetch_all(&mut *db)
            .await?;
        let stands: Vec<(Uuid, AlbumId)> = sqlx::query_as(ENTRIES_OF_FEED)
            .bind(owner.uuid())
            .bind(since)
            .bind(until)
            .fetch_all(db)
            .await?;
        let mut entries = HashMap::<Uuid, Vec<AlbumId>>::new();
        for (photo, album) in stands {
            entries.entry(photo).or_default().push(album);
        }
        let albums = albums
            .into_iter()
            .map(|album| (album.view.id.uuid(), album))
            .collect();
        Ok(Self { albums, entries })
    }

    fn change(&mut self, line: FeedLine) -> ChangeView {
        if line.kind == "album" {
            return self.change_of_album(line.aggregate);
        }
        let mut albums = self.entries.remove(&line.aggregate).unwrap_or_default();
        albums.sort_unstable();
        ChangeView::Photo {
            id: PhotoId::from_uuid(line.aggregate),
            deleted: line.photo.is_none(),
            deleted_at: line.photo.as_ref().and_then(|photo| photo.deleted_at),
            photo: line.photo.map(Box::new),
            albums,
        }
    }

    fn change_of_album(&mut self, id: Uuid) -> ChangeView {
        let found = self.albums.remove(&id);
        ChangeView::Album {
            id: AlbumId::from_uuid(id),
            deleted: found.is_none(),
            deleted_at: found.as_ref().and_then(|album| album.deleted_at),
            album: found.map(|album| Box::new(albums::own(album.view))),
        }
    }
}
