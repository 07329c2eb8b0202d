//! What an owner has put into the trash: photos and albums in one list, latest first.

use serde::{Deserialize, Serialize};
use sqlx::mysql::MySqlRow;
use uuid::Uuid;

use super::{albums, database::Library, photo_row};
use crate::{
    domain::{
        AlbumId, Limit, LocalTime, Moment, Page, PhotoKey, TRASH_DAYS, UserId,
        discovery::{PhotoOrAlbum, TrashedView},
    },
    error::{Of, Result},
    stores::mysql::rows::moment,
};

pub(super) const PHOTOS_IN_TRASH: &str = "\
    SELECT * FROM photos FORCE INDEX (photos_of_owner) \
    WHERE owner_id = ? AND deleted_at <= ? AND (deleted_at < ? OR taken_local < ? OR (taken_local = ? AND id < ?)) \
    ORDER BY deleted_at DESC, taken_local DESC, id DESC LIMIT ?";
pub(super) const ALBUMS_IN_TRASH: &str = "\
    SELECT a.*, c.id AS cover, c.placeholder, c.renditions \
    FROM albums a FORCE INDEX (albums_of_owner) LEFT JOIN photos c ON c.id = a.cover_photo \
    WHERE a.owner_id = ? AND a.deleted_at <= ? AND (a.deleted_at < ? OR a.id < ?) \
    ORDER BY a.deleted_at DESC, a.id DESC LIMIT ?";

/// Where something stands in the trash. Of what came there at the same moment, albums stand before
/// photos, and newer photos before older ones: each kind has an index in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TrashKey {
    deleted_at: Moment,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum What {
    Photo(PhotoKey),
    Album(AlbumId),
}

impl TrashKey {
    /// Before everything.
    fn start() -> Self {
        Self { deleted_at: Moment::LAST, what: What::Album(AlbumId::from_uuid(Uuid::max())) }
    }

    fn of(trashed: &TrashedView) -> Self {
        let what = match &trashed.what {
            PhotoOrAlbum::Album { album } => What::Album(album.album.id),
            PhotoOrAlbum::Photo { photo } => What::Photo(photo.key()),
        };
        Self { deleted_at: trashed.deleted_at, what }
    }

    /// What photos of the same moment must sort before: all do when the key is an album's.
    fn photo(self) -> (LocalTime, Uuid) {
        match self.what {
            What::Photo(key) => (key.taken, key.photo.uuid()),
            What::Album(_) => (LocalTime::LAST, Uuid::max()),
        }
    }

    /// What albums of the same moment must sort before: none does when the key is a photo's.
    fn album(self) -> Uuid {
        match self.what {
            What::Photo(_) => Uuid::nil(),
            What::Album(id) => id.uuid(),
        }
    }
}

impl Library {
    /// What this user has in the trash, latest first, after `after`.
    pub async fn trash(
        &self,
        owner: UserId,
        after: Option<TrashKey>,
        limit: Limit,
    ) -> Result<Page<TrashedView, TrashKey>> {
        let after = after.unwrap_or_else(TrashKey::start);
        let at = after.deleted_at.utc();
        // The writer: a caller expects to see what has just been thrown away.
        let db = self.db.writer(owner.shard())?;
        let (taken, id) = after.photo();
        let taken = taken.date_time();
        let query = sqlx::query(PHOTOS_IN_TRASH)
            .bind(owner.uuid())
            .bind(at)
            .bind(at);
        let query = query
            .bind(taken)
            .bind(taken)
            .bind(id)
            .bind(limit.one_more());
        let photos = query.fetch_all(db).await.of("library")?;
        let query = sqlx::query(ALBUMS_IN_TRASH)
            .bind(owner.uuid())
            .bind(at)
            .bind(at);
        let albums = query
            .bind(after.album())
            .bind(limit.one_more())
            .fetch_all(db)
            .await
            .of("library")?;
        let rows = photos.iter().map(photo).chain(albums.iter().map(album));
        let mut items = rows.collect::<sqlx::Result<Vec<_>>>().of("library")?;
        items.sort_by_key(|item| std::cmp::Reverse(TrashKey::of(item)));
        Ok(Page::cut(items, limit, TrashKey::of))
    }
}

fn photo(row: &MySqlRow) -> sqlx::Result<TrashedView> {
    let photo = Box::new(photo_row::read(row)?.view);
    trashed(row, PhotoOrAlbum::Photo { photo })
}

fn album(row: &MySqlRow) -> sqlx::Result<TrashedView> {
    let album = Box::new(albums::own(albums::view(row)?));
    trashed(row, PhotoOrAlbum::Album { album })
}

fn trashed(row: &MySqlRow, what: PhotoOrAlbum) -> sqlx::Result<TrashedView> {
    let deleted_at = moment(row, "deleted_at")?;
    Ok(TrashedView { what, deleted_at, purge_at: deleted_at.plus(TRASH_DAYS * 24 * 60 * 60) })
}
