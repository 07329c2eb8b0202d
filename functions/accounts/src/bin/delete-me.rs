//! Lambda binary for `DELETE /v1/me`: builds its clients once, then serves.

use accounts::DeleteMe;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Projector, Sessions},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (accounts, sessions) = (Accounts::connect(&env)?, Sessions::connect(&env)?);
        Ok(DeleteMe { accounts, sessions, projector: Projector::connect(&env)? })
    })
}
