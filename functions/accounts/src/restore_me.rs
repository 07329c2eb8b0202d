//! `POST /v1/me/restore`: takes an account's deletion back.
//!
//! One update, on condition that the date has not come, does it; run twice, the second time finds
//! nothing to do.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{Email, Shard, UserId, password::Password},
    error::Error,
    http::{Call, Doc, Policy, Reply, Route, Spec},
    request,
    stores::{Account, Accounts, Emails, KnownNetworks},
};

use crate::login_attempts;

request! {
    /// The credentials of the account.
    struct Body {
        /// The account's address.
        email: Email,
        /// The account's password.
        password: Password,
    }
}

/// The route and what it needs.
pub struct RestoreMe {
    /// Addresses, and whose each is.
    pub emails: Emails,
    /// Accounts.
    pub accounts: Accounts,
    /// From where users have logged in.
    pub networks: KnownNetworks,
}

#[async_trait]
impl Route for RestoreMe {
    fn spec() -> Spec {
        Spec::post("/v1/me/restore").open().limited(Policy::LogIn)
    }

    fn doc() -> Doc {
        Doc::new("Take the account's deletion back")
            .takes::<Body>(
                json!({"email": "ana@example.org", "password": "a quiet orange lighthouse"}),
            )
            .gives_nothing(204)
            .fails(&["wrong-credentials", "closing", "suspended"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let body: Body = call.body()?;
        let user = self.emails.find(&body.email).await?;
        // The same is asked for nobody, so that the time says nothing.
        let user = user.unwrap_or_else(|| UserId::new(Shard::random()));
        login_attempts::count_attempt(call, &self.networks, &body.email, user).await?;
        let account = self.accounts.find(user).await?;
        // An address that its user has given up opens nothing.
        let account = account.filter(|account| body.email.is(&account.email));
        let right = Account::opens(account.as_ref(), &body.password);
        let account = account.filter(|_| right).ok_or(Error::WrongCredentials)?;
        if account.suspended_at.is_some() {
            return Err(Error::Suspended);
        }
        match account.deletes_at {
            Some(at) if !self.accounts.reopen(account.id).await? => Err(Error::Closing { at }),
            _ => Ok(Reply::no_content()),
        }
    }
}
