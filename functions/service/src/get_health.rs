//! `GET /v1/health`: whether requests can be answered.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    http::{Call, Reply, Route, Spec},
    stores::Hot,
};

/// The route and what it needs.
pub struct GetHealth {
    /// What every request stands on.
    pub hot: Hot,
}

#[async_trait]
impl Route for GetHealth {
    fn spec(&self) -> Spec {
        Spec::get("/v1/health").open()
    }

    async fn handle(&self, _: &Call<'_>) -> Result<Reply> {
        // The databases may sleep while nobody writes: asking them would keep them awake.
        self.hot.check().await?;
        Ok(Reply::ok(&json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")})).uncached())
    }
}
