//! What is in the database: the record's own table, and the tables of jobs whose rows have not been verified
//! elsewhere yet.
//!
//! An exchange moves rows from one table to the other in one statement, and waits for queries that are reading
//! either: so all are read by one query. The jobs are read before and after it; had one moved on meanwhile, or
//! is one of the tables gone, it is asked again.

use sqlx::{AssertSqlSafe, MySqlPool};

use super::Activities;
use crate::{
    domain::{Activity, ActivityId, Limit, Moment, Page, UserId},
    error::{Of, Result},
};

const TABLES: &str = "\
    SELECT id, state FROM archive_jobs WHERE state IN ('frozen', 'exchanged', 'exported', 'loading', 'failed')";
/// The rows of one table: each is read by the index, newest first, so that no more than the page is sorted.
const OF_OWNER: &str = "\
    (SELECT * FROM {table} FORCE INDEX (activity_of_owner) \
     WHERE owner_id = ? AND at >= ? AND at <= ? AND (at < ? OR id < ?) ORDER BY at DESC, id DESC LIMIT ?)";
/// How often it is asked again.
const TRIES: usize = 5;
/// A table that is not there.
const NO_SUCH_TABLE: &str = "42S02";

/// Where in an owner's rows a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ActivityKey {
    /// When it happened.
    pub at: Moment,
    /// Which of those that happened then.
    pub id: ActivityId,
}

impl Activities {
    /// What is in the database of this user's rows since `from`, newest first, after `before`.
    pub async fn of_owner(
        &self,
        owner: UserId,
        from: Moment,
        before: Option<ActivityKey>,
        limit: Limit,
    ) -> Result<Page<Activity, ActivityKey>> {
        let cluster = self.db.writer(owner.shard())?;
        let last = || (Moment::LAST, uuid::Uuid::max());
        let (at, id) = before.map_or_else(last, |before| (before.at, before.id.uuid()));
        let (from, at) = (from.utc(), at.utc());
        let rows = whole(cluster, async |tables| {
            let each: Vec<_> = tables.iter().map(|table| OF_OWNER.replacen("{table}", table, 1)).collect();
            let sql = format!("{} ORDER BY at DESC, id DESC LIMIT ?", each.join(" UNION ALL "));
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for _ in tables {
                query = query.bind(owner.uuid()).bind(from).bind(at).bind(at).bind(id).bind(limit.one_more());
            }
            query.bind(limit.one_more()).fetch_all(cluster).await
        })
        .await?;
        let rows = rows.iter().map(super::read).collect::<sqlx::Result<_>>().of("activity")?;
        Ok(Page::cut(rows, limit, |row: &Activity| ActivityKey { at: row.at, id: row.id }))
    }
}

/// What this comes to, asked of all tables that hold rows of the cluster, none of which changed meanwhile.
pub(super) async fn whole<T>(cluster: &MySqlPool, ask: impl AsyncFn(&[String]) -> sqlx::Result<T>) -> Result<T> {
    let mut tables = tables(cluster).await?;
    for _ in 1..TRIES {
        let answer = ask(&names(&tables)).await;
        let now = self::tables(cluster).await?;
        match answer {
            Ok(answer) if now == tables => return Ok(answer),
            Err(error) if !is_gone(&error) => return Err(error).of("activity"),
            _ => tables = now,
        }
    }
    ask(&names(&tables)).await.of("activity")
}

/// The jobs whose tables have rows that readers find there, and how far each is.
async fn tables(cluster: &MySqlPool) -> Result<Vec<(uuid::Uuid, String)>> {
    sqlx::query_as(TABLES).fetch_all(cluster).await.of("activity")
}

fn names(tables: &[(uuid::Uuid, String)]) -> Vec<String> {
    let of_jobs = tables.iter().map(|(job, _)| format!("activity_{}", job.simple()));
    std::iter::once("activity".to_owned()).chain(of_jobs).collect()
}

fn is_gone(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.code().as_deref() == Some(NO_SUCH_TABLE))
}
