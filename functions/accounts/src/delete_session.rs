//! `DELETE /v1/sessions/{session}`: log-out, here or elsewhere.
//!
//! One transaction ends the session; run twice, the second time finds none. Its row of activity
//! waits in the outbox before it ends, so that dying between leaves a row for a session that lasts,
//! and never none for one that was ended.

use async_trait::async_trait;
use http::header;
use shared::{
    Result,
    domain::Scope,
    http::{COOKIE, Call, Doc, Reply, Route, Spec},
    stores::{Accounts, Sessions},
};

/// The route and what it needs.
pub struct DeleteSession {
    /// Sessions.
    pub sessions: Sessions,
    /// Accounts, whose outbox has the row of activity until the session has ended.
    pub accounts: Accounts,
}

#[async_trait]
impl Route for DeleteSession {
    fn spec() -> Spec {
        Spec::delete("/v1/sessions/{session}").scope(Scope::Account)
    }

    fn doc() -> Doc {
        Doc::new("Log out, here or elsewhere").gives_nothing(204)
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (caller, session) = (call.caller().await?, call.id("session")?);
        self.sessions.check(caller.user, session).await?;
        let deed = self
            .accounts
            .note_session(caller.user, session, false)
            .await?;
        self.sessions.end(caller.user, session).await?;
        self.accounts.settle(&deed).await;
        let reply = Reply::no_content();
        Ok(if session == caller.session {
            reply.with(header::SET_COOKIE, &forgotten())
        } else {
            reply
        })
    }
}

/// A cookie that takes the session's away.
pub(crate) fn forgotten() -> String {
    format!("{COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict")
}
