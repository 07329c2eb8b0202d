//! Lambda binary for `GET /v1/me/statistics`: builds its clients once, then serves.

use shared::{error::Cause, runtime, stores::StatisticsItems};
use statistics::GetStatistics;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(GetStatistics { items: StatisticsItems::connect(&env)? }))
}
