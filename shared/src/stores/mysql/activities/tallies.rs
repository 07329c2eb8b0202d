//! Tallies for statistics of the rows that are still in MySQL: the record itself, and the tables of
//! jobs that archive months. Rows of the other jobs are counted in the warehouse, and none on both
//! sides.
//!
//! A count asks first which jobs have loaded their rows ([`Activities::loaded`]), counts those
//! in the warehouse, and then all others here. A job that loads its rows in between still has its
//! table, and is counted there; one whose table is gone by now is counted nowhere, so the count
//! begins again. While rows are counted here, the record is read in one transaction, so that no
//! month leaves it.
//!
//! Nobody counts rows that went to S3 alone. What they come to is kept when they are archived, a
//! file at a time, and is counted from when their job is verified, in the place of its table.

use sqlx::{MySql, MySqlConnection, QueryBuilder, Row, mysql::MySqlRow};
use uuid::Uuid;

use super::record::Activities;
use crate::{
    domain::{
        UserId, UserRange,
        statistics::{CountedAction, Tally},
    },
    error::{Of, Result},
    stores::mysql::rows::from_row,
};

const LOADED: &str = "\
    SELECT id FROM archive_jobs \
    WHERE target = 'redshift' AND state IN ('verified', 'dropped') ORDER BY id";
/// Before it is frozen, a job has no table, and its rows are the record's. What went to S3 alone is
/// [`KEPT`].
const OTHERS: &str = "\
    SELECT id, state FROM archive_jobs \
    WHERE state <> 'planned' AND NOT (target = 's3' AND state IN ('verified', 'dropped')) \
    ORDER BY id";
const KEPT: &str = "\
    SELECT owner_id, archived_tallies.month AS month, action, NULLIF(camera, '') AS camera, \
           CAST(SUM(n) AS SIGNED) AS n, CAST(SUM(archived_tallies.bytes) AS UNSIGNED) AS bytes \
    FROM archived_tallies JOIN archive_jobs ON archive_jobs.id = job \
    WHERE target = 's3' AND state IN ('verified', 'dropped') AND ";
const OF_KEPT: &str = " GROUP BY owner_id, archived_tallies.month, action, camera";
/// Any row: what matters is that the table cannot change until the transaction ends.
const HOLD: &str = "SELECT 1 FROM activity LIMIT 1";
/// MySQL's numbers of "no such table" and "the table has changed since the transaction began".
const MOVED: [u16; 2] = [1146, 1412];

impl Activities {
    /// The jobs whose rows are in the warehouse, in every cluster.
    pub async fn loaded(&self) -> Result<Vec<Uuid>> {
        let mut jobs = Vec::new();
        for cluster in self.db.writers() {
            let loaded: Vec<Uuid> = sqlx::query_scalar(LOADED)
                .fetch_all(cluster)
                .await
                .of("activity")?;
            jobs.extend(loaded);
        }
        Ok(jobs)
    }

    /// Tallies of these users, of all rows but those that these jobs have loaded. `None` when
    /// another job's table has gone since: then it is among those that [`Activities::loaded`]
    /// says now.
    pub async fn tallies(
        &self,
        users: UserRange,
        loaded: &[Uuid],
    ) -> Result<Option<Vec<(UserId, Tally)>>> {
        let mut tallies = Vec::new();
        for writer in self.db.writers() {
            let mut tx = writer.begin().await.of("activity")?;
            match of_cluster(&mut tx, users, loaded).await {
                Ok(Some(some)) => tallies.extend(some),
                Ok(None) => return Ok(None),
                Err(error) if has_moved(&error) => return Ok(None),
                Err(error) => return Err(error).of("activity"),
            }
        }
        Ok(Some(tallies))
    }
}

async fn of_cluster(
    db: &mut MySqlConnection,
    users: UserRange,
    loaded: &[Uuid],
) -> sqlx::Result<Option<Vec<(UserId, Tally)>>> {
    sqlx::query(HOLD).fetch_optional(&mut *db).await?;
    let others: Vec<(Uuid, String)> = sqlx::query_as(OTHERS).fetch_all(&mut *db).await?;
    let mut queries = vec![query("activity", users), kept(users)];
    for (job, state) in others {
        if loaded.contains(&job) {
            continue;
        }
        if state == "dropped" {
            return Ok(None);
        }
        queries.push(query(&format!("activity_{}", job.simple()), users));
    }
    let mut tallies = Vec::new();
    for mut query in queries {
        let rows = query.build_query_as::<OwnersTally>();
        for row in rows.fetch_all(&mut *db).await? {
            tallies.push((row.owner_id, row.tally));
        }
    }
    Ok(Some(tallies))
}

/// A tally, and the owner whose it is.
struct OwnersTally {
    owner_id: UserId,
    tally: Tally,
}

from_row!(OwnersTally { owner_id, tally: _ });

from_row!(Tally { month, action, camera, count: (count), bytes });

fn count(row: &MySqlRow) -> sqlx::Result<u64> {
    let count: i64 = row.try_get("n")?;
    u64::try_from(count).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// The same as [`crate::stores::tallies::tally_jobs`] has the warehouse count.
fn query(table: &str, users: UserRange) -> QueryBuilder<MySql> {
    let mut query = QueryBuilder::new("SELECT owner_id, ");
    query
        .push(TALLIED)
        .push(" FROM ")
        .push(table)
        .push(" WHERE ");
    push(&mut query, users);
    query
        .push(" AND ")
        .push(counts())
        .push(" GROUP BY owner_id, month, action, camera");
    query
}

fn kept(users: UserRange) -> QueryBuilder<MySql> {
    let mut query = QueryBuilder::new(KEPT);
    push(&mut query, users);
    query.push(OF_KEPT);
    query
}

fn push(query: &mut QueryBuilder<MySql>, users: UserRange) {
    query
        .push("owner_id > ")
        .push_bind(users.after.map_or(Uuid::nil(), UserId::uuid));
    query
        .push(" AND owner_id <= ")
        .push_bind(users.last.map_or(Uuid::max(), UserId::uuid));
}

/// The columns of a tally, but for its owner.
const TALLIED: &str = "\
    DATE_FORMAT(at, '%Y-%m') AS month, action, JSON_VALUE(context, '$.camera') AS camera, \
    COUNT(*) AS n, \
    CAST(COALESCE(SUM(CAST(JSON_VALUE(context, '$.bytes') AS UNSIGNED)), 0) AS UNSIGNED) AS bytes";

/// The rows that count: photos with their bytes, for an attempt that failed has none, and of the
/// rest what others did.
fn counts() -> String {
    let [added, removed] =
        [CountedAction::Added, CountedAction::Removed].map(CountedAction::action);
    let [commented, favoured, unfavoured] =
        [CountedAction::Commented, CountedAction::Favoured, CountedAction::Unfavoured]
            .map(CountedAction::action);
    format!(
        "((action IN ('{added}', '{removed}') AND JSON_VALUE(context, '$.bytes') IS NOT NULL) \
         OR (action IN ('{commented}', '{favoured}', '{unfavoured}') AND actor_id <> owner_id))"
    )
}

/// Keeps what rows of this table come to, those with ids after the first and up to the second: of a
/// job and a file. Kept again, it is the same.
pub(super) fn keep(
    table: &str,
    job: Uuid,
    file: u32,
    (after, end): (Uuid, Uuid),
) -> QueryBuilder<MySql> {
    let mut query = QueryBuilder::new(
        "INSERT INTO archived_tallies (owner_id, job, file, month, action, camera, n, bytes) \
         SELECT owner_id, ",
    );
    query.push_bind(job).push(", ").push_bind(file);
    query.push(
        ", month, action, COALESCE(LEFT(camera, 255), ''), SUM(n), SUM(bytes) \
         FROM (SELECT owner_id, ",
    );
    query
        .push(TALLIED)
        .push(" FROM ")
        .push(table)
        .push(" WHERE id > ")
        .push_bind(after)
        .push(" AND id <= ");
    query.push_bind(end).push(" AND ").push(counts()).push(
        " GROUP BY owner_id, month, action, camera) AS tallied \
         GROUP BY owner_id, month, action, COALESCE(LEFT(camera, 255), '') \
         ON DUPLICATE KEY UPDATE n = VALUES(n), bytes = VALUES(bytes)",
    );
    query
}

pub(super) fn has_moved(error: &sqlx::Error) -> bool {
    let error = error
        .as_database_error()
        .and_then(|error| error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>());
    error.is_some_and(|error| MOVED.contains(&error.number()))
}
