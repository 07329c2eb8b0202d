//! The beginning of a session, whatever its user has shown.
//!
//! One transaction writes the session; run twice, it begins two, both the caller's, or under one
//! `Idempotency-Key` the same one twice. A session that began while password or address were
//! changed, or the account closed or suspended, is ended at once: the account is read again after
//! it. Its row of activity waits in the outbox before it begins, under the session's own id. The
//! mail that tells of a new key, or of a log-in with another browser from another network, is asked
//! for before it begins, too: it is sent if the session is there. The session that the browser had
//! ends last: dying before that leaves both, until the repetition.

use http::header;
use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    Result,
    domain::{Moment, Scopes, SessionId, UserId, mail::MailCause, token::Token},
    error::Error,
    http::{COOKIE, Call, Reply},
    stores::{Account, Accounts, KnownNetworks, MailQueue, NewSession, Session, Sessions},
};

use crate::login_attempts;

/// Seconds for which a log-in lasts: 30 days.
pub const LASTS: i64 = 30 * 24 * 3600;

/// A session that has just begun.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "BegunSession")]
pub struct BegunView {
    #[serde(flatten)]
    session: Session,
    /// Its secret, shown once; for a cookie, not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// A session that is to begin.
pub struct Wanted<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its scopes.
    pub scopes: Scopes,
    /// The moment at which it ends by itself.
    pub expires_at: Moment,
    /// True for a cookie.
    pub cookie: bool,
    /// True for what is made to be kept, and not to look at the page.
    pub is_key: bool,
    /// True if its user has logged in before, with this browser or from this network.
    pub was_here: bool,
    /// The address at which the browser ends the session of the provider that it begins at.
    pub logout: Option<&'a str>,
}

impl Wanted<'_> {
    /// Returns the session of somebody who logs in to look around.
    pub fn log_in(cookie: bool, was_here: bool) -> Self {
        Self {
            name: "Log-in",
            scopes: Scopes::all(),
            expires_at: Moment::now().plus(LASTS),
            cookie,
            is_key: false,
            was_here,
            logout: None,
        }
    }
}

/// Begins sessions.
pub struct SessionStart<'a> {
    /// The request.
    pub call: &'a Call<'a>,
    /// Accounts.
    pub accounts: &'a Accounts,
    /// Sessions.
    pub sessions: &'a Sessions,
    /// From where users have logged in.
    pub networks: &'a KnownNetworks,
    /// The queue of mails.
    pub mail_queue: &'a MailQueue,
}

/// Holds that somebody may log in to the account, who has shown that it is theirs.
///
/// # Errors
/// [`Error::Suspended`], [`Error::Closing`], [`Error::AddressNotVerified`].
pub fn check_open(account: &Account, needs_verified: bool) -> Result<()> {
    if account.suspended_at.is_some() {
        return Err(Error::Suspended);
    }
    if let Some(at) = account.deletes_at {
        return Err(Error::Closing { at });
    }
    if needs_verified && account.email_verified_at.is_none() {
        return Err(Error::AddressNotVerified);
    }
    Ok(())
}

impl SessionStart<'_> {
    /// Returns the id of the session that this request begins.
    pub fn id(&self, account: &Account) -> SessionId {
        self.call.fresh(account.id.shard())
    }

    /// Begins the session; the answer that tells of it.
    ///
    /// # Errors
    /// [`Error::WrongCredentials`] if the account has changed since it was read.
    pub async fn begin(&self, account: &Account, wanted: Wanted<'_>) -> Result<Reply> {
        let (user, id) = (account.id, self.id(account));
        let token = self.call.secret("session")?;
        let (cookie, expires_at) = (wanted.cookie, wanted.expires_at);
        self.announce(account, id, &wanted).await?;
        let Wanted { name, scopes, logout, .. } = wanted;
        let begun = NewSession { id, user, name, scopes: &scopes, expires_at, logout };
        let deed = self.accounts.note_session(user, id, true).await?;
        let session = self.sessions.begin(&begun, &token).await?;
        self.accounts.settle(&deed).await;
        self.check_again(account, id).await?;
        login_attempts::remember_network(self.call, self.networks, user).await?;
        let view = BegunView { session, token: (!cookie).then(|| token.reveal().to_owned()) };
        let reply = Reply::created(&format!("/v1/sessions/{id}"), &view).uncached();
        if !cookie {
            return Ok(reply);
        }
        self.end_former(id).await?;
        let reply = reply.with(header::SET_COOKIE, &set_cookie(&token, expires_at));
        Ok(reply.with(header::SET_COOKIE, &login_attempts::set_device(self.call, user, id)?))
    }

    /// Asks for the mail that tells the user of this session, if there is to be one.
    async fn announce(
        &self,
        account: &Account,
        session: SessionId,
        wanted: &Wanted<'_>,
    ) -> Result<()> {
        let user = account.id;
        if wanted.is_key {
            return self
                .mail_queue
                .announce(MailCause::Key { user, session })
                .await;
        }
        if wanted.was_here {
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
        self.end(before.id, session).await?;
        Err(Error::WrongCredentials)
    }

    /// Ends the session whose cookie the browser had: it gets another, and a copy of the former
    /// one is to open nothing. A request that is repeated may have its own session's by then.
    async fn end_former(&self, begun: SessionId) -> Result<()> {
        let Some(token) = self.call.cookie(COOKIE).map(Token::sent) else { return Ok(()) };
        let Some(former) = self.sessions.find(&token).await? else { return Ok(()) };
        if former.session == begun {
            return Ok(());
        }
        let deed = self
            .accounts
            .note_session(former.user, former.session, false)
            .await?;
        self.end(former.user, former.session).await?;
        self.accounts.settle(&deed).await;
        Ok(())
    }

    /// Ends the session. One that something else has ended meanwhile, as another password does, is
    /// as good.
    ///
    /// # Errors
    /// Whatever the store has.
    pub async fn end(&self, user: UserId, session: SessionId) -> Result<()> {
        match self.sessions.end(user, session).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(failure) => Err(failure),
        }
    }
}

/// Returns true if what opened the account then does now; another name is no reason to refuse.
fn opens_as_before(before: &Account, now: &Account) -> bool {
    now.deletes_at.is_none()
        && now.suspended_at.is_none()
        && now.email == before.email
        && now.password_hash == before.password_hash
}

fn set_cookie(token: &Token, until: Moment) -> String {
    let seconds = until.epoch() - Moment::now().epoch();
    format!(
        "{COOKIE}={}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict",
        token.reveal()
    )
}

#[cfg(test)]
mod tests {
    use shared::domain::Shard;

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
            pending_address: None,
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
