//! `ensure-partitions`: on a schedule, makes the partitions of the record's coming months.
//!
//! A partition is made by one statement, under a lock that one run has at a time; a run that dies,
//! or comes twice, leaves what is to be made to the next. No row waits for it: what comes before
//! its partition is there stands in `later`, and moves when the month is made.

use async_trait::async_trait;
use shared::{
    Result,
    domain::{Moment, Month},
    runtime::ScheduledJob,
    stores::Activities,
};

/// Months that are made ahead, so that a run may fail for that long.
const AHEAD: usize = 4;

/// Seconds that it is remembered that a late row came: longer than a message lives.
const LATE_ROWS_KEPT: i64 = 40 * 24 * 3600;

/// The job and what it needs.
pub struct EnsurePartitions {
    /// The record.
    pub activities: Activities,
}

#[async_trait]
impl ScheduledJob for EnsurePartitions {
    async fn run(&self) -> Result<()> {
        let now = Moment::now();
        let until = (0..AHEAD).fold(Month::of(now), |month, _| month.next());
        let made = self.activities.ensure_partitions(until).await?;
        if made > 0 {
            tracing::info!(made, %until, "partitions made");
        }
        self.activities.forget_late(now.plus(-LATE_ROWS_KEPT)).await
    }
}
