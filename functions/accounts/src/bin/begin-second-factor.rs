//! Lambda binary for `POST /v1/me/second-factor`: builds its clients once, then serves.

use accounts::BeginSecondFactor;
use shared::{error::Cause, runtime, stores::Accounts};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(BeginSecondFactor { accounts: Accounts::connect(&env)? }))
}
