//! `plan-archive`: on a schedule, plans a job for every closed month that is older than the window.
//!
//! A job is one row, under a key that a month has once a generation; planned twice, it is the same.
//! Its message is sent after that; what was planned and not sent, or whose messages were lost, is
//! sent by the next run, because every job that has not ended and has not moved for an hour is.
//!
//! It answers with every job, which the schedule does not read. For the event `{"only": "status"}`
//! it does nothing else: so `./dev archive status --stack` sees into a database that nobody else
//! reaches.

use async_trait::async_trait;
use serde::Serialize;
use serde_json::{Value, json};
use shared::{
    Result,
    domain::{Moment, Month},
    error::Error,
    runtime::OnDemandJob,
    stores::{
        Activities, ArchiveQueue,
        activities::{ArchiveJob, ArchiveJobState, ArchiveTarget},
    },
};

/// Seconds after which a job that has not moved is sent again.
const STILL: i64 = 3600;

/// The job and what it needs.
pub struct PlanArchive {
    /// The record.
    pub activities: Activities,
    /// The queue of the worker that does the jobs.
    pub archive_queue: ArchiveQueue,
    /// The target of the rows; `None` for nowhere: every month stays.
    pub target: Option<ArchiveTarget>,
    /// Whole months that stay in the database behind the one that is on.
    pub window: u32,
}

/// A job as it is answered.
#[derive(Debug, Serialize)]
struct Status {
    id: String,
    /// The first logical shard of its cluster.
    shard: u16,
    month: String,
    generation: u32,
    target: &'static str,
    state: &'static str,
    rows: u64,
    bytes: u64,
    /// True if readers find its rows in its own table in the database.
    in_table: bool,
    reason: Option<String>,
    updated_at: Moment,
}

impl Status {
    fn of(job: ArchiveJob) -> Self {
        Self {
            id: job.name(),
            shard: job.id.shard().number(),
            month: job.month.to_string(),
            generation: job.generation,
            target: job.target.word(),
            state: job.state.word(),
            rows: job.sums.rows,
            bytes: job.bytes,
            in_table: job.state.in_table(),
            reason: job.reason,
            updated_at: job.updated_at,
        }
    }
}

#[async_trait]
impl OnDemandJob for PlanArchive {
    async fn run(&self, event: Value) -> Result<Value> {
        if event["only"] != "status" {
            self.plan().await?;
        }
        let jobs = self.activities.jobs().await?;
        let answer: Vec<Status> = jobs.into_iter().map(Status::of).collect();
        serde_json::to_value(answer)
            .map(|jobs| json!({ "jobs": jobs }))
            .map_err(Error::internal)
    }
}

impl PlanArchive {
    async fn plan(&self) -> Result<()> {
        let now = Moment::now();
        if let Some(target) = self.target {
            let planned = self
                .activities
                .plan(last_closed(now, self.window), target)
                .await?;
            if planned > 0 {
                tracing::info!(planned, "archive jobs planned");
            }
        }
        for job in self.activities.jobs().await? {
            let waits = job.state == ArchiveJobState::Planned || job.updated_at.plus(STILL) < now;
            if waits && !job.state.ended() {
                self.archive_queue.send(job.id, 0).await?;
            }
        }
        Ok(())
    }
}

/// The newest month that is archived. A month is closed for good once no message can bring a row of
/// it.
fn last_closed(now: Moment, window: u32) -> Month {
    (0..=window.max(1)).fold(Month::of(now), |month, _| month.previous())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_s_months_stay() {
        let now = Moment::try_from("2026-11-15T00:00:00Z".to_owned()).expect("a moment");
        assert_eq!(last_closed(now, 3).to_string(), "2026-07");
        assert_eq!(last_closed(now, 0).to_string(), "2026-09", "less than a month is none");
    }
}
