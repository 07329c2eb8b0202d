//! Finds the photo that an announcement is about, of those that the owner has of the same bytes.
//!
//! The owner has one of their own, and each one else who sends the same bytes makes another. Nobody
//! is told of a photo that they do not see anyway: to others, a sum that the owner has elsewhere is
//! a sum that is new.

use super::{owner_transaction::OwnerTransaction, photo_row::Photo, senders::Sender};
use crate::{
    domain::{AlbumId, Sha256, view::Status},
    error::{Of, Result},
    stores::mysql::rows::from_row,
};

pub(super) const PHOTOS_OF_BYTES: &str = "\
    SELECT p.*, e.photo_id IS NOT NULL AS stands \
    FROM photos p FORCE INDEX (photo_of_bytes) \
    LEFT JOIN entries e ON e.album_id = ? AND e.photo_id = p.id \
    WHERE p.owner_id = ? AND p.sha256 = ? ORDER BY p.id LIMIT 100";

/// A photo of the bytes that are announced.
struct Same {
    photo: Photo,
    /// True if it stands in the album that they are announced for.
    stands: bool,
}

from_row!(Same { photo: _, stands });

impl OwnerTransaction {
    /// The photo that this sender announces once more; `None` makes another.
    pub(super) async fn find_same_bytes(
        &mut self,
        album: AlbumId,
        sum: &Sha256,
        by: Sender,
    ) -> Result<Option<Photo>> {
        let all: Vec<Same> = sqlx::query_as(PHOTOS_OF_BYTES)
            .bind(album.uuid())
            .bind(self.owner.uuid())
            .bind(&sum.bytes()[..])
            .fetch_all(self.db())
            .await
            .of("library")?;
        let ranked = all
            .into_iter()
            .filter_map(|same| Some((rank(&same, by)?, same.photo)));
        Ok(ranked.min_by_key(|(rank, _)| *rank).map(|(_, photo)| photo))
    }
}

/// The lower, the sooner it is taken; `None` for what is none of the sender's business.
fn rank(same: &Same, by: Sender) -> Option<u8> {
    let photo = &same.photo;
    let trashed = photo.view.deleted_at.is_some();
    let own = photo.sender == by;
    let arrived =
        photo.view.status == Status::Ready || (own && photo.view.status == Status::Processing);
    match by {
        Sender::Owner if arrived => Some(u8::from(trashed)),
        Sender::Owner => own.then_some(2),
        Sender::Member(_) | Sender::Guest(_) if trashed || !same.stands => None,
        Sender::Member(_) | Sender::Guest(_) if arrived => Some(0),
        Sender::Member(_) | Sender::Guest(_) => own.then_some(1),
    }
}
