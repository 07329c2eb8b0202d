//! Lambda binary for `GET /v1/me`: builds its clients once, then serves.

use accounts::GetMe;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Library, MailStops},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (accounts, library) = (Accounts::connect(&env)?, Library::connect(&env)?);
        let stops = MailStops::connect(&env)?;
        Ok(GetMe { accounts, library, stops, quota: env.quota()? })
    })
}
