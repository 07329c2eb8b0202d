//! Lambda binary for `GET /v1/me/invitations`: builds its clients once, then serves.

use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Invited, Library},
};
use sharing::ListMyInvitations;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(ListMyInvitations {
            accounts: Accounts::connect(&env)?,
            invited: Invited::connect(&env)?,
            library: Library::connect(&env)?,
        })
    })
}
