//! Lambda binary for `POST /v1/verifications`: builds its clients once, then serves.

use accounts::VerifyAddress;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Emails, MailQueue, MailTokens},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (tokens, accounts) = (MailTokens::connect(&env)?, Accounts::connect(&env)?);
        let (emails, mail_queue) = (Emails::connect(&env)?, MailQueue::connect(&env)?);
        Ok(VerifyAddress { tokens, accounts, emails, mail_queue })
    })
}
