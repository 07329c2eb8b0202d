//! Lambda binary for `GET /v1/accounts/{user}`: builds its clients once, then serves.

use administration::GetAccount;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Library},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(GetAccount {
            accounts: Accounts::connect(&env)?,
            library: Library::connect(&env)?,
            quota: env.quota()?,
        })
    })
}
