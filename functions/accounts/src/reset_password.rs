//! `POST /v1/passwords`: a new password, with the token of a mail.
//!
//! The token is spent by one conditional write, then the account changed on condition of its
//! version, and all sessions end: before the change, so that dying after it leaves none of a
//! thief's, and after it, for those that began meanwhile. Passkeys end in the transaction that
//! replaces the password. Repeated under its `Idempotency-Key`, the
//! request goes on where it died; without one its token is spent, and its user asks for another
//! mail.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{
        UserId,
        password::Password,
        token::{Token, TokenPurpose},
    },
    error::Error,
    http::{Call, Doc, Policy, Reply, Route, Spec},
    request,
    stores::{Account, AccountChange, Accounts, MailTokens, Sessions},
};

/// Times that the change is tried, when something else of the account changes meanwhile.
const TRIES: u32 = 3;

request! {
    /// A new password.
    struct NewPassword {
        /// The token of the mail.
        token: String,
        /// The new password.
        password: Password,
    }
}

/// The route and what it needs.
pub struct ResetPassword {
    /// The tokens of mails.
    pub tokens: MailTokens,
    /// Accounts.
    pub accounts: Accounts,
    /// Sessions.
    pub sessions: Sessions,
}

#[async_trait]
impl Route for ResetPassword {
    fn spec() -> Spec {
        Spec::post("/v1/passwords").open().limited(Policy::LogIn)
    }

    fn doc() -> Doc {
        Doc::new("Choose a new password, with the token of a mail")
            .about(
                "All sessions, keys and passkeys of the account end. This verifies its address, too.",
            )
            .takes::<NewPassword>(
                json!({"token": "albumen_Zm9v…", "password": "a quiet orange lighthouse"}),
            )
            .gives_nothing(204)
            .fails(&["link-ended"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let new: NewPassword = call.body()?;
        let token = Token::sent(&new.token);
        let purpose = TokenPurpose::PasswordReset;
        let proof = self.tokens.find(&token, purpose).await?;
        let user = proof.ok_or(Error::LinkEnded)?.user;
        let account = self.account(user).await?;
        new.password
            .check_strength(&[account.email.as_str(), account.name.as_str()])
            .map_err(|why| Error::field("password", why))?;
        // Which request it is: the same one when it is repeated under its `Idempotency-Key`.
        let request = call.secret("spent token")?.hash();
        let proof = self
            .tokens
            .spend(&token, purpose, &request)
            .await?
            .ok_or(Error::LinkEnded)?;
        self.sessions.end_others(user, None).await?;
        self.free_factor(&account).await?;
        self.replace(user, &proof.state, &new.password).await?;
        self.sessions.end_others(user, None).await?;
        Ok(Reply::no_content())
    }
}

impl ResetPassword {
    /// An account that is not closing: a closed one opens with its old password alone.
    async fn account(&self, user: UserId) -> Result<Account> {
        let account = self.accounts.find(user).await?;
        let account = account.filter(|account| account.deletes_at.is_none());
        account.ok_or(Error::LinkEnded)
    }

    /// Whoever has read the mail has the address. A factor from before anybody had shown that may
    /// be a stranger's, who shut its owner out by it; of another the codes that were tried in vain
    /// count no more.
    async fn free_factor(&self, account: &Account) -> Result<()> {
        let Some(factor) = self.accounts.second_factor(account.id).await? else { return Ok(()) };
        if account.email_verified_at.is_none() {
            return self.accounts.end_second_factor(account.id, &factor).await;
        }
        self.accounts.forgive_wrong_codes(account.id).await
    }

    /// Replaces the password of the account in this state.
    async fn replace(&self, user: UserId, state: &str, password: &Password) -> Result<()> {
        for _ in 0..TRIES {
            let account = self.account(user).await?;
            if account.state(TokenPurpose::PasswordReset) != state {
                // This request has done it before it died, or the link is of another password's
                // time.
                let is_done = Account::opens(Some(&account), password);
                return if is_done { Ok(()) } else { Err(Error::LinkEnded) };
            }
            let change = AccountChange {
                password_hash: Some(password.hash()),
                verified: true,
                ends_passkeys: true,
                ..AccountChange::default()
            };
            match self.accounts.change(user, account.version, &change).await {
                Err(Error::Changed) => {}
                outcome => return outcome,
            }
        }
        Err(Error::Changed)
    }
}
