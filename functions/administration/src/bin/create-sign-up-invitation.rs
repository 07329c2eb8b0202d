//! Lambda binary for `POST /v1/sign-up/invitations`: builds its clients once, then serves.

use administration::CreateSignUpInvitation;
use shared::{
    error::Cause,
    http::sign_up_rule,
    runtime,
    stores::{Accounts, Emails, MailQueue, MailTokens},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(CreateSignUpInvitation {
            accounts: Accounts::connect(&env)?,
            emails: Emails::connect(&env)?,
            tokens: MailTokens::connect(&env)?,
            mail_queue: MailQueue::connect(&env)?,
            rule: sign_up_rule(&env)?,
            sends_mail: env.sends_mail()?,
        })
    })
}
