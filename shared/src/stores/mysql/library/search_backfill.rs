//! Indexes the words of photos of before the index was there: some photos in a transaction of their
//! owner, so that nobody who writes waits for long. Done twice, or dying anywhere, it finds photos
//! that are as they should be, and goes on with the others.

use std::time::Instant;

use uuid::Uuid;

use super::{
    database::Library,
    search_index::{IndexChanges, IndexedPhoto, indexed_photo, with_text},
};
use crate::{
    domain::UserId,
    error::{Of, Result},
    stores::mysql::conflicts::again_after_deadlock,
};

pub(super) const OWNERS_TO_INDEX: &str = "\
    SELECT user_id FROM owners FORCE INDEX (owners_to_index) \
    WHERE search_indexed = FALSE AND user_id > ? ORDER BY user_id LIMIT ?";
pub(super) const PHOTOS_TO_INDEX: &str = concat!(
    "SELECT ",
    indexed_photo!(),
    "FROM photos p FORCE INDEX (photo_of_bytes) ",
    with_text!(),
    "WHERE p.owner_id = ? AND p.sha256 >= ? AND (p.sha256 > ? OR p.id > ?) \
     ORDER BY p.sha256, p.id LIMIT ?"
);
const NOTE_INDEXED: &str = "UPDATE photos SET indexed_at = ? WHERE id = ? AND owner_id = ?";
const OWNER_IS_INDEXED: &str = "UPDATE owners SET search_indexed = TRUE WHERE user_id = ?";

/// Photos that are indexed in one transaction.
const AT_ONCE: u32 = 200;

/// The place of a photo among those of its owner.
#[derive(Clone, Debug)]
struct AfterIndexed {
    sha256: Vec<u8>,
    photo: Uuid,
}

impl Library {
    /// Returns owners of this cluster whose photos are not all in the index of words, after
    /// `after`.
    pub async fn owners_to_index(
        &self,
        cluster: usize,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<UserId>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        let owners = sqlx::query_scalar(OWNERS_TO_INDEX)
            .bind(after.map_or(Uuid::nil(), UserId::uuid))
            .bind(limit)
            .fetch_all(writer)
            .await
            .of("library")?;
        Ok(owners.into_iter().map(UserId::from_uuid).collect())
    }

    /// Indexes the photos of this owner until `ends`; whether all are.
    pub async fn index_words(&self, owner: UserId, ends: Instant) -> Result<bool> {
        let mut after = None;
        while Instant::now() < ends {
            after = self.index_photos(owner, after.as_ref()).await?;
            if after.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Indexes some photos of this owner, after `after`; where to go on. `None` when that were the
    /// last: the index answers the owner's searches from now on.
    async fn index_photos(
        &self,
        owner: UserId,
        after: Option<&AfterIndexed>,
    ) -> Result<Option<AfterIndexed>> {
        again_after_deadlock(|| self.try_index_photos(owner, after)).await
    }

    async fn try_index_photos(
        &self,
        owner: UserId,
        after: Option<&AfterIndexed>,
    ) -> Result<Option<AfterIndexed>> {
        let mut transaction = self.begin_owner_transaction(owner, owner.shard()).await?;
        let sum = after.map_or_else(Vec::new, |after| after.sha256.clone());
        let photos: Vec<IndexedPhoto> = sqlx::query_as(PHOTOS_TO_INDEX)
            .bind(owner.uuid())
            .bind(sum.clone())
            .bind(sum)
            .bind(after.map_or(Uuid::nil(), |after| after.photo))
            .bind(AT_ONCE)
            .fetch_all(transaction.db())
            .await
            .of("library")?;
        let mut changes = IndexChanges::default();
        for photo in &photos {
            changes.update(photo);
            if photo.indexed_at != photo.taken_local {
                let place = photo.taken_local;
                transaction.defer(NOTE_INDEXED, &[&place, &photo.id, &owner.uuid()]);
            }
        }
        changes
            .add_to(&mut transaction.deferred, owner)
            .of("library")?;
        if photos.len() < AT_ONCE as usize {
            transaction.defer(OWNER_IS_INDEXED, &[&owner.uuid()]);
        }
        transaction.commit().await?;
        let last = photos.into_iter().nth(AT_ONCE as usize - 1);
        Ok(last.map(|photo| AfterIndexed { sha256: photo.sha256, photo: photo.id }))
    }
}
