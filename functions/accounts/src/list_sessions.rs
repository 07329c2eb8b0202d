//! `GET /v1/sessions`: where the caller is logged in.

use async_trait::async_trait;
use serde_json::{Value, json};
use shared::{
    Result,
    domain::{List, Scope, example},
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Session, Sessions},
};

/// The route and what it needs.
pub struct ListSessions {
    /// Sessions.
    pub sessions: Sessions,
}

#[async_trait]
impl Route for ListSessions {
    fn spec() -> Spec {
        Spec::get("/v1/sessions").scope(Scope::Account)
    }

    fn doc() -> Doc {
        Doc::new("Where the caller is logged in, and the caller's keys")
            .gives::<List<Session>>(200, example::list(&session()))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let items = self.sessions.list(call.caller().await?).await?;
        Ok(Reply::ok(&List { items, next: None }))
    }
}

/// An example of a session.
pub(crate) fn session() -> Value {
    json!({
        "id": example::SESSION, "name": "Log-in", "scopes": ["read", "write", "account"],
        "created_at": example::MOMENT, "expires_at": "2026-08-13T09:30:00.000000Z", "current": true,
    })
}
