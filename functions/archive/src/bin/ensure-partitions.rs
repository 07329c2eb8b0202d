//! Lambda binary for the schedule of the record's partitions: builds its clients once, then ticks.

use archive::EnsurePartitions;
use shared::{error::Cause, runtime, stores::Activities};

fn main() -> Result<(), Cause> {
    runtime::tick(async |env| Ok(EnsurePartitions { activities: Activities::connect(&env)? }))
}
