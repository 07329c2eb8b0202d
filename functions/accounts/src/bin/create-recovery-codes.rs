//! Lambda binary for `POST /v1/me/second-factor/recovery-codes`: builds its clients once, then serves.

use accounts::CreateRecoveryCodes;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, MailQueue},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (accounts, mail_queue) = (Accounts::connect(&env)?, MailQueue::connect(&env)?);
        Ok(CreateRecoveryCodes { accounts, mail_queue })
    })
}
