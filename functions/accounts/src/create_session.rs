//! `POST /v1/sessions`: log-in, by cookie for a page, by token for a client.
//!
//! One transaction writes the session; run twice, it begins two, both the caller's, or under one
//! `Idempotency-Key` the same one twice. A session that began while password or address were
//! changed, or the account closed or suspended, is ended at once: the account is read again after
//! it. Its row of activity waits in the outbox before it begins, under the session's own id. The
//! mail that tells of a new key, or of a log-in with another browser from another network, is asked
//! for before it begins, too: it is sent if the session is there. Where a second factor is on, a
//! code is used by one conditional write that names the request, after the password and before the
//! session. The session that the browser had ends last: dying before that leaves both, until the
//! repetition.

use async_trait::async_trait;
use http::header;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{
        Email, Moment, Name, Scopes, SessionId, Shard, UserId, example, mail::MailCause,
        password::Password, second_factor::FactorCode, token::Token,
    },
    error::Error,
    http::{COOKIE, Call, Doc, Policy, Reply, Route, Spec},
    request,
    stores::{self, Account, Accounts, Emails, KnownNetworks, MailQueue, Session, Sessions},
};

use crate::{list_sessions::session, login_attempts, second_factor::CodeTaker};

const DAY: i64 = 24 * 3600;

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

/// A session that has just begun.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "BegunSession")]
struct BegunView {
    #[serde(flatten)]
    session: Session,
    /// Its secret, shown once; for a cookie, not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
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
        if account.suspended_at.is_some() {
            return Err(Error::Suspended);
        }
        if let Some(at) = account.deletes_at {
            return Err(Error::Closing { at });
        }
        if self.needs_verified && account.email_verified_at.is_none() {
            return Err(Error::AddressNotVerified);
        }
        CodeTaker { call, accounts: &self.accounts, mail_queue: &self.mail_queue }
            .log_in(account.id, new.code.as_ref())
            .await?;
        let (id, token) = (call.fresh(account.id.shard()), call.secret("session")?);
        self.announce(&new, account.id, id, was_here).await?;
        let scopes = new.scopes.unwrap_or_else(Scopes::all);
        let name = new.name.as_ref().map_or("Log-in", |name| name.as_str());
        let begun = stores::NewSession { id, user: account.id, name, scopes: &scopes, expires_at };
        let deed = self.accounts.note_session(account.id, id, true).await?;
        let session = self.sessions.begin(&begun, &token).await?;
        self.accounts.settle(&deed).await;
        self.check_again(&account, id).await?;
        login_attempts::remember_network(call, &self.networks, account.id).await?;
        let cookie = new.cookie.unwrap_or(false);
        let view = BegunView { session, token: (!cookie).then(|| token.reveal().to_owned()) };
        let reply = Reply::created(&format!("/v1/sessions/{id}"), &view).uncached();
        if !cookie {
            return Ok(reply);
        }
        end_former(call, &self.accounts, &self.sessions, id).await?;
        let reply = reply.with(header::SET_COOKIE, &set_cookie(&token, expires_at));
        Ok(reply.with(header::SET_COOKIE, &login_attempts::set_device(call, account.id, id)?))
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

    /// Asks for the mail that tells the user of this session, if there is to be one.
    async fn announce(
        &self,
        new: &NewSession,
        user: UserId,
        session: SessionId,
        was_here: bool,
    ) -> Result<()> {
        if new.is_key() {
            return self
                .mail_queue
                .announce(MailCause::Key { user, session })
                .await;
        }
        if was_here {
            return Ok(());
        }
        self.mail_queue
            .announce(MailCause::LogIn { user, session })
            .await
    }

    async fn check_again(&self, before: &Account, session: SessionId) -> Result<()> {
        if self
            .accounts
            .find(before.id)
            .await?
            .is_some_and(|now| opens_as_before(before, &now))
        {
            return Ok(());
        }
        self.sessions.end(before.id, session).await?;
        Err(Error::WrongCredentials)
    }
}

/// Ends the session whose cookie the browser had: it gets another, and a copy of the former one is
/// to open nothing. A request that is repeated may have its own session's by then.
pub(crate) async fn end_former(
    call: &Call<'_>,
    accounts: &Accounts,
    sessions: &Sessions,
    begun: SessionId,
) -> Result<()> {
    let Some(token) = call.cookie(COOKIE).map(Token::sent) else { return Ok(()) };
    let Some(former) = sessions.find(&token).await? else { return Ok(()) };
    if former.session == begun {
        return Ok(());
    }
    let deed = accounts
        .note_session(former.user, former.session, false)
        .await?;
    match sessions.end(former.user, former.session).await {
        // Another log-in with the same cookie has ended it.
        Ok(()) | Err(Error::NotFound { .. }) => {}
        Err(failure) => return Err(failure),
    }
    accounts.settle(&deed).await;
    Ok(())
}

/// Returns true if what opened the account then does now; another name is no reason to refuse.
fn opens_as_before(before: &Account, now: &Account) -> bool {
    now.deletes_at.is_none()
        && now.suspended_at.is_none()
        && now.email == before.email
        && now.password_hash == before.password_hash
}

/// 30 days unless asked for otherwise, and at most a year.
fn expiry(asked: Option<Moment>) -> Result<Moment> {
    let now = Moment::now();
    let Some(at) = asked else { return Ok(page_session_ends()) };
    let good = at > now && at <= now.plus(366 * DAY);
    if good {
        Ok(at)
    } else {
        Err(Error::field("expires_at", "must be in the future, and within a year"))
    }
}

/// Returns the moment at which a page's session ends that begins now.
pub(crate) fn page_session_ends() -> Moment {
    Moment::now().plus(30 * DAY)
}

/// Returns the `Set-Cookie` of a session.
pub(crate) fn set_cookie(token: &Token, until: Moment) -> String {
    let seconds = until.epoch() - Moment::now().epoch();
    format!(
        "{COOKIE}={}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict",
        token.reveal()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_lasts_if_what_opened_the_account_still_does() {
        let id = UserId::new(Shard::random());
        let account = |email: &str, hash: &str, deletes_at, version| Account {
            id,
            name: format!("Ana {version}"),
            email: email.to_owned(),
            password_hash: hash.to_owned(),
            email_verified_at: None,
            language: None,
            created_at: Moment::from_micros(0),
            deletes_at,
            suspended_at: None,
            administrator_since: None,
            version,
        };
        let before = account("ana@example.org", "a", None, 1);
        assert!(
            opens_as_before(&before, &account("ana@example.org", "a", None, 2)),
            "another name"
        );
        assert!(
            !opens_as_before(&before, &account("ana@example.org", "b", None, 2)),
            "another password"
        );
        assert!(
            !opens_as_before(&before, &account("ben@example.org", "a", None, 2)),
            "another address"
        );
        let closing = account("ana@example.org", "a", Some(Moment::from_micros(1)), 2);
        assert!(!opens_as_before(&before, &closing), "closing");
        let suspended = Account {
            suspended_at: Some(Moment::from_micros(1)),
            ..account("ana@example.org", "a", None, 2)
        };
        assert!(!opens_as_before(&before, &suspended), "suspended");
    }
}
