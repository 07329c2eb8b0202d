//! Lambda binary for `POST /v1/me/passkeys`: builds its clients once, then serves.

use accounts::CreatePasskey;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, MailQueue, UsedChallenges},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (accounts, challenges) = (Accounts::connect(&env)?, UsedChallenges::connect(&env)?);
        Ok(CreatePasskey { accounts, challenges, mail_queue: MailQueue::connect(&env)? })
    })
}
