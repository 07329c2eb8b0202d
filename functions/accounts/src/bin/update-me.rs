//! Lambda binary for `PATCH /v1/me`: builds its clients once, then serves.

use accounts::UpdateMe;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Emails, Identities, MailQueue, Sessions, UsedChallenges},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(UpdateMe {
            emails: Emails::connect(&env)?,
            accounts: Accounts::connect(&env)?,
            sessions: Sessions::connect(&env)?,
            identities: Identities::connect(&env)?,
            challenges: UsedChallenges::connect(&env)?,
            mail_queue: MailQueue::connect(&env)?,
            sends_mail: env.sends_mail()?,
        })
    })
}
