//! `DELETE /v1/sessions/{session}`: log-out, here or elsewhere.
//!
//! One transaction ends the session; run twice, the second time finds none.

use async_trait::async_trait;
use http::header;
use shared::{
    Result,
    domain::Scope,
    http::{COOKIE, Call, Doc, Reply, Route, Spec},
    stores::Sessions,
};

/// The route and what it needs.
pub struct DeleteSession {
    /// Where sessions are kept.
    pub sessions: Sessions,
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
        self.sessions.end(caller.user, session).await?;
        let reply = Reply::no_content();
        Ok(if session == caller.session { reply.with(header::SET_COOKIE, &forgotten()) } else { reply })
    }
}

/// A cookie that takes the session's away.
pub(crate) fn forgotten() -> String {
    format!("{COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict")
}
