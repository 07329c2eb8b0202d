//! The rows in the database: the record's own table, and the tables of jobs whose rows have not
//! been verified elsewhere yet.
//!
//! An exchange moves rows from one table to the other in one statement, and waits for queries that
//! are reading either: so all are read by one query. The jobs are read before and after it; had one
//! moved on meanwhile, or is one of the tables gone, it is asked again.

use sqlx::{AssertSqlSafe, MySqlPool};
use uuid::Uuid;

use super::record::Activities;
use crate::{
    domain::{Activity, ActivityKey, Limit, Moment, Page, UserId},
    error::{Of, Result},
};

const TABLES: &str = "\
    SELECT id, state FROM archive_jobs \
    WHERE state IN ('frozen', 'exchanged', 'exported', 'loading', 'failed')";
/// The rows of one table: each is read by the index, newest first, so that no more than the page is
/// sorted. In the place of the record there are the tables of jobs, which may have fewer columns: a
/// migration adds them to the record alone.
pub(super) const OF_OWNER: &str = "\
    (SELECT id, at, owner_id, actor_id, action, subject_kind, subject_id, context \
     FROM activity FORCE INDEX (activity_of_owner) \
     WHERE owner_id = ? AND at >= ? AND at <= ? AND (at < ? OR id < ?) \
     ORDER BY at DESC, id DESC LIMIT ?)";
/// The number of times that the tables are asked.
const TRIES: usize = 5;
/// A table that is not there.
const NO_SUCH_TABLE: &str = "42S02";

impl Activities {
    /// Returns this user's rows in the database since `from`, newest first, after `before`.
    pub async fn of_owner(
        &self,
        owner: UserId,
        from: Moment,
        before: Option<ActivityKey>,
        limit: Limit,
    ) -> Result<Page<Activity, ActivityKey>> {
        let cluster = self.db.writer(owner.shard())?;
        let before = before.unwrap_or_else(|| ActivityKey::until(Moment::LAST));
        let rows = whole(cluster, |tables| async move {
            let mut query = sqlx::query_as(AssertSqlSafe(of_tables(&tables)));
            for _ in &tables {
                query = query
                    .bind(owner.uuid())
                    .bind(from.utc())
                    .bind(before.at.utc())
                    .bind(before.at.utc())
                    .bind(before.id.uuid())
                    .bind(limit.one_more());
            }
            query.bind(limit.one_more()).fetch_all(cluster).await
        })
        .await?;
        Ok(Page::cut(rows, limit, ActivityKey::of))
    }
}

/// Returns the answer of all tables that hold rows of the cluster, none of which changed
/// meanwhile.
async fn whole<T, F>(cluster: &MySqlPool, ask: impl Fn(Vec<String>) -> F) -> Result<T>
where
    F: Future<Output = sqlx::Result<T>>,
{
    let mut tables = tables(cluster).await?;
    for _ in 1..TRIES {
        let answer = ask(names(&tables)).await;
        let now = self::tables(cluster).await?;
        match answer {
            Ok(answer) if now == tables => return Ok(answer),
            Err(error) if !is_gone(&error) => return Err(error).of("activity"),
            _ => tables = now,
        }
    }
    ask(names(&tables)).await.of("activity")
}

/// The jobs whose tables have rows that readers find there, and how far each is.
async fn tables(cluster: &MySqlPool) -> Result<Vec<(Uuid, String)>> {
    sqlx::query_as(TABLES)
        .fetch_all(cluster)
        .await
        .of("activity")
}

/// Returns the query of the owner's rows in all these tables.
fn of_tables(tables: &[String]) -> String {
    let each: Vec<_> = tables
        .iter()
        .map(|table| OF_OWNER.replacen("FROM activity ", &format!("FROM {table} "), 1))
        .collect();
    format!("{} ORDER BY at DESC, id DESC LIMIT ?", each.join(" UNION ALL "))
}

fn names(tables: &[(Uuid, String)]) -> Vec<String> {
    let mut names = vec!["activity".to_owned()];
    for (job, _) in tables {
        names.push(format!("activity_{}", job.simple()));
    }
    names
}

fn is_gone(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.code().as_deref() == Some(NO_SUCH_TABLE))
}
