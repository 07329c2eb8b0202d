//! Lambda binary for `PATCH /v1/accounts/{user}`: builds its clients once, then serves.

use administration::UpdateAccount;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Projector, Sessions},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(UpdateAccount {
            accounts: Accounts::connect(&env)?,
            sessions: Sessions::connect(&env)?,
            projector: Projector::connect(&env)?,
        })
    })
}
