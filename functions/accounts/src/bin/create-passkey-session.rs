//! Lambda binary for `POST /v1/sessions/passkey`: builds its clients once, then serves.

use accounts::CreatePasskeySession;
use shared::{
    error::Cause,
    http::sign_up_rule,
    runtime,
    stores::{Accounts, KnownNetworks, MailQueue, Sessions, UsedChallenges},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (accounts, challenges) = (Accounts::connect(&env)?, UsedChallenges::connect(&env)?);
        let (sessions, networks) = (Sessions::connect(&env)?, KnownNetworks::connect(&env)?);
        let mail_queue = MailQueue::connect(&env)?;
        // Without mail no address could be verified.
        let needs_verified = sign_up_rule(&env)?.relies_on_addresses() && env.sends_mail()?;
        Ok(CreatePasskeySession {
            accounts,
            challenges,
            sessions,
            networks,
            mail_queue,
            needs_verified,
        })
    })
}
