//! Jobs that archive a month of one cluster: what is known of each, and who works on it.

use sqlx::{Row, mysql::MySqlRow};
use time::PrimitiveDateTime;
use uuid::Uuid;

use super::{partitions, record::Activities};
use crate::{
    domain::{ActivitySums, ArchiveId, Moment, Month, Shard},
    error::{Error, Of, Result},
    stores::mysql::{
        advisory_lock::AdvisoryLock,
        rows::{Checksum, from_row},
    },
};

const JOB: &str = "SELECT *, CAST(checksum AS CHAR) AS sum FROM archive_jobs WHERE id = ?";
pub(super) const JOBS: &str = "\
    SELECT *, CAST(checksum AS CHAR) AS sum FROM archive_jobs WHERE id > ? ORDER BY id LIMIT 1000";
pub(super) const GENERATIONS: &str = "\
    SELECT generation, state NOT IN ('dropped', 'failed') FROM archive_jobs \
    WHERE month = ? ORDER BY generation";
const INSERT: &str = "\
    INSERT INTO archive_jobs (id, month, generation, target, state, planned_at, updated_at) \
    VALUES (?, ?, ?, ?, 'planned', ?, ?)";

/// The store that archived rows go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveTarget {
    /// Files on S3, and nothing else.
    S3,
    /// Files on S3, and from there the warehouse.
    Redshift,
}

impl ArchiveTarget {
    /// Its word in `ARCHIVE_TO`; `None` for `none` and all others.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::S3, Self::Redshift]
            .into_iter()
            .find(|target| target.word() == word)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Redshift => "redshift",
        }
    }
}

/// The state of a job. Each is recorded before what comes after it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArchiveJobState {
    /// It is to be done.
    Planned,
    /// Its table is there.
    Frozen,
    /// The month's rows are in its table, and no row is added to them.
    Exchanged,
    /// They are in files on S3.
    Exported,
    /// They are being loaded, or read back.
    Loading,
    /// The rows that were loaded are those that were exported: readers find them there.
    Verified,
    /// Its table is gone.
    Dropped,
    /// It goes no further; every row is in its table.
    Failed,
}

impl ArchiveJobState {
    /// All there are, in order.
    pub const ALL: [Self; 8] = [
        Self::Planned,
        Self::Frozen,
        Self::Exchanged,
        Self::Exported,
        Self::Loading,
        Self::Verified,
        Self::Dropped,
        Self::Failed,
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Frozen => "frozen",
            Self::Exchanged => "exchanged",
            Self::Exported => "exported",
            Self::Loading => "loading",
            Self::Verified => "verified",
            Self::Dropped => "dropped",
            Self::Failed => "failed",
        }
    }

    /// Returns true if nothing is left to do.
    pub fn ended(self) -> bool {
        matches!(self, Self::Dropped | Self::Failed)
    }

    /// Returns true if readers find its rows in its table.
    pub fn in_table(self) -> bool {
        matches!(
            self,
            Self::Frozen | Self::Exchanged | Self::Exported | Self::Loading | Self::Failed
        )
    }
}

/// A job that archives what is there of a month.
#[derive(Clone, Debug)]
pub struct ArchiveJob {
    /// Its id, on the first shard of its cluster.
    pub id: ArchiveId,
    /// The month.
    pub month: Month,
    /// Its number among the jobs of that month.
    pub generation: u32,
    /// The store that the rows go to.
    pub target: ArchiveTarget,
    /// Its state.
    pub state: ArchiveJobState,
    /// The sums of its rows, once they are exported.
    pub sums: ActivitySums,
    /// Bytes of its files.
    pub bytes: u64,
    /// Loads that were begun.
    pub attempt: u32,
    /// The last load.
    pub load: Option<String>,
    /// The query that verifies it.
    pub check: Option<String>,
    /// The reason for which it failed.
    pub reason: Option<String>,
    /// The moment at which anything about it changed last.
    pub updated_at: Moment,
}

from_row!(ArchiveJob {
    id,
    month,
    generation,
    target: (target),
    state: (state),
    sums: _,
    bytes,
    attempt,
    load: "load_id",
    check: "check_id",
    reason,
    updated_at,
});

// The sums in a row of a job or a file.
from_row!(ActivitySums {
    rows: "row_count",
    checksum: (checksum),
    first: "first_at",
    last: "last_at",
});

fn target(row: &MySqlRow) -> sqlx::Result<ArchiveTarget> {
    let word: String = row.try_get("target")?;
    ArchiveTarget::of_word(&word).ok_or_else(|| unknown("target", &word))
}

fn state(row: &MySqlRow) -> sqlx::Result<ArchiveJobState> {
    let word: String = row.try_get("state")?;
    ArchiveJobState::ALL
        .into_iter()
        .find(|state| state.word() == word)
        .ok_or_else(|| unknown("state", &word))
}

fn checksum(row: &MySqlRow) -> sqlx::Result<u128> {
    let Checksum(sum) = row.try_get("sum")?;
    Ok(sum)
}

fn unknown(what: &str, word: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("an archive job with an unknown {what}: {word}").into())
}

impl ArchiveJob {
    /// The name of its table.
    pub fn table(&self) -> String {
        format!("activity_{}", self.name())
    }

    /// 32 hexadecimal digits: its name in tables, keys and the warehouse.
    pub fn name(&self) -> String {
        self.id.uuid().simple().to_string()
    }
}

impl Activities {
    /// Plans a job for every month up to `last` that has rows in the database and no job at work,
    /// in every cluster. A run that dies leaves what it has not planned to the next; two at
    /// once take turns. How many were planned.
    pub async fn plan(&self, last: Month, target: ArchiveTarget) -> Result<usize> {
        let mut planned = 0;
        for (shard, cluster) in self.db.clusters() {
            let mut db = AdvisoryLock::acquire(cluster, "plan", "activity").await?;
            for month in partitions::months(&mut db).await? {
                if month <= last && partitions::has_rows(&mut db, month).await? {
                    planned += usize::from(plan(&mut db, shard, month, target).await?);
                }
            }
            db.release().await?;
        }
        Ok(planned)
    }

    /// All jobs of all clusters, the oldest of each first.
    pub async fn jobs(&self) -> Result<Vec<ArchiveJob>> {
        let mut jobs = Vec::new();
        for (_, cluster) in self.db.clusters() {
            let mut after = Uuid::nil();
            loop {
                let page: Vec<ArchiveJob> = sqlx::query_as(JOBS)
                    .bind(after)
                    .fetch_all(cluster)
                    .await
                    .of("activity")?;
                let Some(last) = page.last() else { break };
                after = last.id.uuid();
                jobs.extend(page);
            }
        }
        Ok(jobs)
    }

    /// The job as it is now.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn job(&self, id: ArchiveId) -> Result<ArchiveJob> {
        sqlx::query_as(JOB)
            .bind(id.uuid())
            .fetch_optional(self.db.writer(id.shard())?)
            .await
            .of("activity")?
            .ok_or(Error::NotFound { what: "archive job" })
    }
}

/// Plans the month's next job, unless one is at work on it; whether it did.
async fn plan(
    db: &mut AdvisoryLock,
    shard: Shard,
    month: Month,
    target: ArchiveTarget,
) -> Result<bool> {
    let generations: Vec<(u32, bool)> = sqlx::query_as(GENERATIONS)
        .bind(month.to_string())
        .fetch_all(&mut **db)
        .await
        .of("activity")?;
    let mut next = 1;
    for (generation, is_at_work) in generations {
        if is_at_work {
            return Ok(false);
        }
        next = next.max(generation + 1);
    }
    let now = Moment::now().utc();
    sqlx::query(INSERT)
        .bind(ArchiveId::new(shard).uuid())
        .bind(month.to_string())
        .bind(next)
        .bind(target.word())
        .bind(now)
        .bind(now)
        .execute(&mut **db)
        .await
        .of("activity")?;
    Ok(true)
}

/// A moment as it is bound where there may be none.
pub(super) fn perhaps(at: Option<Moment>) -> Option<PrimitiveDateTime> {
    at.map(Moment::utc)
}
