//! Archive jobs as the database has them.

use sqlx::{AssertSqlSafe, Connection, MySqlConnection, Row, mysql::MySqlRow};

const JOBS: &str = "\
    SELECT LOWER(HEX(id)) AS id, month, generation, target, state, row_count, bytes, \
           CAST(checksum AS CHAR) AS checksum, reason \
    FROM archive_jobs ORDER BY month, generation";
const TABLE_COUNT: &str = "\
    SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES \
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?";

/// The state of a job that went through to its end.
const DROPPED: &str = "dropped";
/// The state of a job that gave up.
const FAILED: &str = "failed";

/// An archive job, as the list shows it.
#[derive(Clone, Debug)]
pub struct ListedJob {
    /// The job's id, in hexadecimal.
    pub id: String,
    /// First and last logical shard of its cluster.
    pub shards: (u16, u16),
    /// Its month, `YYYY-MM`.
    pub month: String,
    /// Its number among the jobs of the month, from 1.
    pub generation: u32,
    /// The store that the rows go to.
    pub target: String,
    /// The step that it has reached.
    pub state: String,
    /// Rows that it has exported.
    pub rows: u64,
    /// Bytes of its files.
    pub bytes: u64,
    /// The sum of the rows' checksums, in decimal.
    pub checksum: String,
    /// The reason for which it failed.
    pub reason: Option<String>,
    /// Rows of it that are in the database still, in its own table.
    pub kept: u64,
}

impl ListedJob {
    /// Returns whether the job went through to its end.
    pub fn is_dropped(&self) -> bool {
        self.state == DROPPED
    }

    /// Returns whether the job ended, whatever came of it.
    pub fn has_ended(&self) -> bool {
        self.is_dropped() || self.state == FAILED
    }
}

/// Returns the jobs of the cluster at this URL, which holds these logical shards.
pub(super) async fn of_cluster(url: &str, shards: (u16, u16)) -> sqlx::Result<Vec<ListedJob>> {
    let mut database = MySqlConnection::connect(url).await?;
    let rows = sqlx::query(JOBS).fetch_all(&mut database).await?;
    let mut jobs = Vec::new();
    for row in &rows {
        let mut job = read_job(row, shards)?;
        job.kept = count_kept_rows(&mut database, &job.id).await?;
        jobs.push(job);
    }
    database.close().await?;
    Ok(jobs)
}

/// Reads a row of the table of jobs; the rows that are kept are not in it.
fn read_job(row: &MySqlRow, shards: (u16, u16)) -> sqlx::Result<ListedJob> {
    Ok(ListedJob {
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
    })
}

/// Counts the rows in the job's own table, if it has one.
async fn count_kept_rows(database: &mut MySqlConnection, job_id: &str) -> sqlx::Result<u64> {
    let table = format!("activity_{job_id}");
    let tables: i64 = sqlx::query_scalar(TABLE_COUNT)
        .bind(&table)
        .fetch_one(&mut *database)
        .await?;
    if tables == 0 {
        return Ok(0);
    }
    let count: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}")))
        .fetch_one(database)
        .await?;
    Ok(count.unsigned_abs())
}
