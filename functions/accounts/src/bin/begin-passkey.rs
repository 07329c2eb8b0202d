//! Lambda binary for `POST /v1/me/passkeys/challenge`: builds its clients once, then serves.

use accounts::BeginPasskey;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, MailQueue, UsedChallenges},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (accounts, mail_queue) = (Accounts::connect(&env)?, MailQueue::connect(&env)?);
        let challenges = UsedChallenges::connect(&env)?;
        Ok(BeginPasskey { accounts, challenges, mail_queue })
    })
}
