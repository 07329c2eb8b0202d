//! Lambda binary for `GET /v1/accounts`: builds its clients once, then serves.

use administration::ListAccounts;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Emails},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(ListAccounts { accounts: Accounts::connect(&env)?, emails: Emails::connect(&env)? })
    })
}
