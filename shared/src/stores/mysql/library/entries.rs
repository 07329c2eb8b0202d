//! Entries: the photos of each album, with the album's count and cover, always in an owner's
//! transaction.
//!
//! A photo in the trash keeps its entries, so that it comes back to where it was, but counts
//! nowhere and is no cover.

use super::owner_transaction::OwnerTransaction;
use crate::{
    domain::{AlbumId, Moment, PhotoId},
    error::{Error, Of, Result},
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

impl OwnerTransaction {
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

    /// Puts a photo that the commit makes into the album.
    pub(super) fn add_entry_of_new(&mut self, album: AlbumId, photo: PhotoId) {
        let now = Moment::now().utc();
        self.defer(INSERT_ENTRY, &[&album.uuid(), &now, &photo.uuid()]);
        self.defer(COUNT_MORE, &[&album.uuid()]);
        self.choose_cover_at_commit(album);
        self.mark_album_changed(album);
        self.mark_photo_changed(photo);
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

    /// Has the commit move a photo in its albums to where its clock puts it.
    pub(super) fn move_entries(&mut self, photo: PhotoId) {
        self.defer(MOVE_ENTRIES, &[&photo.uuid(), &photo.uuid()]);
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

    /// Has the commit give an album without a cover one, if a photo of it can be seen then.
    pub(super) fn choose_cover_at_commit(&mut self, album: AlbumId) {
        self.defer(CHOOSE_COVER, &[&album.uuid(), &album.uuid()]);
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
