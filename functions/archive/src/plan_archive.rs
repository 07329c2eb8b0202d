//! `plan-archive`: on a schedule, plans a job for every closed month that is older than the window.
//!
//! A job is one row, under a key that a month has once a generation; planned twice, it is the same.
//! Its message is sent after that; what was planned and not sent, or whose messages were lost, is
//! sent by the next run, because every job that has not ended and has not moved for an hour is.

use async_trait::async_trait;
use shared::{
    Result,
    domain::{Moment, Month},
    runtime::ScheduledJob,
    stores::{
        Activities, ArchiveQueue,
        activities::{ArchiveJobState, ArchiveTarget},
    },
};

/// Seconds after which a job that has not moved is sent again.
const STILL: i64 = 3600;

/// The job and what it needs.
pub struct PlanArchive {
    /// The record.
    pub activities: Activities,
    /// Who does the jobs.
    pub queue: ArchiveQueue,
    /// Where rows go; `None` for nowhere: every month stays.
    pub target: Option<ArchiveTarget>,
    /// Whole months that stay in the database behind the one that is on.
    pub window: u32,
}

#[async_trait]
impl ScheduledJob for PlanArchive {
    async fn run(&self) -> Result<()> {
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
                self.queue.send(job.id, 0).await?;
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
