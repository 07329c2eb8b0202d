//! Lambda binary for `POST /v1/users`: builds its clients once, then serves.

use accounts::CreateUser;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Emails},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(CreateUser { emails: Emails::connect(&env)?, accounts: Accounts::connect(&env)? })
    })
}
