//! `archive-activity`: takes an archive job through its states, as far as it comes in one
//! invocation.
//!
//! A job is a row; each state is recorded before what comes after it begins, and each step,
//! repeated, does nothing or the same again. A worker may die at any line, and messages may come
//! twice or in any order:
//!
//! - One worker at a time: it holds a lock, and all its statements run on the connection that holds
//!   it.
//! - *freeze*: a table is made unless it is there. *exchange*: the month's rows go into it, in one
//!   statement, unless it has rows. From then on nothing writes to it, so what is exported twice is
//!   the same. A table that is of another form, because of a migration in between, is empty: the
//!   job is planned again, then the table is dropped. One that dies before it is dropped is found
//!   again by the next exchange.
//! - *export*: a file at a time, in the order of the rows' keys. A file that was finished is
//!   recorded with its sums and its last row, and is not written again; one that was not is given
//!   up and written anew under its own name.
//! - *load*: one transaction in the warehouse, under a token: submitted twice, it is one. It puts
//!   rows in the place of those with the same ids.
//! - *verify*: what is there is counted and compared. Until that is recorded readers find the rows
//!   in the job's table, and from then on where they were verified: never in both, never in
//!   neither. What statistics count of rows that go to files alone is kept before that, under the
//!   file's number: kept twice, it is the same.
//! - *drop*: the table goes. It is not there any more when that is repeated.
//!
//! A verification that fails ends the job: it says why, an alarm goes off, and the table stays.

mod export;
mod verify;
mod warehouse;

use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::ArchiveId,
    queue::{QueueMessage, Worker},
    stores::{
        Activities, ArchiveFiles, ArchiveJobMessage, ArchiveQueue, Warehouse,
        activities::{ArchiveJob, ArchiveJobState, ArchiveTarget, LockedJob},
    },
    telemetry,
};

/// Seconds until a job that another worker has is looked at again.
const TAKEN: i32 = 60;

/// The bounds of an invocation, of a file and of a row group.
#[derive(Clone, Copy, Debug)]
pub struct ArchiveLimits {
    /// The time that an invocation goes on before it leaves the rest to the next.
    pub time: Duration,
    /// The most rows of a file: what is done again after a death in the middle of it.
    pub file_rows: u64,
    /// The most bytes of rows in a row group, and with that the memory that is needed.
    pub group_bytes: usize,
    /// Seconds until a statement of the warehouse is asked for again.
    pub poll: i32,
}

impl Default for ArchiveLimits {
    fn default() -> Self {
        let time = Duration::from_mins(3);
        let poll = 20;
        Self { time, file_rows: 500_000, group_bytes: 24 << 20, poll }
    }
}

/// Asked before each write; an error is as if the worker died there.
pub type Fault = Box<dyn Fn(&str) -> Result<()> + Send + Sync>;

/// The worker and what it needs.
pub struct ArchiveActivity {
    /// The record.
    pub activities: Activities,
    /// The bucket of the files.
    pub files: ArchiveFiles,
    /// The queue of jobs that are not done.
    pub archive_queue: ArchiveQueue,
    /// The warehouse and the role that it reads files by, in a stack that has one.
    pub warehouse: Option<(Warehouse, CopyRole)>,
    /// The bounds of an invocation.
    pub limits: ArchiveLimits,
    /// For tests of what happens when a worker dies.
    pub fault: Option<Fault>,
}

/// The role with which the warehouse reads the bucket.
pub struct CopyRole(pub String);

/// The next thing to do for a job.
enum Next {
    /// The next step.
    Step,
    /// The same in so many seconds.
    Later(i32),
    /// Nothing.
    Ended,
}

#[async_trait]
impl Worker for ArchiveActivity {
    fn name(&self) -> &'static str {
        "archive-activity"
    }

    async fn work(&self, message: QueueMessage<'_>) -> Result<()> {
        let ArchiveJobMessage { job } = message.read()?;
        match self.advance(job).await? {
            // Sent before this message is deleted: dying between the two leaves two, of which one
            // finds nothing to do.
            Some(seconds) => self.archive_queue.send(job, seconds).await,
            None => Ok(()),
        }
    }
}

impl ArchiveActivity {
    /// Takes the job as far as it comes now; in how many seconds it is to go on, if it has not
    /// ended.
    pub async fn advance(&self, id: ArchiveId) -> Result<Option<i32>> {
        let until = Instant::now() + self.limits.time;
        let Some(mut locked) = self.activities.work_on(id).await? else { return Ok(Some(TAKEN)) };
        let later = self.go_on(&mut locked, until).await;
        // After a failure, too: an environment that is frozen would hold the lock for as long as it
        // is.
        locked.release().await?;
        later
    }

    async fn go_on(&self, locked: &mut LockedJob, until: Instant) -> Result<Option<i32>> {
        loop {
            let before = locked.job.state;
            match self.step(locked, until).await? {
                Next::Ended => return Ok(None),
                Next::Later(seconds) => return Ok(Some(seconds)),
                Next::Step if Instant::now() >= until => return Ok(Some(0)),
                Next::Step => {
                    let job = locked.job.id;
                    let to = locked.job.state.word();
                    tracing::info!(%job, from = before.word(), to, "moved");
                }
            }
        }
    }

    async fn step(&self, locked: &mut LockedJob, until: Instant) -> Result<Next> {
        match locked.job.state {
            ArchiveJobState::Planned => {
                self.before("make the table")?;
                locked.make_table().await?;
                self.move_on(locked, ArchiveJobState::Frozen).await
            }
            ArchiveJobState::Frozen => {
                self.before("exchange the partition")?;
                if locked.exchange().await? {
                    return self.move_on(locked, ArchiveJobState::Exchanged).await;
                }
                self.make_table_anew(locked).await
            }
            ArchiveJobState::Exchanged => self.export(locked, until).await,
            ArchiveJobState::Exported => self.load(locked).await,
            ArchiveJobState::Loading if locked.job.target == ArchiveTarget::Redshift => {
                self.ask_warehouse(locked).await
            }
            ArchiveJobState::Loading => self.read_back(locked, until).await,
            ArchiveJobState::Verified => {
                self.before("drop the table")?;
                locked.drop_table().await?;
                self.move_on(locked, ArchiveJobState::Dropped).await
            }
            ArchiveJobState::Dropped | ArchiveJobState::Failed => Ok(Next::Ended),
        }
    }

    async fn load(&self, locked: &mut LockedJob) -> Result<Next> {
        if locked.job.target == ArchiveTarget::Redshift && locked.job.sums.rows > 0 {
            return self.submit_load(locked).await;
        }
        self.move_on(locked, ArchiveJobState::Loading).await
    }

    /// Has the job's table made anew, because a migration has changed the record since.
    async fn make_table_anew(&self, locked: &mut LockedJob) -> Result<Next> {
        // First, because readers look into the table of a job that is frozen.
        self.record(locked, |job| job.state = ArchiveJobState::Planned)
            .await?;
        self.before("drop the empty table")?;
        locked.drop_empty_table().await?;
        Ok(Next::Step)
    }

    async fn move_on(&self, locked: &mut LockedJob, state: ArchiveJobState) -> Result<Next> {
        self.record(locked, |job| job.state = state).await?;
        Ok(Next::Step)
    }

    async fn record(
        &self,
        locked: &mut LockedJob,
        change: impl FnOnce(&mut ArchiveJob),
    ) -> Result<()> {
        self.before("record the state")?;
        locked.record(change).await
    }

    /// Ends a job whose rows are not where they should be. They stay in its table, where readers
    /// find them.
    async fn fail(&self, locked: &mut LockedJob, reason: String) -> Result<Next> {
        self.record(locked, |job| {
            job.state = ArchiveJobState::Failed;
            job.reason = Some(reason);
        })
        .await?;
        let job = &locked.job;
        let month = job.month;
        tracing::error!(job = %job.id, %month, "an archive job failed; its row says why");
        telemetry::count("ArchiveFailed", json!({"job": job.id, "month": job.month.to_string()}));
        Ok(Next::Ended)
    }

    fn before(&self, write: &str) -> Result<()> {
        self.fault.as_ref().map_or(Ok(()), |fault| fault(write))
    }
}

/// The key of one of the job's files. What the warehouse has loaded stands where it expires.
fn key(job: &ArchiveJob, name: &str) -> String {
    let folder = match job.target {
        ArchiveTarget::S3 => "activity",
        ArchiveTarget::Redshift => "staging",
    };
    format!("{folder}/{}/{}/{name}", job.month, job.name())
}

/// The key of the file with this number.
fn file_key(job: &ArchiveJob, number: u32) -> String {
    key(job, &format!("{number:05}.parquet"))
}
