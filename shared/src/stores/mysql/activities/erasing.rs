//! A user who goes for good: the rows about what was theirs go, those of what they did to others'
//! things stay without their name.
//!
//! Rows stand in the record and in the tables of archive jobs. The record comes first: what leaves
//! it while it is gone through is in the table of a job by then. A job that has counted its rows,
//! and has not yet compared them, is not disturbed: its table is left as it is, and whoever asked
//! comes again.

use sqlx::{AssertSqlSafe, MySqlPool};
use uuid::Uuid;

use super::{record::Activities, tallies::has_moved};
use crate::{
    domain::UserId,
    error::{Of, Result},
};

/// Rows that one statement changes: more would hold its locks for long.
const AT_ONCE: u64 = 1000;

const COUNT: &str = "SELECT COUNT(*) FROM {table} WHERE owner_id = ?";
const ERASE: &str = "DELETE FROM {table} WHERE owner_id = ? LIMIT 1000";
const ANONYMISE: &str =
    "UPDATE {table} SET actor_id = NULL WHERE owner_id = ? AND actor_id = ? LIMIT 1000";
const IS_OWNER: &str =
    "SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE owner_id = ? LIMIT 1) AS found";
const IS_ACTOR: &str = "\
    SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE owner_id = ? AND actor_id = ? LIMIT 1) \
    AS found";
/// The jobs that have a table, and whether it may be changed.
const TABLES: &str = "\
    SELECT id, state IN ('verified', 'failed') FROM archive_jobs \
    WHERE state NOT IN ('planned', 'dropped') ORDER BY id";
/// Those whose things this user has done something to.
pub(super) const OWNERS: &str = "\
    SELECT owner_id FROM actors FORCE INDEX (PRIMARY) WHERE actor_id = ? AND owner_id > ? \
    ORDER BY owner_id LIMIT 1000";
const FORGET: [&str; 3] = [
    "DELETE FROM actors WHERE actor_id = ? LIMIT 1000",
    "DELETE FROM actors WHERE owner_id = ? LIMIT 1000",
    "DELETE FROM archived_tallies WHERE owner_id = ? LIMIT 1000",
];

/// The same in the warehouse, in one transaction: how many rows there were, and then none of them
/// is.
pub const ERASE_ARCHIVED: [&str; 4] = [
    "SELECT COUNT(*) FROM activity WHERE owner_id = :user",
    "DELETE FROM activity WHERE owner_id = :user",
    "UPDATE activity SET actor_id = NULL WHERE actor_id = :user",
    "DELETE FROM tallies WHERE owner_id = :user",
];

/// A change of a user's rows: a statement, and the question if there are any. A statement
/// changes at most [`AT_ONCE`], and finds fewer each time.
struct RowChange {
    change: &'static str,
    any: &'static str,
    ids: Vec<Uuid>,
}

impl Activities {
    /// Counts the rows in the database about what is this user's.
    pub async fn count(&self, owner: UserId) -> Result<u64> {
        let cluster = self.db.writer(owner.shard())?;
        let mut count = number(cluster, COUNT, "activity", &[owner.uuid()]).await?;
        for (table, _) in tables(cluster).await? {
            count += number(cluster, COUNT, &table, &[owner.uuid()]).await?;
        }
        Ok(count)
    }

    /// Takes this user out of the database. `false` while a job that archives some of their rows
    /// must end first: to be called again.
    pub async fn forget(&self, user: UserId) -> Result<bool> {
        let erase = RowChange { change: ERASE, any: IS_OWNER, ids: vec![user.uuid()] };
        let mut whole = erase.done(self.db.writer(user.shard())?).await?;
        for cluster in self.db.writers() {
            whole &= anonymise(cluster, user).await?;
        }
        if whole {
            for cluster in self.db.writers() {
                for sql in FORGET {
                    while run(cluster, sql, &[user.uuid()]).await.of("activity")? == AT_ONCE {}
                }
            }
        }
        Ok(whole)
    }
}

async fn anonymise(cluster: &MySqlPool, user: UserId) -> Result<bool> {
    let mut whole = true;
    let mut after = Uuid::nil();
    loop {
        let owners: Vec<Uuid> = sqlx::query_scalar(OWNERS)
            .bind(user.uuid())
            .bind(after)
            .fetch_all(cluster)
            .await
            .of("activity")?;
        let Some(last) = owners.last() else { return Ok(whole) };
        after = *last;
        for owner in owners {
            let anonymise =
                RowChange { change: ANONYMISE, any: IS_ACTOR, ids: vec![owner, user.uuid()] };
            whole &= anonymise.done(cluster).await?;
        }
    }
}

impl RowChange {
    /// Does it in the record and in every table that may be changed; whether no other has such
    /// rows.
    async fn done(&self, cluster: &MySqlPool) -> Result<bool> {
        self.to_all(cluster, "activity").await?;
        let mut whole = true;
        for (table, open) in tables(cluster).await? {
            if open {
                self.to_all(cluster, &table).await?;
            } else {
                whole &= number(cluster, self.any, &table, &self.ids).await? == 0;
            }
        }
        Ok(whole)
    }

    async fn to_all(&self, cluster: &MySqlPool, table: &str) -> Result<()> {
        let sql = self.change.replacen("{table}", table, 1);
        loop {
            match run(cluster, &sql, &self.ids).await {
                Ok(AT_ONCE) => {}
                Ok(_) => return Ok(()),
                // Verified and dropped since: the rows are in the warehouse.
                Err(error) if has_moved(&error) && table != "activity" => return Ok(()),
                Err(error) => return Err(error).of("activity"),
            }
        }
    }
}

async fn tables(cluster: &MySqlPool) -> Result<Vec<(String, bool)>> {
    let jobs = sqlx::query_as::<_, (Uuid, bool)>(TABLES)
        .fetch_all(cluster)
        .await
        .of("activity")?;
    Ok(jobs
        .into_iter()
        .map(|(id, open)| (format!("activity_{}", id.simple()), open))
        .collect())
}

async fn run(cluster: &MySqlPool, sql: &str, ids: &[Uuid]) -> sqlx::Result<u64> {
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for id in ids {
        query = query.bind(*id);
    }
    Ok(query.execute(cluster).await?.rows_affected())
}

/// Returns the query's count; nothing in a table that is gone.
async fn number(cluster: &MySqlPool, sql: &str, table: &str, ids: &[Uuid]) -> Result<u64> {
    let of_table = sql.replacen("{table}", table, 1);
    let mut query = sqlx::query_scalar(AssertSqlSafe(of_table));
    for id in ids {
        query = query.bind(*id);
    }
    let count: sqlx::Result<i64> = query.fetch_one(cluster).await;
    match count {
        Err(error) if has_moved(&error) && table != "activity" => Ok(0),
        count => Ok(u64::try_from(count.of("activity")?).unwrap_or(0)),
    }
}
