//! `POST /v1/sessions/passkey`: log-in by a passkey, which stands for password and second factor.
//!
//! [`crate::passkey_use`] says what has it used once. Sessions begin as [`SessionStart`] says. One
//! that began while its passkey was removed is ended at once.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{Moment, Name, Scopes, UserId, example},
    error::Error,
    http::{Call, Doc, Policy, Reply, Route, Spec},
    request,
    stores::{Accounts, KnownNetworks, MailQueue, Sessions, UsedChallenges},
};

use crate::{
    list_sessions::session,
    login_attempts,
    passkey_use::{PasskeyTaker, SignedFor},
    passkeys::{ceremonies, credential::SigningPasskey},
    session_start::{BegunView, SessionStart, Wanted, check_open},
    session_wish::SessionWish,
};

request! {
    /// The log-in of whoever has the passkey.
    struct Body {
        /// The `toJSON()` of what `navigator.credentials.get()` has made.
        credential: SigningPasskey,
        /// The user whose passkey it has to be: a browser offers those of all its accounts.
        user: Option<UserId>,
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

impl Body {
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
pub struct CreatePasskeySession {
    /// Accounts.
    pub accounts: Accounts,
    /// The challenges that were used.
    pub challenges: UsedChallenges,
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
impl Route for CreatePasskeySession {
    fn spec() -> Spec {
        Spec::post("/v1/sessions/passkey")
            .open()
            .limited(Policy::LogIn)
    }

    fn doc() -> Doc {
        Doc::new("Log in, or make an API key, by a passkey")
            .about(
                "It takes no password, and no code where a second factor is on: the passkey has \
                    verified its user.",
            )
            .takes::<Body>(json!({
                "credential": {
                    "id": "-R85HbTJsv3g6nAYnLo_tj9XmmEisz",
                    "type": "public-key",
                    "response": {
                        "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0Ii",
                        "authenticatorData": "v6vDdDKViwYzYNOtZGHJxHNa5_jt1GWSpeDwFFKy5LUd",
                        "signature": "MEUCIDrdkYSmoGEo60z8",
                        "userHandle": "AZq-tnu0eP2-8Y6zv1EtlA",
                    },
                },
                "cookie": true,
            }))
            .gives::<BegunView>(201, example::with(session(), &json!({"token": "albumen_Zm9v…"})))
            .fails(&["wrong-credentials", "address-not-verified", "closing", "suspended"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let body: Body = call.body()?;
        let wanted = body.wish().wanted()?;
        let user = ceremonies::user_of(&body.credential).ok_or(Error::WrongCredentials)?;
        if body.user.is_some_and(|wanted| wanted != user) {
            return Err(Error::field("user", "has another passkey: this one is another account's"));
        }
        let taker = PasskeyTaker {
            call,
            accounts: &self.accounts,
            challenges: &self.challenges,
            purpose: SignedFor::LogIn,
        };
        let signed = taker.verify(user, &body.credential).await?;
        let account = self.accounts.find(user).await?;
        let account = account.ok_or(Error::WrongCredentials)?;
        check_open(&account, self.needs_verified)?;
        taker.use_up(&signed).await?;
        let was_here = login_attempts::was_here(call, &self.networks, user).await?;
        let start = SessionStart {
            call,
            accounts: &self.accounts,
            sessions: &self.sessions,
            networks: &self.networks,
            mail_queue: &self.mail_queue,
        };
        let reply = start.begin(&account, Wanted { was_here, ..wanted }).await?;
        if self.accounts.passkey(user, signed.id()).await?.is_none() {
            start.end(user, start.id(&account)).await?;
            return Err(Error::WrongCredentials);
        }
        Ok(reply)
    }
}
