//! Emptying the trash: a time in the owner's row, and all that was put into the trash until then is
//! due.
//!
//! However much that is, one row is written, beside the row of activity. What is due is neither
//! listed nor restored any more, and `purge-trash` ends it as it ends what has been in the trash
//! for 30 days; when nothing of it is left, it takes the time out of the row. An owner who sends
//! the same bytes again meanwhile takes their photo out of the trash.

use sqlx::MySqlPool;

use super::{database::Library, owner_transaction::OwnerTransaction};
use crate::{
    domain::{AlbumId, Change, Moment, PhotoId, UserId, discovery::EmptiedTrashView},
    error::{Of, Result},
    stores::mysql::{batch::Batch, conflicts::again_after_deadlock, rows::from_row},
};

const COUNT_PHOTOS: &str = "\
    SELECT CAST(COUNT(*) AS UNSIGNED) FROM photos FORCE INDEX (photos_of_owner) \
    WHERE owner_id = ? AND deleted_at <= ?";
const COUNT_ALBUMS: &str = "\
    SELECT CAST(COUNT(*) AS UNSIGNED) FROM albums FORCE INDEX (albums_of_owner) \
    WHERE owner_id = ? AND deleted_at <= ?";
const EMPTY: &str = "UPDATE owners SET trash_emptied_at = ? WHERE user_id = ?";
const EMPTIED_AT: &str = "SELECT trash_emptied_at FROM owners WHERE user_id = ?";
pub(super) const EMPTIED: &str = "\
    SELECT user_id, trash_emptied_at FROM owners FORCE INDEX (owners_with_emptied_trash) \
    WHERE trash_emptied_at >= ? AND (trash_emptied_at > ? OR user_id > ?) \
    ORDER BY trash_emptied_at, user_id LIMIT ?";
pub(super) const PHOTOS_OF_EMPTIED: &str = "\
    SELECT id FROM photos FORCE INDEX (photos_of_owner) \
    WHERE owner_id = ? AND deleted_at <= ? ORDER BY deleted_at, taken_local, id LIMIT ?";
pub(super) const ALBUMS_OF_EMPTIED: &str = "\
    SELECT id FROM albums FORCE INDEX (albums_of_owner) \
    WHERE owner_id = ? AND deleted_at <= ? ORDER BY deleted_at, id LIMIT ?";
const FORGET: &str = "\
    UPDATE owners SET trash_emptied_at = NULL WHERE user_id = ? AND trash_emptied_at = ?";

/// An owner whose trash was emptied, of which something may be left.
#[derive(Clone, Copy, Debug)]
pub struct EmptiedTrash {
    /// The owner.
    pub owner: UserId,
    /// The moment at which it was emptied: all that was in it by then is due.
    pub at: Moment,
}

from_row!(EmptiedTrash { owner: "user_id", at: "trash_emptied_at" });

impl Library {
    /// Has all that this owner has in the trash go at once. Returns how much that is, with what is
    /// left of earlier times, and what is to be settled.
    pub async fn empty_trash(&self, owner: UserId) -> Result<(EmptiedTrashView, Vec<Change>)> {
        again_after_deadlock(|| self.try_empty_trash(owner)).await
    }

    async fn try_empty_trash(&self, owner: UserId) -> Result<(EmptiedTrashView, Vec<Change>)> {
        let mut transaction = self.begin_owner_transaction(owner, owner.shard()).await?;
        let now = Moment::now();
        let due = count_due(&mut transaction, now).await.of("library")?;
        if due.photos + due.albums > 0 {
            transaction.defer(EMPTY, &[&now.utc(), &owner.uuid()]);
            transaction.set_subject("user", owner.uuid());
            transaction.add_fact("photos", due.photos);
        }
        Ok((due, transaction.commit().await?))
    }

    /// Returns when this owner last emptied the trash, while something of that may be left.
    pub(super) async fn trash_emptied_at(&self, owner: UserId) -> Result<Option<Moment>> {
        let emptied: Option<Option<Moment>> = sqlx::query_scalar(EMPTIED_AT)
            .bind(owner.uuid())
            .fetch_optional(self.db.writer(owner.shard())?)
            .await
            .of("library")?;
        Ok(emptied.flatten())
    }

    /// Owners of this cluster who have emptied the trash, those who did first, after `after`.
    pub async fn emptied_trashes(
        &self,
        cluster: usize,
        after: Option<EmptiedTrash>,
        limit: u32,
    ) -> Result<Vec<EmptiedTrash>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        let at = after.map_or(Moment::FIRST, |after| after.at).utc();
        let owner = after.map_or_else(uuid::Uuid::nil, |after| after.owner.uuid());
        sqlx::query_as(EMPTIED)
            .bind(at)
            .bind(at)
            .bind(owner)
            .bind(limit)
            .fetch_all(writer)
            .await
            .of("library")
    }

    /// Photos of an emptied trash that are left.
    pub async fn photos_of_emptied(&self, trash: EmptiedTrash, limit: u32) -> Result<Vec<PhotoId>> {
        let writer = self.db.writer(trash.owner.shard())?;
        left(writer, PHOTOS_OF_EMPTIED, trash, limit)
            .await
            .of("library")
    }

    /// As [`Library::photos_of_emptied`], albums.
    pub async fn albums_of_emptied(&self, trash: EmptiedTrash, limit: u32) -> Result<Vec<AlbumId>> {
        let writer = self.db.writer(trash.owner.shard())?;
        left(writer, ALBUMS_OF_EMPTIED, trash, limit)
            .await
            .of("library")
    }

    /// Takes note that nothing is left of an emptied trash. One that was emptied again meanwhile
    /// stays.
    pub async fn forget_emptied_trash(&self, trash: EmptiedTrash) -> Result<()> {
        sqlx::query(FORGET)
            .bind(trash.owner.uuid())
            .bind(trash.at.utc())
            .execute(self.db.writer(trash.owner.shard())?)
            .await
            .of("library")?;
        Ok(())
    }
}

async fn count_due(
    transaction: &mut OwnerTransaction,
    until: Moment,
) -> sqlx::Result<EmptiedTrashView> {
    let owner = transaction.owner.uuid();
    let mut counts = Batch::default();
    for sql in [COUNT_PHOTOS, COUNT_ALBUMS] {
        counts.add(sql, &[&owner, &until.utc()]);
    }
    let mut answers = counts.run(transaction.db()).await?;
    let photos: Option<(u64,)> = answers.next()?.row()?;
    let albums: Option<(u64,)> = answers.next()?.row()?;
    let (photos,) = photos.unwrap_or_default();
    let (albums,) = albums.unwrap_or_default();
    Ok(EmptiedTrashView { photos, albums })
}

async fn left<T>(
    writer: &MySqlPool,
    sql: &'static str,
    trash: EmptiedTrash,
    limit: u32,
) -> sqlx::Result<Vec<T>>
where
    T: for<'row> sqlx::Decode<'row, sqlx::MySql> + sqlx::Type<sqlx::MySql> + Send + Unpin,
{
    sqlx::query_scalar(sql)
        .bind(trash.owner.uuid())
        .bind(trash.at.utc())
        .bind(limit)
        .fetch_all(writer)
        .await
}
