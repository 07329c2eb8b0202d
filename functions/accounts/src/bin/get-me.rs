//! Lambda binary for `GET /v1/me`: builds its clients once, then serves.

use accounts::GetMe;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Library},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (accounts, library) = (Accounts::connect(&env)?, Library::connect(&env)?);
        Ok(GetMe { accounts, library, quota: env.quota()? })
    })
}
