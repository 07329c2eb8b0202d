//! Lambda binary for `POST /v1/me/restore`: builds its clients once, then serves.

use accounts::RestoreMe;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Emails},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(RestoreMe { emails: Emails::connect(&env)?, accounts: Accounts::connect(&env)? }))
}
