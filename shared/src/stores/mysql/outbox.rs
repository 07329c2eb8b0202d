//! Changes that have been committed and may not have arrived yet in the hot table or in the record
//! of activity. Each cluster of a logical database that is written has such a table, all alike.

use sqlx::{FromRow, MySqlConnection, Row, mysql::MySqlRow};
use uuid::Uuid;

use super::sharded::Sharded;
use crate::{
    domain::{Change, Moment, UserId},
    error::{Of, Result},
    stores::mysql::rows::{Json, from_row},
};

/// A change that is there already waits as it is: one row for one version.
const INSERT: &str = "\
    INSERT INTO outbox (kind, aggregate, version, body, created_at) VALUES (?, ?, ?, ?, ?) \
    ON DUPLICATE KEY UPDATE version = VALUES(version)";
const SETTLE: &str = "DELETE FROM outbox WHERE aggregate = ? AND version = ?";
pub(super) const WAITING: &str = "\
    SELECT id, kind, aggregate, version, body FROM outbox \
    WHERE id > ? AND created_at < ? ORDER BY id LIMIT ?";
const ERASE: &str = "DELETE FROM outbox WHERE kind = 'activity' AND LOCATE(?, body) > 0";
const ANONYMISE: &str = "\
    UPDATE outbox SET body = REPLACE(body, ?, '\"actor\":null') \
    WHERE kind = 'activity' AND LOCATE(?, body) > 0";
const SENT: &str = "DELETE FROM outbox WHERE id = ?";

/// A change that waits in an outbox.
#[derive(Debug)]
pub struct WaitingChange {
    /// The row's id in its cluster.
    pub id: u64,
    /// The change.
    pub change: Change,
}

from_row!(WaitingChange { id, change: _ });

impl FromRow<'_, MySqlRow> for Change {
    fn from_row(row: &MySqlRow) -> sqlx::Result<Self> {
        let kind: String = row.try_get("kind")?;
        let version = row.try_get("version")?;
        match kind.as_str() {
            "album" => Ok(Self::Album { id: row.try_get("aggregate")?, version }),
            "photo" => Ok(Self::Photo { id: row.try_get("aggregate")?, version }),
            "share" => Ok(Self::Share { id: row.try_get("aggregate")?, version }),
            "activity" => {
                let Json(activity) = row.try_get("body")?;
                Ok(Self::Activity(activity))
            }
            other => {
                let why = format!("an outbox row of the unknown kind {other}");
                Err(sqlx::Error::Decode(why.into()))
            }
        }
    }
}

/// The outboxes of a logical database.
pub struct Outbox<'a> {
    pub(super) db: &'a Sharded,
    pub(super) service: &'static str,
}

/// Notes in the transaction that these have changed.
pub(super) async fn note(tx: &mut MySqlConnection, changes: &[Change]) -> sqlx::Result<()> {
    for change in changes {
        let (kind, aggregate, version) = parts(change);
        let body = match change {
            Change::Activity(row) => {
                Some(serde_json::to_string(row).map_err(|e| sqlx::Error::Encode(e.into()))?)
            }
            _ => None,
        };
        let insert = sqlx::query(INSERT)
            .bind(kind)
            .bind(aggregate)
            .bind(version)
            .bind(body);
        insert.bind(Moment::now().utc()).execute(&mut *tx).await?;
    }
    Ok(())
}

pub(super) fn parts(change: &Change) -> (&'static str, Uuid, u32) {
    match change {
        Change::Album { id, version } => ("album", id.uuid(), *version),
        Change::Photo { id, version } => ("photo", id.uuid(), *version),
        Change::Share { id, version } => ("share", id.uuid(), *version),
        // A row of activity never changes.
        Change::Activity(row) => ("activity", row.id.uuid(), 1),
    }
}

impl Outbox<'_> {
    /// Forgets that this change waits: it is where it belongs, or something newer. An older change
    /// of the same row is its own request's to forget, or the relay's.
    pub async fn settle(&self, change: &Change) -> Result<()> {
        let (_, aggregate, version) = parts(change);
        sqlx::query(SETTLE)
            .bind(aggregate)
            .bind(version)
            .execute(self.db.writer(change.shard())?)
            .await
            .of(self.service)?;
        Ok(())
    }

    /// Takes a user who goes for good out of the rows of activity that still wait: those about what
    /// was theirs go.
    pub async fn erase(&self, user: UserId) -> Result<()> {
        let owner = format!("\"owner\":\"{user}\"");
        let actor = format!("\"actor\":\"{user}\"");
        for writer in self.db.writers() {
            sqlx::query(ERASE)
                .bind(&owner)
                .execute(writer)
                .await
                .of(self.service)?;
            sqlx::query(ANONYMISE)
                .bind(&actor)
                .bind(&actor)
                .execute(writer)
                .await
                .of(self.service)?;
        }
        Ok(())
    }

    /// Returns the number of clusters, each with its outbox.
    pub fn clusters(&self) -> usize {
        self.db.writers().count()
    }

    /// Changes that wait in this cluster's outbox since before `before`, after the row `after`.
    pub async fn waiting(
        &self,
        cluster: usize,
        before: Moment,
        after: u64,
        limit: u32,
    ) -> Result<Vec<WaitingChange>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        sqlx::query_as(WAITING)
            .bind(after)
            .bind(before.utc())
            .bind(limit)
            .fetch_all(writer)
            .await
            .of(self.service)
    }

    /// Forgets rows of this cluster's outbox: they have been sent on.
    pub async fn forget(&self, cluster: usize, rows: &[u64]) -> Result<()> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(()) };
        for row in rows {
            sqlx::query(SENT)
                .bind(row)
                .execute(writer)
                .await
                .of(self.service)?;
        }
        Ok(())
    }
}
