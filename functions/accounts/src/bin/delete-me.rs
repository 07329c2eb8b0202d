//! Lambda binary for `DELETE /v1/me`: builds its clients once, then serves.

use accounts::DeleteMe;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, MailQueue, Projector, Sessions, UsedChallenges},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(DeleteMe {
            accounts: Accounts::connect(&env)?,
            challenges: UsedChallenges::connect(&env)?,
            sessions: Sessions::connect(&env)?,
            projector: Projector::connect(&env)?,
            mail_queue: MailQueue::connect(&env)?,
        })
    })
}
