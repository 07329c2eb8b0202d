//! Lambda binary for `PATCH /v1/comments/{comment}`: builds its clients once, then serves.

use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Projector},
};
use social::UpdateComment;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(UpdateComment {
            projector: Projector::connect(&env)?,
            accounts: Accounts::connect(&env)?,
        })
    })
}
