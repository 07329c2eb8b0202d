//! Lambda binary for `POST /v1/users`: builds its clients once, then serves.

use accounts::CreateUser;
use shared::{
    error::Cause,
    http::sign_up_rule,
    runtime,
    stores::{Accounts, Emails, KnownNetworks, Library, MailQueue, MailTokens},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(CreateUser {
            emails: Emails::connect(&env)?,
            accounts: Accounts::connect(&env)?,
            networks: KnownNetworks::connect(&env)?,
            mail_queue: MailQueue::connect(&env)?,
            tokens: MailTokens::connect(&env)?,
            library: Library::connect(&env)?,
            rule: sign_up_rule(&env)?,
        })
    })
}
