//! The owner's feed of changes: what a client reads that keeps a copy of the library.
//!
//! Every change of an album or photo gives it the owner's next number, in the owner's transaction:
//! the owner's row is locked from then until the commit. So numbers become visible in their order,
//! and whoever has read up to a number has missed nothing below it. An album or photo has one row,
//! its newest change's: reading on from a number meets what has changed since, once.
//!
//! A page is read in one transaction, a snapshot of one replica: what its items show is not older
//! than the changes that it lists. A replica that lags behind answers with fewer of them.

use std::collections::HashMap;

use sqlx::{MySqlConnection, Row, mysql::MySqlRow};
use uuid::Uuid;

use super::{albums, database::Library, photo_row};
use crate::{
    domain::{AlbumId, Limit, Moment, PhotoId, UserId, discovery::ChangeView, view::AlbumInList},
    error::{Of, Result},
    stores::mysql::rows::maybe_moment,
};

pub(super) const FEED: &str = "\
    SELECT c.seq, c.kind, c.aggregate, p.* FROM changes c FORCE INDEX (changes_in_order) \
    LEFT JOIN photos p ON p.id = c.aggregate \
    WHERE c.owner_id = ? AND c.seq > ? ORDER BY c.seq LIMIT ?";
pub(super) const ALBUMS_OF_FEED: &str = "\
    SELECT a.*, v.id AS cover, v.placeholder, v.renditions \
    FROM changes c FORCE INDEX (changes_in_order) STRAIGHT_JOIN albums a ON a.id = c.aggregate \
    LEFT JOIN photos v ON v.id = a.cover_photo \
    WHERE c.owner_id = ? AND c.seq > ? AND c.seq <= ?";
pub(super) const ENTRIES_OF_FEED: &str = "\
    SELECT e.photo_id, e.album_id \
    FROM changes c FORCE INDEX (changes_in_order) STRAIGHT_JOIN entries e FORCE INDEX (entries_of_photo) \
        ON e.photo_id = c.aggregate \
    WHERE c.owner_id = ? AND c.seq > ? AND c.seq <= ?";

/// A page of changes.
#[derive(Debug)]
pub struct Feed {
    /// What has changed, in the order of the changes.
    pub items: Vec<ChangeView>,
    /// Where to go on, now or later.
    pub next: u64,
    /// Whether there is more at once.
    pub more: bool,
}

impl Library {
    /// What has changed in this user's library since the number `since`; from 0 on, everything.
    pub async fn changes_since(&self, owner: UserId, since: u64, limit: Limit) -> Result<Feed> {
        // The transaction only reads: dropped, it ends.
        let mut snapshot = self.db.reader(owner.shard())?.begin().await.of("library")?;
        let query = sqlx::query(FEED)
            .bind(owner.uuid())
            .bind(since)
            .bind(limit.one_more());
        let mut rows = query.fetch_all(&mut *snapshot).await.of("library")?;
        let more = rows.len() > usize::from(limit.get());
        rows.truncate(usize::from(limit.get()));
        let Some(last) = rows.last() else {
            return Ok(Feed { items: Vec::new(), next: since, more });
        };
        let next = last.try_get("seq").of("library")?;
        let mut behind = Behind::read(&mut snapshot, owner, since, next)
            .await
            .of("library")?;
        let items = rows
            .iter()
            .map(|row| behind.change(row))
            .collect::<sqlx::Result<_>>()
            .of("library")?;
        Ok(Feed { items, next, more })
    }
}

/// What stands behind a page of changes: the albums, and where the photos stand.
struct Behind {
    albums: HashMap<Uuid, (AlbumInList, Option<Moment>)>,
    entries: HashMap<Uuid, Vec<AlbumId>>,
}

impl Behind {
    async fn read(
        db: &mut MySqlConnection,
        owner: UserId,
        since: u64,
        until: u64,
    ) -> sqlx::Result<Self> {
        let (mut albums, mut entries) = (HashMap::new(), HashMap::<_, Vec<_>>::new());
        let query = sqlx::query(ALBUMS_OF_FEED)
            .bind(owner.uuid())
            .bind(since)
            .bind(until);
        for row in query.fetch_all(&mut *db).await? {
            albums.insert(
                row.try_get("id")?,
                (albums::own(albums::view(&row)?), maybe_moment(&row, "deleted_at")?),
            );
        }
        let query = sqlx::query_as::<_, (Uuid, Uuid)>(ENTRIES_OF_FEED)
            .bind(owner.uuid())
            .bind(since)
            .bind(until);
        for (photo, album) in query.fetch_all(db).await? {
            entries
                .entry(photo)
                .or_default()
                .push(AlbumId::from_uuid(album));
        }
        Ok(Self { albums, entries })
    }

    fn change(&mut self, row: &MySqlRow) -> sqlx::Result<ChangeView> {
        let id: Uuid = row.try_get("aggregate")?;
        if row.try_get::<String, _>("kind")? == "album" {
            let (album, deleted_at) = self.albums.remove(&id).unzip();
            let deleted = album.is_none();
            let (id, album) = (AlbumId::from_uuid(id), album.map(Box::new));
            return Ok(ChangeView::Album { id, deleted, deleted_at: deleted_at.flatten(), album });
        }
        let found = row.try_get::<Option<Uuid>, _>("id")?.is_some();
        let photo = found
            .then(|| photo_row::read(row).map(|photo| Box::new(photo.view)))
            .transpose()?;
        let mut albums = self.entries.remove(&id).unwrap_or_default();
        albums.sort_unstable();
        let (id, deleted, deleted_at) =
            (PhotoId::from_uuid(id), !found, photo.as_ref().and_then(|p| p.deleted_at));
        Ok(ChangeView::Photo { id, deleted, deleted_at, photo, albums })
    }
}
