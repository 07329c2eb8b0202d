//! Lambda binary for `DELETE /v1/sign-up/invitations/{invitation}`: builds its clients once, then serves.

use administration::DeleteSignUpInvitation;
use shared::{error::Cause, runtime, stores::Accounts};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(DeleteSignUpInvitation { accounts: Accounts::connect(&env)? }))
}
