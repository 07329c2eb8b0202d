//! Lambda binary for `POST /v1/photos/{photo}/comments`: builds its clients once, then serves.

use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Projector},
};
use social::CreateComment;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(CreateComment {
            projector: Projector::connect(&env)?,
            accounts: Accounts::connect(&env)?,
        })
    })
}
