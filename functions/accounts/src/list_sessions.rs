//! `GET /v1/sessions`: where the caller is logged in.

use async_trait::async_trait;
use shared::{
    Result,
    domain::Page,
    http::{Call, Reply, Route, Spec},
    stores::Sessions,
};

/// The route and what it needs.
pub struct ListSessions {
    /// Where sessions are kept.
    pub sessions: Sessions,
}

#[async_trait]
impl Route for ListSessions {
    fn spec(&self) -> Spec {
        Spec::get("/v1/sessions")
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let items = self.sessions.list(call.caller().await?).await?;
        Ok(Reply::ok(&Page { items, next: None }))
    }
}
