//! Lambda binary for `POST /v1/administrators`: builds its clients once, then serves.

use administration::ClaimAdministration;
use shared::{error::Cause, runtime, stores::Accounts};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let accounts = Accounts::connect(&env)?;
        Ok(ClaimAdministration { accounts, needs_verified: env.sends_mail()? })
    })
}
