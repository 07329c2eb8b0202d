//! Parts of exports: files that are whole, and where the next one begins.
//!
//! A part is recorded in one transaction, on condition that it is the next one: of two workers that
//! make the same part, one's counts.

use sqlx::{MySqlConnection, Row, mysql::MySqlRow};
use uuid::Uuid;

use super::Exports;
use crate::{
    domain::{ExportId, Moment, PhotoId, Sha256},
    error::{Of, Result},
    stores::mysql::{conflicts::again_after_deadlock, library::AfterPhoto, rows::from_row},
};

pub(super) const PARTS: &str = "SELECT * FROM export_parts WHERE export_id = ? ORDER BY number";
const END_OTHERS: &str = "\
    UPDATE exports e JOIN exports made ON made.user_id = e.user_id \
    SET e.expires_at = ? \
    WHERE made.id = ? AND e.id <> made.id AND e.state = 'ready' AND e.expires_at > ?";
const RECORD: &str = "\
    UPDATE exports SET state = ?, parts = ?, after_sha256 = ?, after_photo = ?, \
                       photos = photos + ?, bytes = bytes + ?, updated_at = ?, expires_at = ? \
    WHERE id = ? AND parts = ? AND state IN ('queued', 'running')";
const INSERT_PART: &str = "\
    INSERT INTO export_parts (export_id, number, object, photos, bytes, sha256) \
    VALUES (?, ?, ?, ?, ?, ?)";

/// Seconds for which a ready export is kept: 7 days.
const EXPORT_KEPT: i64 = 7 * 24 * 3600;

/// A part that is whole.
#[derive(Clone, Debug)]
pub struct ExportPart {
    /// Its number, from 1.
    pub number: u32,
    /// The key of its object.
    pub object: String,
    /// Photos in it.
    pub photos: u32,
    /// Its size.
    pub bytes: u64,
    /// The sum of its bytes.
    pub sha256: Sha256,
}

from_row!(ExportPart { number, object, photos, bytes, sha256 });

impl Exports {
    /// The parts of an export that are whole.
    pub async fn parts(&self, id: ExportId) -> Result<Vec<ExportPart>> {
        sqlx::query_as(PARTS)
            .bind(id.uuid())
            .fetch_all(self.db.writer(id.shard())?)
            .await
            .of("accounts")
    }

    /// Records the next part, and that the one after it begins after `after`, or that it is the
    /// last. `false` when it is not the next any more.
    pub async fn record(
        &self,
        id: ExportId,
        part: &ExportPart,
        after: Option<AfterPhoto>,
        last: bool,
    ) -> Result<bool> {
        again_after_deadlock(|| self.try_record(id, part, after, last)).await
    }

    async fn try_record(
        &self,
        id: ExportId,
        part: &ExportPart,
        after: Option<AfterPhoto>,
        last: bool,
    ) -> Result<bool> {
        let mut tx = self.db.writer(id.shard())?.begin().await.of("accounts")?;
        let is_next = set_progress(&mut tx, id, part, after, last)
            .await
            .of("accounts")?;
        if is_next {
            insert(&mut tx, id, part).await.of("accounts")?;
            if last {
                end_others(&mut tx, id).await.of("accounts")?;
            }
        }
        tx.commit().await.of("accounts")?;
        Ok(is_next)
    }
}

/// Counts the part in its export; `false` when it is not the next.
async fn set_progress(
    tx: &mut MySqlConnection,
    id: ExportId,
    part: &ExportPart,
    after: Option<AfterPhoto>,
    last: bool,
) -> sqlx::Result<bool> {
    let now = Moment::now();
    let state = if last { "ready" } else { "running" };
    let expires_at = last.then(|| now.plus(EXPORT_KEPT).utc());
    let recorded = sqlx::query(RECORD)
        .bind(state)
        .bind(part.number)
        .bind(after.map(|after| after.sha256.bytes().to_vec()))
        .bind(after.map(|after| after.photo.uuid()))
        .bind(part.photos)
        .bind(part.bytes)
        .bind(now.utc())
        .bind(expires_at)
        .bind(id.uuid())
        .bind(part.number - 1)
        .execute(tx)
        .await?;
    Ok(recorded.rows_affected() > 0)
}

async fn insert(tx: &mut MySqlConnection, id: ExportId, part: &ExportPart) -> sqlx::Result<()> {
    sqlx::query(INSERT_PART)
        .bind(id.uuid())
        .bind(part.number)
        .bind(&part.object)
        .bind(part.photos)
        .bind(part.bytes)
        .bind(&part.sha256.bytes()[..])
        .execute(tx)
        .await?;
    Ok(())
}

/// Ends the user's other exports: this one is ready.
async fn end_others(tx: &mut MySqlConnection, id: ExportId) -> sqlx::Result<()> {
    let now = Moment::now().utc();
    sqlx::query(END_OTHERS)
        .bind(now)
        .bind(id.uuid())
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

/// The last photo in the parts that are there, by the row of their export.
pub(super) fn after(row: &MySqlRow) -> sqlx::Result<Option<AfterPhoto>> {
    let sha256: Option<Sha256> = row.try_get("after_sha256")?;
    let photo: Option<PhotoId> = row.try_get("after_photo")?;
    // Parts of before photos were noted end with all of a sum.
    let last = PhotoId::from_uuid(Uuid::max());
    Ok(sha256.map(|sha256| AfterPhoto { sha256, photo: photo.unwrap_or(last) }))
}
