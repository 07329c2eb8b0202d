//! Archive jobs as the database has them.

use sqlx::{AssertSqlSafe, Connection, MySqlConnection, Row};

const JOBS: &str = "\
    SELECT LOWER(HEX(id)) AS id, month, generation, target, state, row_count, bytes, \
           CAST(checksum AS CHAR) AS checksum, reason \
    FROM archive_jobs ORDER BY month, generation";

/// An archive job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id, in hexadecimal.
    pub id: String,
    /// First and last shard of its cluster.
    pub shards: (u16, u16),
    /// Its month.
    pub month: String,
    /// Which of the month's it is.
    pub generation: u32,
    /// Where the rows go.
    pub target: String,
    /// How far it is.
    pub state: String,
    /// Rows that it has exported.
    pub rows: u64,
    /// Bytes of its files.
    pub bytes: u64,
    /// The sum of the rows' sums.
    pub checksum: String,
    /// Why it failed.
    pub reason: Option<String>,
    /// Rows of it that are in the database still, in its own table.
    pub kept: u64,
}

/// The jobs of the cluster at this URL.
pub async fn of_cluster(url: &str, shards: (u16, u16)) -> sqlx::Result<Vec<Job>> {
    let mut database = MySqlConnection::connect(url).await?;
    let mut jobs = Vec::new();
    for row in sqlx::query(JOBS).fetch_all(&mut database).await? {
        jobs.push(Job {
            id: row.try_get("id")?,
            shards,
            month: row.try_get("month")?,
            generation: row.try_get("generation")?,
            target: row.try_get("target")?,
            state: row.try_get("state")?,
            rows: row.try_get("row_count")?,
            bytes: row.try_get("bytes")?,
            checksum: row.try_get("checksum")?,
            reason: row.try_get("reason")?,
            kept: 0,
        });
    }
    for job in &mut jobs {
        job.kept = kept(&mut database, job).await?;
    }
    database.close().await?;
    Ok(jobs)
}

/// Counts the rows in the job's table, if there is one.
async fn kept(database: &mut MySqlConnection, job: &Job) -> sqlx::Result<u64> {
    let table = format!("activity_{}", job.id);
    let there = "SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?";
    let there: i64 = sqlx::query_scalar(there)
        .bind(&table)
        .fetch_one(&mut *database)
        .await?;
    if there == 0 {
        return Ok(0);
    }
    let count: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}")))
        .fetch_one(database)
        .await?;
    Ok(count.unsigned_abs())
}
