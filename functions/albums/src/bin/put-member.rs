//! Lambda binary for `PUT /v1/albums/{album}/members/{user}`: builds its clients once, then serves.

use albums::PutMember;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Emails, Projector},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(PutMember {
            projector: Projector::connect(&env)?,
            emails: Emails::connect(&env)?,
            accounts: Accounts::connect(&env)?,
        })
    })
}
