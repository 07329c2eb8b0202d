//! `POST /v1/me/verification`: asks for a mail by which the caller shows that the address is
//! theirs: the one that the account has, and the one that it is to have.
//!
//! Run twice, it asks for one mail: there is one every five minutes, and to an address that is to be
//! the account's a tenth of `InvitationsPerDay` a day, whoever asks.

use async_trait::async_trait;
use shared::{
    Result,
    domain::{Scope, mail::MailCause},
    error::Error,
    http::{Call, Doc, Policy, Reply, Route, Spec},
    stores::{Accounts, MailQueue},
};

use crate::address_change;

/// The route and what it needs.
pub struct RequestVerification {
    /// Accounts.
    pub accounts: Accounts,
    /// The queue of mails.
    pub mail_queue: MailQueue,
}

#[async_trait]
impl Route for RequestVerification {
    fn spec() -> Spec {
        Spec::post("/v1/me/verification").scope(Scope::Account)
    }

    fn doc() -> Doc {
        Doc::new("Ask for a mail that verifies the address")
            .about(
                "Sign-up and another address ask for one by themselves. There is one every five \
                    minutes, to an address that is `pending_email`, too, and none once the address \
                    is verified. Mails to a `pending_email` are counted as invitations are.",
            )
            .gives_nothing(204)
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let user = call.caller().await?.user;
        call.limit(Policy::LookUp, &user.to_string()).await?;
        let account = self
            .accounts
            .find(user)
            .await?
            .ok_or(Error::NotFound { what: "user" })?;
        if account.email_verified_at.is_none() {
            self.mail_queue
                .announce(MailCause::Verification { user })
                .await?;
        }
        if let Some(pending) = account.pending() {
            address_change::limit(call, user, &pending.email).await?;
            let email = pending.email.clone();
            self.mail_queue
                .announce(MailCause::PendingAddress { user, email })
                .await?;
        }
        Ok(Reply::no_content())
    }
}
