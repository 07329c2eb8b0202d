//! `roll-up-statistics`: on a schedule, begins to compute everybody's statistics: a step for each
//! cluster of accounts.
//!
//! It writes nothing. Run twice, or dying half-way, statistics are computed twice, or tomorrow.

use async_trait::async_trait;
use shared::{
    Result,
    runtime::ScheduledJob,
    stores::{Accounts, StatisticsQueue, StatisticsStep},
};
use uuid::Uuid;

/// The job and what it needs.
pub struct RollUpStatistics {
    /// The accounts.
    pub accounts: Accounts,
    /// The queue of steps.
    pub statistics_queue: StatisticsQueue,
}

#[async_trait]
impl ScheduledJob for RollUpStatistics {
    async fn run(&self) -> Result<()> {
        let run = Uuid::now_v7();
        for cluster in 0..self.accounts.clusters() {
            let step =
                StatisticsStep { run, cluster, attempt: 0, users: None, loaded: None, asked: None };
            self.statistics_queue.send(&step, 0).await?;
        }
        Ok(())
    }
}
