//! Lambda binary for `POST /v1/me/second-factor`: builds its clients once, then serves.

use accounts::BeginSecondFactor;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, UsedChallenges},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (accounts, challenges) = (Accounts::connect(&env)?, UsedChallenges::connect(&env)?);
        Ok(BeginSecondFactor { accounts, challenges })
    })
}
