//! Lambda binary for `PATCH /v1/accounts/{user}`: builds its clients once, then serves.

use administration::UpdateAccount;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, MailQueue, Projector, Sessions},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(UpdateAccount {
            accounts: Accounts::connect(&env)?,
            sessions: Sessions::connect(&env)?,
            projector: Projector::connect(&env)?,
            mail_queue: MailQueue::connect(&env)?,
            quota: env.quota()?,
            needs_verified: env.sends_mail()?,
        })
    })
}
