//! What has been committed and may not be in the hot table yet.

use sqlx::{MySqlConnection, Row};
use uuid::Uuid;

use super::Library;
use crate::{
    domain::{AlbumId, Moment, PhotoId, ShareId},
    error::{Error, Of, Result},
    stores::projection::Change,
};

const INSERT: &str = "INSERT INTO outbox (kind, aggregate, version, created_at) VALUES (?, ?, ?, ?)";
const SETTLE: &str = "DELETE FROM outbox WHERE aggregate = ? AND version = ?";
pub(super) const WAITING: &str =
    "SELECT id, kind, aggregate, version FROM outbox WHERE id > ? AND created_at < ? ORDER BY id LIMIT ?";
const SENT: &str = "DELETE FROM outbox WHERE id = ?";

/// A change that waits in an outbox.
#[derive(Debug)]
pub struct Waiting {
    /// The row's id in its cluster.
    pub id: u64,
    /// What changed.
    pub change: Change,
}

/// Notes in the transaction that these have changed.
pub(super) async fn note(tx: &mut MySqlConnection, changes: &[Change]) -> sqlx::Result<()> {
    for change in changes {
        let (kind, aggregate, version) = parts(change);
        let insert = sqlx::query(INSERT).bind(kind).bind(aggregate).bind(version);
        insert.bind(Moment::now().utc()).execute(&mut *tx).await?;
    }
    Ok(())
}

fn parts(change: &Change) -> (&'static str, Uuid, u32) {
    match change {
        Change::Album { id, version } => ("album", id.uuid(), *version),
        Change::Photo { id, version } => ("photo", id.uuid(), *version),
        Change::Share { id, version } => ("share", id.uuid(), *version),
    }
}

impl Library {
    /// Forgets that this change waits: the hot table has it, or something newer. An older change of the same row is its
    /// own request's to forget, or the relay's.
    pub async fn settle(&self, change: &Change) -> Result<()> {
        let (_, aggregate, version) = parts(change);
        let settle = sqlx::query(SETTLE).bind(aggregate).bind(version);
        settle.execute(self.db.writer(change.shard())?).await.of("library")?;
        Ok(())
    }

    /// How many clusters there are, each with its outbox.
    pub fn clusters(&self) -> usize {
        self.db.writers().count()
    }

    /// Changes that wait in this cluster's outbox since before `before`, after the row `after`.
    pub async fn waiting(&self, cluster: usize, before: Moment, after: u64, limit: u32) -> Result<Vec<Waiting>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        let rows = sqlx::query(WAITING).bind(after).bind(before.utc()).bind(limit).fetch_all(writer).await;
        rows.of("library")?.iter().map(read).collect()
    }

    /// Forgets rows of this cluster's outbox: they have been sent on.
    pub async fn forget(&self, cluster: usize, rows: &[u64]) -> Result<()> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(()) };
        for row in rows {
            sqlx::query(SENT).bind(row).execute(writer).await.of("library")?;
        }
        Ok(())
    }
}

fn read(row: &sqlx::mysql::MySqlRow) -> Result<Waiting> {
    let kind: String = row.try_get("kind").of("library")?;
    let (aggregate, version) = (row.try_get("aggregate").of("library")?, row.try_get("version").of("library")?);
    let change = match kind.as_str() {
        "album" => Change::Album { id: AlbumId::from_uuid(aggregate), version },
        "photo" => Change::Photo { id: PhotoId::from_uuid(aggregate), version },
        "share" => Change::Share { id: ShareId::from_uuid(aggregate), version },
        other => return Err(Error::internal(format!("an outbox row of the unknown kind {other}"))),
    };
    Ok(Waiting { id: row.try_get("id").of("library")?, change })
}
