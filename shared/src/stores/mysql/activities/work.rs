//! A job at work: the lock that one worker has, and every write that the worker makes in the
//! database.
//!
//! All of it runs on the connection that holds the lock. A worker whose connection has ended has
//! lost the lock, and can write nothing more: two never work on one job.

use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, mysql::MySqlDatabaseError};
use uuid::Uuid;

use super::{
    job_files::RowPosition,
    jobs::{ArchiveJob, ArchiveJobState, perhaps},
    record::Activities,
};
use crate::{
    domain::{Activity, ActivitySums, ArchiveId, Moment},
    error::{Error, Of, Result},
    stores::mysql::advisory_lock::AdvisoryLock,
};

const RECORD: &str = "\
    UPDATE archive_jobs SET state = ?, row_count = ?, bytes = ?, checksum = ?, \
                            first_at = ?, last_at = ?, attempt = ?, \
                            load_id = ?, check_id = ?, reason = ?, updated_at = ? \
    WHERE id = ? AND state = ?";
const IS_PARTITIONED: &str = "\
    SELECT COUNT(PARTITION_NAME) > 0 FROM INFORMATION_SCHEMA.PARTITIONS \
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?";
/// An exchange waits for every statement on the table, and all that come after wait for it: not for
/// long.
const PATIENCE: &str = "SET SESSION lock_wait_timeout = 5";
/// MySQL's number of "tables have different definitions". Not 1731, which it says of a column that
/// was added in an instant: a table that is made anew is refused for that, too.
const OTHER_FORM: u16 = 1736;
/// The most characters that are kept of why a job failed.
const REASON: usize = 1000;

/// A job that this worker alone works on.
pub struct LockedJob {
    pub(super) db: AdvisoryLock,
    /// The job, as it is recorded.
    pub job: ArchiveJob,
}

impl Activities {
    /// The job, for one worker at a time; `None` while another has it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such job.
    pub async fn work_on(&self, id: ArchiveId) -> Result<Option<LockedJob>> {
        let cluster = self.db.writer(id.shard())?;
        let name = id.uuid().simple().to_string();
        let lock = AdvisoryLock::within(cluster, &name, 0, "activity").await?;
        let Some(db) = lock else { return Ok(None) };
        // Read under the lock: as the last worker left it.
        let job = self.job(id).await?;
        Ok(Some(LockedJob { db, job }))
    }
}

impl LockedJob {
    /// Records the job as this says, on condition that it is still in the state that it was in.
    pub async fn record(&mut self, change: impl FnOnce(&mut ArchiveJob)) -> Result<()> {
        let before = self.job.state.word();
        let mut job = self.job.clone();
        change(&mut job);
        job.updated_at = Moment::now();
        job.reason = job
            .reason
            .map(|reason| reason.chars().take(REASON).collect());
        let recorded = sqlx::query(RECORD)
            .bind(job.state.word())
            .bind(job.sums.rows)
            .bind(job.bytes)
            .bind(job.sums.checksum.to_string())
            .bind(perhaps(job.sums.first))
            .bind(perhaps(job.sums.last))
            .bind(job.attempt)
            .bind(&job.load)
            .bind(&job.check)
            .bind(&job.reason)
            .bind(job.updated_at.utc())
            .bind(self.job.id.uuid())
            .bind(before)
            .execute(&mut *self.db)
            .await
            .of("activity")?;
        if recorded.rows_affected() != 1 {
            let why = format!("the archive job {} is no longer {before}", self.job.id);
            return Err(Error::internal(why));
        }
        self.job = job;
        Ok(())
    }

    /// Makes the job's table, which is like the record's, without partitions.
    pub async fn make_table(&mut self) -> Result<()> {
        let table = self.job.table();
        self.run(format!("CREATE TABLE IF NOT EXISTS {table} LIKE activity"))
            .await?;
        let partitioned: bool = sqlx::query_scalar(IS_PARTITIONED)
            .bind(&table)
            .fetch_one(&mut *self.db)
            .await
            .of("activity")?;
        if partitioned {
            self.run(format!("ALTER TABLE {table} REMOVE PARTITIONING"))
                .await
        } else {
            Ok(())
        }
    }

    /// Exchanges the month's partition for the job's table, unless that has rows: then it was done
    /// before.
    ///
    /// Returns false, and does nothing, when the table is of another form than the record, because
    /// a migration has changed the record since the table was made. It is empty then.
    pub async fn exchange(&mut self) -> Result<bool> {
        if self.has_rows().await? {
            return Ok(true);
        }
        self.run(PATIENCE.to_owned()).await?;
        match self.try_exchange().await {
            Ok(()) => Ok(true),
            Err(error) if is_of_another_form(&error) => Ok(false),
            Err(error) => Err(error).of("activity"),
        }
    }

    /// Drops the job's table, which is empty and of another form than the record.
    ///
    /// # Errors
    /// [`Error::Internal`] for a job whose table readers look into, and for a table with rows.
    pub async fn drop_empty_table(&mut self) -> Result<()> {
        if self.job.state != ArchiveJobState::Planned || self.has_rows().await? {
            return Err(Error::internal("only an empty table of a planned job is made anew"));
        }
        let table = self.job.table();
        self.run(format!("DROP TABLE {table}")).await
    }

    /// Returns whether the job's table has any row.
    async fn has_rows(&mut self) -> Result<bool> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {})", self.job.table());
        sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&mut *self.db)
            .await
            .of("activity")
    }

    async fn try_exchange(&mut self) -> sqlx::Result<()> {
        let table = self.job.table();
        let partition = self.job.month.partition();
        let sql = format!("ALTER TABLE activity EXCHANGE PARTITION {partition} WITH TABLE {table}");
        sqlx::query(AssertSqlSafe(sql))
            .execute(&mut *self.db)
            .await?;
        Ok(())
    }

    /// Rows of the job's table after this one, in the order of their keys.
    pub async fn rows_after(
        &mut self,
        after: Option<RowPosition>,
        limit: u32,
    ) -> Result<Vec<Activity>> {
        let id = after.map_or(Uuid::nil(), |after| after.id);
        let at = after.map_or(Moment::FIRST, |after| after.at);
        let sql = format!(
            "SELECT * FROM {} WHERE id >= ? AND (id > ? OR at > ?) ORDER BY id, at LIMIT ?",
            self.job.table()
        );
        // Row by row: a row of the driver's is larger than what is read from it.
        sqlx::query_as(AssertSqlSafe(sql))
            .bind(id)
            .bind(id)
            .bind(at.utc())
            .bind(limit)
            .fetch(&mut *self.db)
            .try_collect()
            .await
            .of("activity")
    }

    /// Returns the number of rows of the job's table, and from when to when: counted by the
    /// database.
    pub async fn counted(&mut self) -> Result<ActivitySums> {
        let sql = format!(
            "SELECT CAST(COUNT(*) AS UNSIGNED) AS row_count, '0' AS sum, \
                    MIN(at) AS first_at, MAX(at) AS last_at FROM {}",
            self.job.table()
        );
        sqlx::query_as(AssertSqlSafe(sql))
            .fetch_one(&mut *self.db)
            .await
            .of("activity")
    }

    /// Drops the job's table: its rows are read from where they were verified.
    ///
    /// # Errors
    /// [`Error::Internal`] for a job that is not verified.
    pub async fn drop_table(&mut self) -> Result<()> {
        if self.job.state != ArchiveJobState::Verified {
            return Err(Error::internal("only what is verified is dropped"));
        }
        let table = self.job.table();
        self.run(format!("DROP TABLE IF EXISTS {table}")).await
    }

    /// Lets another worker have the job.
    pub async fn release(self) -> Result<()> {
        self.db.release().await
    }

    async fn run(&mut self, sql: String) -> Result<()> {
        sqlx::query(AssertSqlSafe(sql))
            .execute(&mut *self.db)
            .await
            .of("activity")?;
        Ok(())
    }
}

fn is_of_another_form(error: &sqlx::Error) -> bool {
    let Some(error) = error.as_database_error() else { return false };
    match error.try_downcast_ref::<MySqlDatabaseError>() {
        Some(error) => error.number() == OTHER_FORM,
        None => false,
    }
}
