//! Puts photos of before into what is kept beside photos to find and count them: the index of
//! words, and the map. Some photos in a transaction of their owner, so that nobody who writes waits
//! for long. Done twice, or dying anywhere, it finds photos that are as they should be, and goes on
//! with the others.

use std::time::Instant;

use uuid::Uuid;

use super::{
    database::Library,
    map_counts::{MappedPhoto, mapped_photo},
    search_index::{IndexedPhoto, indexed_photo, with_text},
};
use crate::{
    domain::UserId,
    error::{Of, Result},
    stores::mysql::{batch::Batch, conflicts::again_after_deadlock, rows::from_row},
};

pub(super) const OWNERS_TO_BACKFILL: &str = "\
    SELECT user_id FROM owners FORCE INDEX (owners_to_backfill) \
    WHERE backfilled = FALSE AND user_id > ? ORDER BY user_id LIMIT ?";
pub(super) const PHOTOS_TO_BACKFILL: &str = concat!(
    "SELECT ",
    indexed_photo!(),
    ", ",
    mapped_photo!(),
    "FROM photos p FORCE INDEX (photo_of_bytes) ",
    with_text!(),
    "WHERE p.owner_id = ? AND p.sha256 >= ? AND (p.sha256 > ? OR p.id > ?) \
     ORDER BY p.sha256, p.id LIMIT ?"
);
const SET_OWNER: &str = "SET @owner = ?";
const NOTE_INDEXED: &str = "UPDATE photos SET indexed_at = ? WHERE id = ? AND owner_id = ?";
const OWNER_IS_BACKFILLED: &str =
    "UPDATE owners SET search_indexed = TRUE, backfilled = TRUE WHERE user_id = ?";

/// Photos of one transaction.
const AT_ONCE: u32 = 200;

/// A photo with where it stands and where it should.
struct PhotoOfBefore {
    indexed: IndexedPhoto,
    mapped: MappedPhoto,
}

from_row!(PhotoOfBefore { indexed: _, mapped: _ });

/// The place of a photo among those of its owner.
#[derive(Clone, Debug)]
struct AfterBackfilled {
    sha256: Vec<u8>,
    photo: Uuid,
}

impl Library {
    /// Returns owners of this cluster whose photos are not all in the index of words and on the
    /// map, after `after`.
    pub async fn owners_to_backfill(
        &self,
        cluster: usize,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<UserId>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        let owners = sqlx::query_scalar(OWNERS_TO_BACKFILL)
            .bind(after.map_or(Uuid::nil(), UserId::uuid))
            .bind(limit)
            .fetch_all(writer)
            .await
            .of("library")?;
        Ok(owners.into_iter().map(UserId::from_uuid).collect())
    }

    /// Puts the photos of this owner where they should stand, until `ends`; whether all do.
    pub async fn backfill(&self, owner: UserId, ends: Instant) -> Result<bool> {
        let mut after = None;
        while Instant::now() < ends {
            after = self.backfill_photos(owner, after.as_ref()).await?;
            if after.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Does so with some photos of this owner, after `after`; where to go on. `None` when that were
    /// the last: the index answers the owner's searches from now on.
    async fn backfill_photos(
        &self,
        owner: UserId,
        after: Option<&AfterBackfilled>,
    ) -> Result<Option<AfterBackfilled>> {
        again_after_deadlock(|| self.try_backfill_photos(owner, after)).await
    }

    async fn try_backfill_photos(
        &self,
        owner: UserId,
        after: Option<&AfterBackfilled>,
    ) -> Result<Option<AfterBackfilled>> {
        // One whose account has ended meanwhile has no row, and gets none.
        let mut find = Batch::default();
        find.add(SET_OWNER, &[&owner.uuid()]);
        let begun = self
            .begin_transaction_of(owner.shard(), find, &Batch::default())
            .await?;
        let Some((mut transaction, _)) = begun else { return Ok(None) };
        let sum = after.map_or_else(Vec::new, |after| after.sha256.clone());
        let photos: Vec<PhotoOfBefore> = sqlx::query_as(PHOTOS_TO_BACKFILL)
            .bind(owner.uuid())
            .bind(sum.clone())
            .bind(sum)
            .bind(after.map_or(Uuid::nil(), |after| after.photo))
            .bind(AT_ONCE)
            .fetch_all(transaction.db())
            .await
            .of("library")?;
        for PhotoOfBefore { indexed, mapped } in &photos {
            transaction.index.update(indexed);
            transaction.map.update(mapped);
            if indexed.indexed_at != indexed.taken_local {
                let place = indexed.taken_local;
                transaction.defer(NOTE_INDEXED, &[&place, &indexed.id, &owner.uuid()]);
            }
        }
        if photos.len() < AT_ONCE as usize {
            transaction.defer(OWNER_IS_BACKFILLED, &[&owner.uuid()]);
        }
        transaction.commit().await?;
        let last = photos.into_iter().nth(AT_ONCE as usize - 1);
        Ok(last.map(|PhotoOfBefore { indexed, .. }| AfterBackfilled {
            sha256: indexed.sha256,
            photo: indexed.id,
        }))
    }
}
