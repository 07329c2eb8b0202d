//! Lambda binary for `DELETE /v1/me/passkeys/{passkey}`: builds its clients once, then serves.

use accounts::DeletePasskey;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, MailQueue},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (accounts, mail_queue) = (Accounts::connect(&env)?, MailQueue::connect(&env)?);
        Ok(DeletePasskey { accounts, mail_queue })
    })
}
