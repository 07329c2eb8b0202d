//! Entries: the photos of each album, with the album's count and cover, always in an owner's
//! transaction.
//!
//! A photo in the trash keeps its entries, so that it comes back to where it was, but counts
//! nowhere and is no cover.

use super::owner_transaction::OwnerTransaction;
use crate::{
    domain::{AlbumId, Moment, PhotoId},
    error::{Error, Of, Result},
    stores::mysql::rows::from_row,
};

/// The most albums that one photo stands in. Its projection is one transaction of its locator and
/// of two items for each album when its date changes, and DynamoDB takes 100.
pub const MOST_ALBUMS: usize = 49;

/// `taken_at` of an entry is the photo's `taken_local`.
const INSERT_ENTRY: &str = "\
    INSERT IGNORE INTO entries (album_id, photo_id, taken_at, added_at) \
    SELECT ?, id, taken_local, ? FROM photos WHERE id = ?";
const MOVE_ENTRIES: &str = "\
    UPDATE entries SET taken_at = (SELECT taken_local FROM photos WHERE id = ?) \
    WHERE photo_id = ?";
/// Before its entry goes.
const COUNT_LESS_READY: &str = "\
    UPDATE albums a JOIN entries e ON e.album_id = a.id AND e.photo_id = ? AND e.counted_ready \
    SET a.ready_count = a.ready_count - LEAST(a.ready_count, 1) WHERE a.id = ?";
/// Counts of a photo as they are and as they should be: in a month, and in albums among those that
/// guests see.
const COUNTS_OF_PHOTO: &str = "\
    SELECT p.counted_in, IF(p.deleted_at IS NULL, DATE_FORMAT(p.taken_local, '%Y-%m'), NULL) AS month, \
           p.status = 'ready' AND p.deleted_at IS NULL AS is_seen, \
           EXISTS (SELECT 1 FROM entries e WHERE e.photo_id = p.id \
                   AND e.counted_ready <> (p.status = 'ready' AND p.deleted_at IS NULL)) \
               AS is_miscounted \
    FROM photos p WHERE p.id = ?";
const MISCOUNTED_ALBUMS: &str =
    "SELECT album_id FROM entries WHERE photo_id = ? AND counted_ready <> ?";
const MARK_COUNTED: &str = "UPDATE entries SET counted_ready = ? WHERE photo_id = ?";
const ONE_MORE_READY: &str = "UPDATE albums SET ready_count = ready_count + 1 WHERE id = ?";
const ONE_LESS_READY: &str =
    "UPDATE albums SET ready_count = ready_count - LEAST(ready_count, 1) WHERE id = ?";
pub(super) const DELETE_ENTRY: &str = "DELETE FROM entries WHERE album_id = ? AND photo_id = ?";
pub(super) const ALBUMS_OF_PHOTO: &str = "SELECT album_id FROM entries WHERE photo_id = ?";
const COUNT_MORE: &str = "UPDATE albums SET photo_count = photo_count + 1 WHERE id = ?";
const COUNT_LESS: &str = "\
    UPDATE albums SET photo_count = photo_count - 1, cover_photo = NULLIF(cover_photo, ?) \
    WHERE id = ?";
/// The newest photo that can be seen, for an album without a cover.
const CHOOSE_COVER: &str = "\
    UPDATE albums SET cover_photo = ( \
        SELECT e.photo_id FROM entries e JOIN photos p ON p.id = e.photo_id \
        WHERE e.album_id = ? AND p.deleted_at IS NULL AND p.status = 'ready' \
        ORDER BY e.taken_at DESC, e.photo_id DESC LIMIT 1) \
    WHERE id = ? AND cover_photo IS NULL";

/// Counts of a photo, as they are and as they should be.
pub(super) struct PhotoCounts {
    /// The month that counts it.
    pub counted_in: Option<String>,
    /// The month that should; none for what is in the trash.
    pub month: Option<String>,
    /// True if guests see it.
    pub is_seen: bool,
    /// True if an album counts it among those that guests see, and should not, or the other way.
    pub is_miscounted: bool,
}

from_row!(PhotoCounts { counted_in, month, is_seen, is_miscounted });

impl OwnerTransaction {
    /// Returns where the photo is counted, and where it should be.
    pub(super) async fn find_counts(&mut self, photo: PhotoId) -> sqlx::Result<PhotoCounts> {
        sqlx::query_as(COUNTS_OF_PHOTO)
            .bind(photo.uuid())
            .fetch_one(self.db())
            .await
    }
    /// Puts a photo that is not in the trash into the album; `false` when it stands there.
    pub(super) async fn add_entry(&mut self, album: AlbumId, photo: PhotoId) -> sqlx::Result<bool> {
        let inserted = sqlx::query(INSERT_ENTRY)
            .bind(album.uuid())
            .bind(Moment::now().utc())
            .bind(photo.uuid())
            .execute(self.db())
            .await?;
        if inserted.rows_affected() == 0 {
            return Ok(false);
        }
        self.count_in(album).await?;
        self.mark_photo_changed(photo);
        Ok(true)
    }

    /// Takes a photo that is not in the trash out of the album; `false` when it does not stand
    /// there.
    pub(super) async fn remove_entry(
        &mut self,
        album: AlbumId,
        photo: PhotoId,
    ) -> sqlx::Result<bool> {
        sqlx::query(COUNT_LESS_READY)
            .bind(photo.uuid())
            .bind(album.uuid())
            .execute(self.db())
            .await?;
        let deleted = sqlx::query(DELETE_ENTRY)
            .bind(album.uuid())
            .bind(photo.uuid())
            .execute(self.db())
            .await?;
        if deleted.rows_affected() == 0 {
            return Ok(false);
        }
        self.count_out(album, photo).await?;
        self.mark_photo_changed(photo);
        Ok(true)
    }

    /// Moves a photo in its albums to where its clock puts it.
    pub(super) async fn move_entries(&mut self, photo: PhotoId) -> sqlx::Result<()> {
        sqlx::query(MOVE_ENTRIES)
            .bind(photo.uuid())
            .bind(photo.uuid())
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Refuses a photo one more album than it can stand in.
    pub(super) async fn check_room_for_album(
        &mut self,
        album: AlbumId,
        photo: PhotoId,
    ) -> Result<()> {
        let albums = self.albums_of(photo).await.of("library")?;
        if albums.len() < MOST_ALBUMS || albums.contains(&album) {
            Ok(())
        } else {
            Err(Error::TooManyAlbums)
        }
    }

    /// The albums that the photo stands in, those in the trash included.
    pub(super) async fn albums_of(&mut self, photo: PhotoId) -> sqlx::Result<Vec<AlbumId>> {
        sqlx::query_scalar(ALBUMS_OF_PHOTO)
            .bind(photo.uuid())
            .fetch_all(self.db())
            .await
    }

    /// Counts a photo in an album that it has just come to, or come back to.
    pub(super) async fn count_in(&mut self, album: AlbumId) -> sqlx::Result<()> {
        sqlx::query(COUNT_MORE)
            .bind(album.uuid())
            .execute(self.db())
            .await?;
        self.choose_cover(album).await?;
        self.mark_album_changed(album);
        Ok(())
    }

    /// Counts a photo that has changed among those that guests see, or no longer, in each of its
    /// albums.
    pub(super) async fn recount_ready(
        &mut self,
        photo: PhotoId,
        is_seen: bool,
    ) -> sqlx::Result<()> {
        let albums: Vec<AlbumId> = sqlx::query_scalar(MISCOUNTED_ALBUMS)
            .bind(photo.uuid())
            .bind(is_seen)
            .fetch_all(self.db())
            .await?;
        for album in albums {
            sqlx::query(if is_seen { ONE_MORE_READY } else { ONE_LESS_READY })
                .bind(album.uuid())
                .execute(self.db())
                .await?;
            self.mark_album_changed(album);
        }
        sqlx::query(MARK_COUNTED)
            .bind(is_seen)
            .bind(photo.uuid())
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Takes a photo out of an album's count, and another one for its cover if it was that.
    pub(super) async fn count_out(&mut self, album: AlbumId, photo: PhotoId) -> sqlx::Result<()> {
        sqlx::query(COUNT_LESS)
            .bind(photo.uuid())
            .bind(album.uuid())
            .execute(self.db())
            .await?;
        self.choose_cover(album).await?;
        self.mark_album_changed(album);
        Ok(())
    }

    /// Gives an album without a cover one, if a photo of it can be seen.
    pub(super) async fn choose_cover(&mut self, album: AlbumId) -> sqlx::Result<()> {
        sqlx::query(CHOOSE_COVER)
            .bind(album.uuid())
            .bind(album.uuid())
            .execute(self.db())
            .await?;
        Ok(())
    }
}
