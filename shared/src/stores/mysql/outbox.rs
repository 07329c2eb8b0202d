//! Changes that have been committed and may not have arrived yet in the hot table or in the record
//! of activity. Each cluster of a logical database that is written has such a table, all alike.

use sqlx::{FromRow, MySql, MySqlConnection, QueryBuilder, Row, mysql::MySqlRow};
use uuid::Uuid;

use super::{batch::Batch, sharded::Sharded};
use crate::{
    domain::{Change, Moment, UserId},
    error::{Of, Result},
    stores::mysql::rows::{Json, from_row},
};

const INSERT: &str = "INSERT INTO outbox (kind, aggregate, version, body, created_at) VALUES ";
const ROW: &str = "(?, ?, ?, ?, ?)";
/// Of the version that the statement before has made.
const ROW_OF_NEXT_VERSION: &str = "(?, ?, LAST_INSERT_ID(), NULL, ?)";
/// A change that is there already waits as it is: one row for one version.
const STAYS: &str = " ON DUPLICATE KEY UPDATE version = VALUES(version)";
/// The index is named because of a small table all would be read, and locked.
const SETTLE: &str = "DELETE o FROM outbox o FORCE INDEX (outbox_of_aggregate) WHERE ";
/// Rows that are younger than now are of a clock that is ahead, and would wait for as long as it is.
pub(super) const WAITING: &str = "\
    SELECT id, kind, aggregate, version, body FROM outbox \
    WHERE id > ? AND (created_at < ? OR created_at > ?) ORDER BY id LIMIT ?";
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
    let mut batch = Batch::default();
    add(&mut batch, changes)?;
    batch.run(tx).await?;
    Ok(())
}

/// Adds the statement that notes these, if there are any.
pub(super) fn add(batch: &mut Batch, changes: &[Change]) -> sqlx::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let now = Moment::now().utc();
    batch.begin_rows(INSERT);
    for change in changes {
        let (kind, aggregate, version) = parts(change);
        let body = body(change)?;
        batch.add_row(ROW, &[&kind, &aggregate, &version, &body, &now]);
    }
    batch.end_rows(STAYS);
    Ok(())
}

/// Adds the statement that notes an album or photo, behind the one that gives it its next version.
pub(super) fn add_next_version(batch: &mut Batch, kind: &str, aggregate: Uuid) {
    batch.begin_rows(INSERT);
    batch.add_row(ROW_OF_NEXT_VERSION, &[&kind, &aggregate, &Moment::now().utc()]);
    batch.end_rows(STAYS);
}

/// Returns what an outbox row holds of a change: all of a row of activity, which is nowhere else.
fn body(change: &Change) -> sqlx::Result<Option<String>> {
    let Change::Activity(row) = change else { return Ok(None) };
    match serde_json::to_string(row) {
        Ok(body) => Ok(Some(body)),
        Err(error) => Err(sqlx::Error::Encode(error.into())),
    }
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
    /// Forgets that these changes wait: they are where they belong, or something newer. An older
    /// change of the same row is its own request's to forget, or the relay's.
    pub async fn settle(&self, changes: &[&Change]) -> Result<()> {
        let clusters = self
            .db
            .writers_of(changes.iter().copied(), |change| change.shard());
        for (writer, part) in clusters {
            let mut delete = QueryBuilder::<MySql>::new(SETTLE);
            let mut any = delete.separated(" OR ");
            for change in part {
                let (_, aggregate, version) = parts(change);
                any.push("(aggregate = ");
                any.push_bind_unseparated(aggregate);
                any.push_unseparated(" AND version = ");
                any.push_bind_unseparated(version);
                any.push_unseparated(")");
            }
            delete.build().execute(writer).await.of(self.service)?;
        }
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

    /// Changes that wait in this cluster's outbox since before `before`, and those that were noted
    /// after `ahead`, by a clock that is wrong; after the row `after`.
    pub async fn waiting(
        &self,
        cluster: usize,
        before: Moment,
        ahead: Moment,
        after: u64,
        limit: u32,
    ) -> Result<Vec<WaitingChange>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        sqlx::query_as(WAITING)
            .bind(after)
            .bind(before.utc())
            .bind(ahead.utc())
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
