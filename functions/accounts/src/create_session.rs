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
    http::{Call, Doc, Policy, Reply, Route, Spec},
    request,
    stores::{Account, Accounts, Emails, KnownNetworks, MailQueue, Sessions},
};

use crate::{
    list_sessions::session,
    login_attempts,
    second_factor::CodeTaker,
    session_start::{BegunView, LASTS, SessionStart, Wanted, check_open},
};

/// The most seconds for which a session lasts: a year.
const LONGEST: i64 = 366 * 24 * 3600;

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
    /// Returns true for what is made to be kept, and not to look at the page.
    fn is_key(&self) -> bool {
        let is_page = self.cookie.unwrap_or(false);
        !is_page && (self.name.is_some() || self.scopes.is_some() || self.expires_at.is_some())
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
        let expires_at = expiry(new.expires_at)?;
        let (account, was_here) = self.tried(call, &new).await?;
        let right = Account::opens(account.as_ref(), &new.password);
        let account = account.filter(|_| right).ok_or(Error::WrongCredentials)?;
        check_open(&account, self.needs_verified)?;
        CodeTaker { call, accounts: &self.accounts, mail_queue: &self.mail_queue }
            .log_in(account.id, new.code.as_ref())
            .await?;
        let is_key = new.is_key();
        let start = SessionStart {
            call,
            accounts: &self.accounts,
            sessions: &self.sessions,
            networks: &self.networks,
            mail_queue: &self.mail_queue,
        };
        let wanted = Wanted {
            name: new.name.as_ref().map_or("Log-in", |name| name.as_str()),
            scopes: new.scopes.unwrap_or_else(Scopes::all),
            expires_at,
            cookie: new.cookie.unwrap_or(false),
            is_key,
            was_here,
        };
        start.begin(&account, wanted).await
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

/// 30 days unless asked for otherwise, and at most a year.
fn expiry(asked: Option<Moment>) -> Result<Moment> {
    let now = Moment::now();
    let Some(at) = asked else { return Ok(now.plus(LASTS)) };
    let good = at > now && at <= now.plus(LONGEST);
    if good {
        Ok(at)
    } else {
        Err(Error::field("expires_at", "must be in the future, and within a year"))
    }
}
