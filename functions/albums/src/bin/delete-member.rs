//! Lambda binary for `DELETE /v1/albums/{album}/members/{user}`: builds its clients once, then
//! serves.

use albums::DeleteMember;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Emails, Projector},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(DeleteMember {
            projector: Projector::connect(&env)?,
            emails: Emails::connect(&env)?,
            accounts: Accounts::connect(&env)?,
        })
    })
}
