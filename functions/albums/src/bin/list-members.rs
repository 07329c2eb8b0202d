//! Lambda binary for `GET /v1/albums/{album}/members`: builds its clients once, then serves.

use albums::ListMembers;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Library},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(ListMembers { library: Library::connect(&env)?, accounts: Accounts::connect(&env)? })
    })
}
