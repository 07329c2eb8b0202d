//! `POST /v1/sessions`: log-in, by cookie for a page, by token for a client.
//!
//! One transaction writes the session; run twice, it begins two, both the caller's.

use async_trait::async_trait;
use http::header;
use serde::Serialize;
use shared::{
    Result,
    domain::{Email, Moment, Name, password::Password, token::Token},
    error::Error,
    http::{COOKIE, Call, Reply, Route, Spec},
    request,
    stores::{Accounts, Emails, Session, Sessions},
};

request! {
    /// Who logs in.
    struct NewSession {
        /// The account's address.
        email: Email,
        /// The account's password.
        password: Password,
        /// Whether the session is to be a cookie, as pages want it; the token is then not shown.
        cookie: Option<bool>,
        /// What to call the session.
        name: Option<Name>,
    }
}

/// A session that has just begun.
#[derive(Serialize)]
struct BegunView<'a> {
    #[serde(flatten)]
    session: &'a Session,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
}

/// The route and what it needs.
pub struct CreateSession {
    /// Who has which address.
    pub emails: Emails,
    /// Who has an account.
    pub accounts: Accounts,
    /// Where sessions are kept.
    pub sessions: Sessions,
}

#[async_trait]
impl Route for CreateSession {
    fn spec(&self) -> Spec {
        Spec::post("/v1/sessions").open()
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let new: NewSession = call.body()?;
        let account = match self.emails.find(&new.email).await? {
            Some(user) => self.accounts.find(user).await?,
            None => None,
        };
        // An unknown address takes as long as a wrong password.
        let right = new.password.matches(account.as_ref().map(|a| a.password_hash.as_str()));
        let account = account.filter(|_| right).ok_or(Error::WrongCredentials)?;
        let name = new.name.as_ref().map_or("Log-in", |name| name.as_str());
        let token = Token::new();
        let session = self.sessions.begin(account.id, name, &token).await?;
        let cookie = new.cookie.unwrap_or(false);
        let view = BegunView { session: &session, token: (!cookie).then(|| token.reveal()) };
        let reply = Reply::created(&format!("/v1/sessions/{}", session.id), &view).uncached();
        Ok(if cookie { reply.with(header::SET_COOKIE, &set_cookie(&token, session.expires_at)) } else { reply })
    }
}

fn set_cookie(token: &Token, until: Moment) -> String {
    let seconds = until.epoch() - Moment::now().epoch();
    format!("{COOKIE}={}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict", token.reveal())
}
