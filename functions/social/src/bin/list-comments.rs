//! Lambda binary for `GET /v1/photos/{photo}/comments`: builds its clients once, then serves.

use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Library},
};
use social::ListComments;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(ListComments { library: Library::connect(&env)?, accounts: Accounts::connect(&env)? })
    })
}
