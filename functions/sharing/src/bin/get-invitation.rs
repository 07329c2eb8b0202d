//! Lambda binary for `GET /v1/invited/{token}`: builds its clients once, then serves.

use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Library, MailTokens},
};
use sharing::GetInvitation;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(GetInvitation {
            tokens: MailTokens::connect(&env)?,
            library: Library::connect(&env)?,
            accounts: Accounts::connect(&env)?,
        })
    })
}
