//! Lambda binary for the schedule of the roll-up: builds its clients once, then ticks.

use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, StatisticsQueue},
};
use statistics::RollUpStatistics;

fn main() -> Result<(), Cause> {
    runtime::tick(async |env| {
        Ok(RollUpStatistics {
            accounts: Accounts::connect(&env)?,
            statistics_queue: StatisticsQueue::connect(&env)?,
        })
    })
}
