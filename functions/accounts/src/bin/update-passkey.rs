//! Lambda binary for `PATCH /v1/me/passkeys/{passkey}`: builds its clients once, then serves.

use accounts::UpdatePasskey;
use shared::{error::Cause, runtime, stores::Accounts};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(UpdatePasskey { accounts: Accounts::connect(&env)? }))
}
