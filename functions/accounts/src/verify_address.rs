//! `POST /v1/verifications`: shows that an address is its user's, with the token of a mail.
//!
//! The token is spent by one conditional write, and the account changed after it, on condition of
//! its version. An address that waited for this is made the account's as
//! [`Accounts::change_address`] says; the mail that tells the old one is asked for before, and sent
//! if it happens. Repeated under its `Idempotency-Key`, the request goes on where it died; without
//! one its token is spent, and its user asks for another mail.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{
        UserId,
        token::{Token, TokenPurpose},
    },
    error::Error,
    http::{Call, Doc, Policy, Reply, Route, Spec},
    request,
    stores::{Account, AccountChange, Accounts, Emails, MailQueue, MailTokens, PendingAddress},
};

use crate::address_change;

/// Times that the change is tried, when something else of the account changes meanwhile.
const TRIES: u32 = 3;

request! {
    /// The token of a mail.
    struct VerifiedAddress {
        /// The token.
        token: String,
    }
}

/// The route and what it needs.
pub struct VerifyAddress {
    /// The tokens of mails.
    pub tokens: MailTokens,
    /// Accounts.
    pub accounts: Accounts,
    /// Addresses, and whose each is.
    pub emails: Emails,
    /// The queue of mails.
    pub mail_queue: MailQueue,
}

#[async_trait]
impl Route for VerifyAddress {
    fn spec() -> Spec {
        Spec::post("/v1/verifications")
            .open()
            .limited(Policy::LogIn)
    }

    fn doc() -> Doc {
        Doc::new("Verify an address, with the token of a mail")
            .about("An address that was `pending_email` is the account's from then on.")
            .takes::<VerifiedAddress>(json!({"token": "albumen_Zm9v…"}))
            .gives_nothing(204)
            .fails(&["link-ended", "email-taken"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let sent: VerifiedAddress = call.body()?;
        // Which request it is: the same one when it is repeated under its `Idempotency-Key`.
        let request = call.secret("spent token")?.hash();
        let proof = self
            .tokens
            .spend(&Token::sent(&sent.token), TokenPurpose::Verification, &request)
            .await?
            .ok_or(Error::LinkEnded)?;
        self.prove(proof.user, &proof.state).await?;
        Ok(Reply::no_content())
    }
}

impl VerifyAddress {
    /// Does to the account what a token of this state proves.
    async fn prove(&self, user: UserId, state: &str) -> Result<()> {
        for _ in 0..TRIES {
            let account = self.accounts.find(user).await?.ok_or(Error::LinkEnded)?;
            if account.has_confirmed(state) {
                return Ok(());
            }
            let outcome = if account.state(TokenPurpose::Verification) == state {
                self.verify(&account).await
            } else {
                self.change_address(&account, state).await
            };
            match outcome {
                Err(Error::Changed) if account.deletes_at.is_some() => {
                    return Err(Error::LinkEnded);
                }
                Err(Error::Changed) => {}
                outcome => return outcome,
            }
        }
        Err(Error::Changed)
    }

    /// Notes that the address is its user's.
    async fn verify(&self, account: &Account) -> Result<()> {
        let change = AccountChange { verified: true, ..AccountChange::default() };
        self.accounts
            .change(account.id, account.version, &change)
            .await
    }

    /// Makes the address that waited for it the account's. Nothing changes of a suspended one.
    async fn change_address(&self, account: &Account, state: &str) -> Result<()> {
        let is_meant = |pending: &&PendingAddress| pending.state(account) == state;
        let pending = account.pending().filter(is_meant);
        let pending = pending.filter(|_| account.suspended_at.is_none());
        let email = &pending.ok_or(Error::LinkEnded)?.email;
        address_change::announce_changed(&self.mail_queue, account).await?;
        let email_change = Some(email.clone());
        let change =
            AccountChange { email: email_change, verified: true, ..AccountChange::default() };
        self.accounts
            .change_address(&self.emails, account, email, &change)
            .await
    }
}
