//! `DELETE /v1/sessions/{session}`: log-out, here or elsewhere.
//!
//! One transaction ends the session; run twice, the second time finds none. Its row of activity
//! waits in the outbox before it ends, so that dying between leaves a row for a session that lasts,
//! and never none for one that was ended.
//!
//! A session that began at a provider of single sign-on has the address at which the browser ends
//! the one there; its answer tells it, once this one has ended. Dying before that leaves the one at
//! the provider, as it does where the provider has no such address.

use async_trait::async_trait;
use http::header;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::Scope,
    http::{COOKIE, Call, Doc, Reply, Route, Spec},
    stores::{Accounts, Sessions},
};

/// A session that has ended, and began at a provider of single sign-on.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EndedSession")]
struct EndedView {
    /// The provider's address, to which the browser goes to end its session there, too.
    address: String,
}

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
        Doc::new("Log out, here or elsewhere")
            .about(
                "The answer has an address where the caller's own session began at a provider of \
                    single sign-on that ends sessions, too: whoever uses this browser next would be \
                    let in by the one there.",
            )
            .gives_nothing(204)
            .gives::<EndedView>(
                200,
                json!({"address": "https://id.example/logout?client_id=…"}),
            )
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (caller, session) = (call.caller().await?, call.id("session")?);
        let logout = self.sessions.logout(caller.user, session).await?;
        let deed = self
            .accounts
            .note_session(caller.user, session, false)
            .await?;
        self.sessions.end(caller.user, session).await?;
        self.accounts.settle(&deed).await;
        if session != caller.session {
            return Ok(Reply::no_content());
        }
        let reply = match logout {
            Some(address) => Reply::ok(&EndedView { address }).uncached(),
            None => Reply::no_content(),
        };
        Ok(reply.with(header::SET_COOKIE, &forgotten()))
    }
}

/// A cookie that takes the session's away.
pub(crate) fn forgotten() -> String {
    format!("{COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict")
}
