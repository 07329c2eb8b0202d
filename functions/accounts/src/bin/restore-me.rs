//! Lambda binary for `POST /v1/me/restore`: builds its clients once, then serves.

use accounts::RestoreMe;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Emails, KnownNetworks},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (emails, accounts) = (Emails::connect(&env)?, Accounts::connect(&env)?);
        Ok(RestoreMe { emails, accounts, networks: KnownNetworks::connect(&env)? })
    })
}
