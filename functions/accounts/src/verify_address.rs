//! `POST /v1/verifications`: shows that an address is its user's, with the token of a mail.
//!
//! The token is spent by one conditional write, and the account changed after it, on condition of
//! its version. Repeated under its `Idempotency-Key`, the request goes on where it died; without
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
    stores::{AccountChange, Accounts, MailTokens},
};

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
            .takes::<VerifiedAddress>(json!({"token": "albumen_Zm9v…"}))
            .gives_nothing(204)
            .fails(&["link-ended"])
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
        self.note(proof.user, &proof.state).await?;
        Ok(Reply::no_content())
    }
}

impl VerifyAddress {
    /// Notes that the address is verified, if the account still has it.
    async fn note(&self, user: UserId, state: &str) -> Result<()> {
        for _ in 0..TRIES {
            let account = self.accounts.find(user).await?.ok_or(Error::LinkEnded)?;
            if account.state(TokenPurpose::Verification) != state {
                return Err(Error::LinkEnded);
            }
            if account.email_verified_at.is_some() {
                return Ok(());
            }
            let change = AccountChange { verified: true, ..AccountChange::default() };
            match self.accounts.change(user, account.version, &change).await {
                Err(Error::Changed) if account.deletes_at.is_some() => {
                    return Err(Error::LinkEnded);
                }
                Err(Error::Changed) => {}
                outcome => return outcome,
            }
        }
        Err(Error::Changed)
    }
}
