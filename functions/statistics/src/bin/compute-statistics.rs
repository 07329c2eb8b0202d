//! Lambda binary for the queue of the roll-up: builds its clients once, then works.

use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Activities, AlbumViews, StatisticsItems, StatisticsQueue, Warehouse},
};
use statistics::ComputeStatistics;

fn main() -> Result<(), Cause> {
    runtime::work(async |env| {
        Ok(ComputeStatistics {
            accounts: Accounts::connect(&env)?,
            activities: Activities::connect(&env)?,
            warehouse: Warehouse::connect_if_any(&env)?,
            views: AlbumViews::connect(&env)?,
            items: StatisticsItems::connect(&env)?,
            statistics_queue: StatisticsQueue::connect(&env)?,
        })
    })
}
