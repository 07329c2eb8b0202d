//! Lambda binary for `DELETE /v1/accounts/{user}`: builds its clients once, then serves.

use administration::CloseAccount;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, MailQueue, Projector, Sessions},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(CloseAccount {
            accounts: Accounts::connect(&env)?,
            sessions: Sessions::connect(&env)?,
            projector: Projector::connect(&env)?,
            mail_queue: MailQueue::connect(&env)?,
        })
    })
}
