//! Lambda binary for the mail queue: builds its clients once, then works.

use mail::SendMail;
use shared::{
    error::Cause,
    http::Signer,
    runtime,
    stores::{Accounts, Emails, Library, MailStops, MailTokens, Mailer, SentMails, Sessions},
};

fn main() -> Result<(), Cause> {
    runtime::work(async |env| {
        Ok(SendMail {
            accounts: Accounts::connect(&env)?,
            emails: Emails::connect(&env)?,
            sessions: Sessions::connect(&env)?,
            library: Library::connect(&env)?,
            mails: SentMails::connect(&env)?,
            tokens: MailTokens::connect(&env)?,
            stops: MailStops::connect(&env)?,
            signer: Signer::connect(&env)?,
            mailer: Mailer::connect_if_any(&env)?,
            origin: env.get("PUBLIC_ORIGIN")?,
        })
    })
}
