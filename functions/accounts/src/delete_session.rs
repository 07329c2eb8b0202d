//! `DELETE /v1/sessions/{session}`: log-out, here or elsewhere.
//!
//! One transaction ends the session; run twice, the second time finds none.

use async_trait::async_trait;
use http::header;
use shared::{
    Result,
    http::{COOKIE, Call, Reply, Route, Spec},
    stores::Sessions,
};

/// The route and what it needs.
pub struct DeleteSession {
    /// Where sessions are kept.
    pub sessions: Sessions,
}

#[async_trait]
impl Route for DeleteSession {
    fn spec(&self) -> Spec {
        Spec::delete("/v1/sessions/{session}")
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (caller, session) = (call.caller().await?, call.id("session")?);
        self.sessions.end(caller, session).await?;
        let reply = Reply::no_content();
        let gone = format!("{COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict");
        Ok(if session == caller.session { reply.with(header::SET_COOKIE, &gone) } else { reply })
    }
}
