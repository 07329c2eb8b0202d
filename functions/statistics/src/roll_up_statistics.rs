//! `roll-up-statistics`: on a schedule, begins to compute everybody's statistics: a step for each
//! cluster of accounts.
//!
//! It writes nothing. Run twice, or dying half-way, statistics are computed twice, or tomorrow.

use async_trait::async_trait;
use shared::{
    Result,
    runtime::Job,
    stores::{Accounts, STEP, Step, Steps},
};
use uuid::Uuid;

/// The job and what it needs.
pub struct RollUpStatistics {
    /// Who has an account.
    pub accounts: Accounts,
    /// The queue of steps.
    pub steps: Steps,
}

#[async_trait]
impl Job for RollUpStatistics {
    async fn run(&self) -> Result<()> {
        let run = Uuid::now_v7();
        for cluster in 0..self.accounts.clusters() {
            let step =
                Step { v: STEP, run, cluster, attempt: 0, users: None, loaded: None, asked: None };
            self.steps.send(&step, 0).await?;
        }
        Ok(())
    }
}
