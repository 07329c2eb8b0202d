//! Lambda binary for `POST /v1/invitations/{invitation}/resend`: builds its clients once, then
//! serves.

use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Invited, MailQueue, MailTokens, Projector},
};
use sharing::{ResendInvitation, Sending};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let sending = Sending {
            accounts: Accounts::connect(&env)?,
            invited: Invited::connect(&env)?,
            tokens: MailTokens::connect(&env)?,
            mail_queue: MailQueue::connect(&env)?,
            sends_mail: env.sends_mail()?,
        };
        Ok(ResendInvitation { projector: Projector::connect(&env)?, sending })
    })
}
