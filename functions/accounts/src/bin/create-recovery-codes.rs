//! Lambda binary for `POST /v1/me/second-factor/recovery-codes`: builds its clients once, then serves.

use accounts::CreateRecoveryCodes;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, MailQueue, UsedChallenges},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (accounts, mail_queue) = (Accounts::connect(&env)?, MailQueue::connect(&env)?);
        let challenges = UsedChallenges::connect(&env)?;
        Ok(CreateRecoveryCodes { accounts, challenges, mail_queue })
    })
}
