//! Jobs that archive a month of one cluster: what is known of each, and who works on it.

use sqlx::{Row, mysql::MySqlRow};
use time::PrimitiveDateTime;

use super::{partitions, record::Activities};
use crate::{
    domain::{ActivitySums, ArchiveId, Moment, Month, Shard},
    error::{Error, Of, Result},
    stores::mysql::{
        advisory_lock::AdvisoryLock,
        rows::{maybe_moment, moment},
    },
};

const JOB: &str = "SELECT *, CAST(checksum AS CHAR) AS sum FROM archive_jobs WHERE id = ?";
pub(super) const JOBS: &str = "\
    SELECT *, CAST(checksum AS CHAR) AS sum FROM archive_jobs WHERE id > ? ORDER BY id LIMIT 1000";
pub(super) const GENERATIONS: &str = "\
    SELECT generation, state NOT IN ('dropped', 'failed') FROM archive_jobs WHERE month = ? ORDER BY generation";
const INSERT: &str = "\
    INSERT INTO archive_jobs (id, month, generation, target, state, planned_at, updated_at) \
    VALUES (?, ?, ?, ?, 'planned', ?, ?)";

/// Where archived rows go.
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

/// How far a job is. Each state is recorded before what comes after it begins.
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
    /// What was loaded is what was exported: readers find the rows there.
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

    /// Whether nothing is left to do.
    pub fn ended(self) -> bool {
        matches!(self, Self::Dropped | Self::Failed)
    }

    /// Whether readers find its rows in its table.
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
    /// Which job of that month it is.
    pub generation: u32,
    /// Where the rows go.
    pub target: ArchiveTarget,
    /// How far it is.
    pub state: ArchiveJobState,
    /// What its rows come to, once they are exported.
    pub sums: ActivitySums,
    /// Bytes of its files.
    pub bytes: u64,
    /// Loads that were begun.
    pub attempt: u32,
    /// The last load.
    pub load: Option<String>,
    /// The query that verifies it.
    pub check: Option<String>,
    /// Why it failed.
    pub reason: Option<String>,
    /// When anything about it changed last.
    pub updated_at: Moment,
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
            let mut after = uuid::Uuid::nil();
            loop {
                let rows = sqlx::query(JOBS)
                    .bind(after)
                    .fetch_all(cluster)
                    .await
                    .of("activity")?;
                let Some(last) = rows.last() else { break };
                after = last.try_get("id").of("activity")?;
                for row in &rows {
                    jobs.push(read(row)?);
                }
            }
        }
        Ok(jobs)
    }

    /// The job as it is now.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn job(&self, id: ArchiveId) -> Result<ArchiveJob> {
        let row = sqlx::query(JOB)
            .bind(id.uuid())
            .fetch_optional(self.db.writer(id.shard())?)
            .await;
        read(
            &row.of("activity")?
                .ok_or(Error::NotFound { what: "archive job" })?,
        )
    }
}

/// Plans the month's next job, unless one is at work on it; whether it did.
async fn plan(
    db: &mut AdvisoryLock,
    shard: Shard,
    month: Month,
    target: ArchiveTarget,
) -> Result<bool> {
    let rows = sqlx::query(GENERATIONS)
        .bind(month.to_string())
        .fetch_all(&mut **db)
        .await
        .of("activity")?;
    let mut generation = 1;
    for row in rows {
        let (number, open): (u32, bool) =
            (row.try_get(0).of("activity")?, row.try_get(1).of("activity")?);
        if open {
            return Ok(false);
        }
        generation = generation.max(number + 1);
    }
    let now = Moment::now().utc();
    let insert = sqlx::query(INSERT)
        .bind(ArchiveId::new(shard).uuid())
        .bind(month.to_string())
        .bind(generation);
    insert
        .bind(target.word())
        .bind(now)
        .bind(now)
        .execute(&mut **db)
        .await
        .of("activity")?;
    Ok(true)
}

pub(super) fn read(row: &MySqlRow) -> Result<ArchiveJob> {
    fn fields(row: &MySqlRow) -> sqlx::Result<ArchiveJob> {
        let unknown = |what: &str| {
            sqlx::Error::Decode(format!("an archive job with an unknown {what}").into())
        };
        let (month, target, state): (String, String, String) =
            (row.try_get("month")?, row.try_get("target")?, row.try_get("state")?);
        Ok(ArchiveJob {
            id: ArchiveId::from_uuid(row.try_get("id")?),
            month: month.parse().map_err(|_| unknown("month"))?,
            generation: row.try_get("generation")?,
            target: ArchiveTarget::of_word(&target).ok_or_else(|| unknown("target"))?,
            state: ArchiveJobState::ALL
                .into_iter()
                .find(|one| one.word() == state)
                .ok_or_else(|| unknown("state"))?,
            sums: sums(row)?,
            bytes: row.try_get("bytes")?,
            attempt: row.try_get("attempt")?,
            load: row.try_get("load_id")?,
            check: row.try_get("check_id")?,
            reason: row.try_get("reason")?,
            updated_at: moment(row, "updated_at")?,
        })
    }
    fields(row).of("activity")
}

/// The sums in a row of a job or a file.
pub(super) fn sums(row: &MySqlRow) -> sqlx::Result<ActivitySums> {
    let checksum: String = row.try_get("sum")?;
    Ok(ActivitySums {
        rows: row.try_get("row_count")?,
        checksum: checksum
            .parse()
            .map_err(|_| sqlx::Error::Decode("a checksum that is no number".into()))?,
        first: maybe_moment(row, "first_at")?,
        last: maybe_moment(row, "last_at")?,
    })
}

/// A moment as it is bound where there may be none.
pub(super) fn perhaps(at: Option<Moment>) -> Option<PrimitiveDateTime> {
    at.map(Moment::utc)
}
