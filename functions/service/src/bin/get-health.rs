//! Lambda binary for `GET /v1/health`: builds its clients once, then serves.

use service::GetHealth;
use shared::{error::Cause, runtime, stores::Hot};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(GetHealth { hot: Hot::connect(&env)? }))
}
