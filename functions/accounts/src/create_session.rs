//! `POST /v1/sessions`: log-in, by cookie for a page, by token for a client.
//!
//! [`SessionStart`] says what makes a second run, or a death in the middle, harmless. Where a second
//! factor is on, a code is used by one conditional write that names the request, after the password
//! and before the session.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{
        Email, Moment, Name, Scopes, Shard, UserId, example, password::Password,
        second_factor::FactorCode,
    },
    error::Error,
    http::{Call, Doc, Policy, Reply, Route, Spec, step_up::CodeTaker},
    request,
    stores::{Account, Accounts, Emails, KnownNetworks, MailQueue, Sessions},
};

use crate::{
    list_sessions::session,
    login_attempts,
    session_start::{BegunView, SessionStart, Wanted, check_open},
    session_wish::SessionWish,
};

request! {
    /// The log-in of a user.
    struct NewSession {
        /// The account's address.
        email: Email,
        /// The account's password.
        password: Password,
        /// A code of the second factor's app, or a recovery code: where it is on.
        code: Option<FactorCode>,
        /// True for a cookie, as pages want it; the token is then not shown.
        cookie: Option<bool>,
        /// The session's name.
        name: Option<Name>,
        /// Its scopes; all when left out.
        scopes: Option<Scopes>,
        /// The moment at which it ends by itself: within a year; in 30 days when left out.
        expires_at: Option<Moment>,
    }
}

impl NewSession {
    fn wish(&self) -> SessionWish<'_> {
        SessionWish {
            cookie: self.cookie,
            name: self.name.as_ref(),
            scopes: self.scopes.as_ref(),
            expires_at: self.expires_at,
        }
    }
}

/// The route and what it needs.
pub struct CreateSession {
    /// Addresses, and whose each is.
    pub emails: Emails,
    /// Accounts.
    pub accounts: Accounts,
    /// Sessions.
    pub sessions: Sessions,
    /// From where users have logged in.
    pub networks: KnownNetworks,
    /// The queue of mails.
    pub mail_queue: MailQueue,
    /// True where an address counts only once a mail has shown that it is its user's.
    pub needs_verified: bool,
}

#[async_trait]
impl Route for CreateSession {
    fn spec() -> Spec {
        Spec::post("/v1/sessions").open().limited(Policy::LogIn)
    }

    fn doc() -> Doc {
        Doc::new("Log in, or make an API key")
            .about(
                "A key is a session with a name, scopes and an expiry. The token is shown once. Where \
                    a second factor is on, the same is sent again with a `code`.",
            )
            .takes::<NewSession>(
                json!({"email": "ana@example.org", "password": "a quiet orange lighthouse"}),
            )
            .gives::<BegunView>(201, example::with(session(), &json!({"token": "albumen_Zm9v…"})))
            .fails(&[
                "wrong-credentials",
                "second-factor-needed",
                "address-not-verified",
                "closing",
                "suspended",
            ])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let new: NewSession = call.body()?;
        let wanted = new.wish().wanted()?;
        let (account, was_here) = self.tried(call, &new).await?;
        let right = Account::opens(account.as_ref(), &new.password);
        let account = account.filter(|_| right).ok_or(Error::WrongCredentials)?;
        check_open(&account, self.needs_verified)?;
        CodeTaker { call, accounts: &self.accounts, mail_queue: &self.mail_queue }
            .log_in(account.id, new.code.as_ref())
            .await?;
        let start = SessionStart {
            call,
            accounts: &self.accounts,
            sessions: &self.sessions,
            networks: &self.networks,
            mail_queue: &self.mail_queue,
        };
        start.begin(&account, Wanted { was_here, ..wanted }).await
    }
}

impl CreateSession {
    /// The account that the address belongs to, the try having been counted; and true if its user
    /// has logged in before, with this browser or from this network.
    async fn tried(&self, call: &Call<'_>, new: &NewSession) -> Result<(Option<Account>, bool)> {
        let user = self.emails.find(&new.email).await?;
        // The same is asked for nobody, so that the time says nothing.
        let user = user.unwrap_or_else(|| UserId::new(Shard::random()));
        let was_here =
            login_attempts::count_attempt(call, &self.networks, &new.email, user).await?;
        let account = self.accounts.find(user).await?;
        // An address that its user has given up opens nothing.
        Ok((account.filter(|account| new.email.is(&account.email)), was_here))
    }
}
