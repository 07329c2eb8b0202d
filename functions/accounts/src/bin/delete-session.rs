//! Lambda binary for `DELETE /v1/sessions/{session}`: builds its clients once, then serves.

use accounts::DeleteSession;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Sessions},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(DeleteSession { sessions: Sessions::connect(&env)?, accounts: Accounts::connect(&env)? })
    })
}
