//! Lambda binary for `POST /v1/me/verification`: builds its clients once, then serves.

use accounts::RequestVerification;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, MailQueue},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (accounts, mail_queue) = (Accounts::connect(&env)?, MailQueue::connect(&env)?);
        Ok(RequestVerification { accounts, mail_queue })
    })
}
