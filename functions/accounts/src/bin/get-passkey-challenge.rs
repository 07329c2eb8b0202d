//! Lambda binary for `GET /v1/sessions/passkey`.

use accounts::GetPasskeyChallenge;
use shared::{error::Cause, runtime};

fn main() -> Result<(), Cause> {
    runtime::serve(async |_| Ok(GetPasskeyChallenge))
}
