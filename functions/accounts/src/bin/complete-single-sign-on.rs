//! Lambda binary for `POST /v1/single-sign-on/sessions`: builds its clients once, then serves.

use accounts::CompleteSingleSignOn;
use shared::{
    error::Cause,
    http::{sign_on::sign_on_issuer, sign_up_rule},
    runtime,
    stores::{
        Accounts, Emails, Identities, Invited, KnownNetworks, Library, MailQueue, Sessions, SignOns,
    },
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(CompleteSingleSignOn {
            issuer: sign_on_issuer(&env)?,
            sign_ons: SignOns::connect(&env)?,
            identities: Identities::connect(&env)?,
            emails: Emails::connect(&env)?,
            accounts: Accounts::connect(&env)?,
            sessions: Sessions::connect(&env)?,
            networks: KnownNetworks::connect(&env)?,
            mail_queue: MailQueue::connect(&env)?,
            invited: Invited::connect(&env)?,
            library: Library::connect(&env)?,
            rule: sign_up_rule(&env)?,
        })
    })
}
