//! The trash of an owner: photos and albums in one list, latest first, but for what went into it
//! before it was [emptied](super::emptied_trash).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{albums, database::Library, photo_row::Photo};
use crate::{
    domain::{
        AlbumId, Limit, LocalTime, Moment, Page, PhotoKey, TRASH_DAYS, UserId,
        discovery::{PhotoOrAlbum, TrashedView},
        view::AlbumView,
    },
    error::{Of, Result},
    stores::mysql::rows::from_row,
};

pub(super) const PHOTOS_IN_TRASH: &str = "\
    SELECT * FROM photos FORCE INDEX (photos_of_owner) \
    WHERE owner_id = ? AND deleted_at > ? AND deleted_at <= ? \
      AND (deleted_at < ? OR taken_local < ? OR (taken_local = ? AND id < ?)) \
    ORDER BY deleted_at DESC, taken_local DESC, id DESC LIMIT ?";
pub(super) const ALBUMS_IN_TRASH: &str = "\
    SELECT a.*, c.id AS cover, c.placeholder, c.renditions \
    FROM albums a FORCE INDEX (albums_of_owner) LEFT JOIN photos c ON c.id = a.cover_photo \
    WHERE a.owner_id = ? AND a.deleted_at > ? AND a.deleted_at <= ? AND (a.deleted_at < ? OR a.id < ?) \
    ORDER BY a.deleted_at DESC, a.id DESC LIMIT ?";

/// A place in the trash. Of what came there at the same moment, albums stand before
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

    /// Returns the key that photos of the same moment sort before: all do when it is an album's.
    fn photo(self) -> (LocalTime, Uuid) {
        match self.what {
            What::Photo(key) => (key.taken, key.photo.uuid()),
            What::Album(_) => (LocalTime::LAST, Uuid::max()),
        }
    }

    /// Returns the id that albums of the same moment sort before: none does when it is a photo's.
    fn album(self) -> Uuid {
        match self.what {
            What::Photo(_) => Uuid::nil(),
            What::Album(id) => id.uuid(),
        }
    }
}

/// A photo in the trash.
struct TrashedPhoto {
    photo: Photo,
    deleted_at: Moment,
}

from_row!(TrashedPhoto { photo: _, deleted_at });

/// An album in the trash.
struct TrashedAlbum {
    album: AlbumView,
    deleted_at: Moment,
}

from_row!(TrashedAlbum { album: _, deleted_at });

impl Library {
    /// Returns what this user has in the trash, latest first, after `after`.
    pub async fn trash(
        &self,
        owner: UserId,
        after: Option<TrashKey>,
        limit: Limit,
    ) -> Result<Page<TrashedView, TrashKey>> {
        let after = after.unwrap_or_else(TrashKey::start);
        let emptied_at = self.trash_emptied_at(owner).await?;
        let emptied = emptied_at.unwrap_or(Moment::FIRST).utc();
        let at = after.deleted_at.utc();
        // The writer: a caller expects to see what has just been thrown away.
        let db = self.db.writer(owner.shard())?;
        let (taken, id) = after.photo();
        let photos: Vec<TrashedPhoto> = sqlx::query_as(PHOTOS_IN_TRASH)
            .bind(owner.uuid())
            .bind(emptied)
            .bind(at)
            .bind(at)
            .bind(taken.date_time())
            .bind(taken.date_time())
            .bind(id)
            .bind(limit.one_more())
            .fetch_all(db)
            .await
            .of("library")?;
        let albums: Vec<TrashedAlbum> = sqlx::query_as(ALBUMS_IN_TRASH)
            .bind(owner.uuid())
            .bind(emptied)
            .bind(at)
            .bind(at)
            .bind(after.album())
            .bind(limit.one_more())
            .fetch_all(db)
            .await
            .of("library")?;
        let photos = photos.into_iter().map(photo);
        let albums = albums.into_iter().map(album);
        let mut items: Vec<_> = photos.chain(albums).collect();
        items.sort_by_key(|item| std::cmp::Reverse(TrashKey::of(item)));
        Ok(Page::cut(items, limit, TrashKey::of))
    }
}

fn photo(TrashedPhoto { photo, deleted_at }: TrashedPhoto) -> TrashedView {
    let photo = Box::new(photo.view);
    trashed(PhotoOrAlbum::Photo { photo }, deleted_at)
}

fn album(TrashedAlbum { album, deleted_at }: TrashedAlbum) -> TrashedView {
    let album = Box::new(albums::own(album));
    trashed(PhotoOrAlbum::Album { album }, deleted_at)
}

fn trashed(what: PhotoOrAlbum, deleted_at: Moment) -> TrashedView {
    let purge_at = deleted_at.plus(TRASH_DAYS * 24 * 60 * 60);
    TrashedView { what, deleted_at, purge_at }
}
