//! A photo that a transaction has changed: read once, for its counts, its words, and the map.
//!
//! It is counted in the month in which it should be, and nowhere else, and in its albums among
//! those that guests see. What is in the trash is in no month.

use std::collections::BTreeSet;

use super::{
    map_counts::{MappedPhoto, mapped_photo},
    owner_transaction::OwnerTransaction,
    search_index::{IndexedPhoto, indexed_photo, with_text},
};
use crate::{
    domain::{AlbumId, PhotoId},
    stores::mysql::{
        batch::{Answers, Batch},
        rows::from_row,
    },
};

const CHANGED_PHOTO: &str = concat!(
    "SELECT ",
    indexed_photo!(),
    ", ",
    mapped_photo!(),
    ", p.counted_in, \
       IF(p.deleted_at IS NULL, DATE_FORMAT(p.taken_local, '%Y-%m'), NULL) AS month, \
       p.status = 'ready' AND p.deleted_at IS NULL AS is_seen \
     FROM photos p ",
    with_text!(),
    "WHERE p.id = ?"
);
/// Albums that count it among those that guests see, and should not, or the other way.
const MISCOUNTED_ALBUMS: &str = "\
    SELECT e.album_id FROM entries e FORCE INDEX (entries_of_photo) \
    JOIN photos p ON p.id = e.photo_id \
    WHERE e.photo_id = ? AND e.counted_ready <> (p.status = 'ready' AND p.deleted_at IS NULL)";
const MARK_COUNTED: &str = "UPDATE entries SET counted_ready = ? WHERE photo_id = ?";
const ONE_MORE_READY: &str = "UPDATE albums SET ready_count = ready_count + 1 WHERE id = ?";
const ONE_LESS_READY: &str =
    "UPDATE albums SET ready_count = ready_count - LEAST(ready_count, 1) WHERE id = ?";
const ONE_MORE: &str = "\
    INSERT INTO months (owner_id, month, photos) VALUES (?, ?, 1) \
    ON DUPLICATE KEY UPDATE photos = photos + 1";
const ONE_LESS: &str = "UPDATE months SET photos = photos - 1 WHERE owner_id = ? AND month = ?";

/// Counts of a photo, as they are and as they should be.
struct PhotoCounts {
    /// The month that counts it.
    counted_in: Option<String>,
    /// The month that should; none for what is in the trash.
    month: Option<String>,
    /// True if guests see it.
    is_seen: bool,
}

from_row!(PhotoCounts { counted_in, month, is_seen });

/// A photo that has changed.
pub(super) struct ChangedPhoto {
    id: PhotoId,
    counts: PhotoCounts,
    /// Albums that count it among those that guests see, and should not, or the other way.
    miscounted: Vec<AlbumId>,
    /// Its words.
    pub indexed: IndexedPhoto,
    /// Its place.
    pub mapped: MappedPhoto,
}

/// A photo's row.
struct ChangedRow {
    counts: PhotoCounts,
    indexed: IndexedPhoto,
    mapped: MappedPhoto,
}

from_row!(ChangedRow { counts: _, indexed: _, mapped: _ });

impl OwnerTransaction {
    /// Sends the statements that wait for that, and reads these photos with the counts and the
    /// words that they have and should have. Without any it sends nothing.
    pub(super) async fn find_changed_photos(
        &mut self,
        ids: &BTreeSet<PhotoId>,
    ) -> sqlx::Result<Vec<ChangedPhoto>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut batch = std::mem::take(&mut self.deferred);
        let deferred = batch.len();
        for id in ids {
            batch.add(CHANGED_PHOTO, &[&id.uuid()]);
            batch.add(MISCOUNTED_ALBUMS, &[&id.uuid()]);
        }
        let mut answers = batch.run(self.db()).await?;
        answers.skip(deferred);
        let mut photos = Vec::new();
        for id in ids {
            photos.push(changed_photo(*id, &mut answers)?);
        }
        Ok(photos)
    }

    /// Has the photo counted where it should be. Its next version says that it has been.
    pub(super) fn recount(&mut self, photo: &ChangedPhoto, batch: &mut Batch) {
        let ChangedPhoto { id, counts, miscounted, .. } = photo;
        for album in miscounted {
            let count = if counts.is_seen { ONE_MORE_READY } else { ONE_LESS_READY };
            batch.add(count, &[&album.uuid()]);
            self.mark_album_changed(*album);
        }
        if !miscounted.is_empty() {
            batch.add(MARK_COUNTED, &[&counts.is_seen, &id.uuid()]);
        }
        if counts.counted_in == counts.month {
            return;
        }
        let owner = self.owner.uuid();
        if let Some(month) = &counts.counted_in {
            batch.add(ONE_LESS, &[&owner, month]);
        }
        if let Some(month) = &counts.month {
            batch.add(ONE_MORE, &[&owner, month]);
        }
    }

    /// Takes a photo that is about to be deleted out of the index of words, and off the map.
    pub(super) async fn forget_photo(&mut self, id: PhotoId) -> sqlx::Result<()> {
        for photo in self.find_changed_photos(&BTreeSet::from([id])).await? {
            self.remove_from_index(&photo.indexed);
            if let Some(cell) = photo.mapped.map_cell {
                self.map.remove(cell);
            }
        }
        Ok(())
    }
}

fn changed_photo(id: PhotoId, answers: &mut Answers) -> sqlx::Result<ChangedPhoto> {
    let row: Option<ChangedRow> = answers.next()?.row()?;
    let miscounted = answers.next()?.column()?;
    let ChangedRow { counts, indexed, mapped } = row.ok_or(sqlx::Error::RowNotFound)?;
    Ok(ChangedPhoto { id, counts, miscounted, indexed, mapped })
}
