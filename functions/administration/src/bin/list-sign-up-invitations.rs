//! Lambda binary for `GET /v1/sign-up/invitations`: builds its clients once, then serves.

use administration::ListSignUpInvitations;
use shared::{error::Cause, runtime, stores::Accounts};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(ListSignUpInvitations { accounts: Accounts::connect(&env)? }))
}
