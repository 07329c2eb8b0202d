//! Lambda binary for `DELETE /v1/accounts/{user}/sessions`: builds its clients once, then serves.

use administration::EndAccountSessions;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Sessions},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(EndAccountSessions {
            accounts: Accounts::connect(&env)?,
            sessions: Sessions::connect(&env)?,
        })
    })
}
