//! Lambda binary for `DELETE /v1/me/second-factor`: builds its clients once, then serves.

use accounts::DeleteSecondFactor;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, MailQueue, UsedChallenges},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (accounts, mail_queue) = (Accounts::connect(&env)?, MailQueue::connect(&env)?);
        let challenges = UsedChallenges::connect(&env)?;
        Ok(DeleteSecondFactor { accounts, challenges, mail_queue })
    })
}
