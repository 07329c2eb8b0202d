//! Lambda binary for `GET /v1/me/passkeys`: builds its clients once, then serves.

use accounts::ListPasskeys;
use shared::{error::Cause, runtime, stores::Accounts};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(ListPasskeys { accounts: Accounts::connect(&env)? }))
}
