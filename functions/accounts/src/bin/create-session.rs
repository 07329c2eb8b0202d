//! Lambda binary for `POST /v1/sessions`: builds its clients once, then serves.

use accounts::CreateSession;
use shared::{
    error::Cause,
    http::sign_up_rule,
    runtime,
    stores::{Accounts, Emails, KnownNetworks, MailQueue, Sessions},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (emails, accounts) = (Emails::connect(&env)?, Accounts::connect(&env)?);
        let (sessions, networks) = (Sessions::connect(&env)?, KnownNetworks::connect(&env)?);
        let mail_queue = MailQueue::connect(&env)?;
        // Without mail no address could be verified.
        let needs_verified = sign_up_rule(&env)?.relies_on_addresses() && env.sends_mail()?;
        Ok(CreateSession { emails, accounts, sessions, networks, mail_queue, needs_verified })
    })
}
