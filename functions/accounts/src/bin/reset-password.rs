//! Lambda binary for `POST /v1/passwords`: builds its clients once, then serves.

use accounts::ResetPassword;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, MailTokens, Sessions},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(ResetPassword {
            tokens: MailTokens::connect(&env)?,
            accounts: Accounts::connect(&env)?,
            sessions: Sessions::connect(&env)?,
        })
    })
}
