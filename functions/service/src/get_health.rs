//! `GET /v1/health`: whether requests can be answered.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    http::{Call, Doc, Reply, Route, Spec},
    stores::Hot,
};

/// The state of the service.
#[derive(Serialize, JsonSchema)]
struct Health {
    /// `ok`.
    status: &'static str,
    /// The version that answers.
    version: &'static str,
}

/// The route and what it needs.
pub struct GetHealth {
    /// The hot table, which every request stands on.
    pub hot: Hot,
}

#[async_trait]
impl Route for GetHealth {
    fn spec() -> Spec {
        Spec::get("/v1/health").open()
    }

    fn doc() -> Doc {
        Doc::new("Whether requests can be answered")
            .gives::<Health>(200, json!({"status": "ok", "version": "0.1.0"}))
    }

    async fn handle(&self, _: &Call<'_>) -> Result<Reply> {
        // The databases may sleep while nobody writes: asking them would keep them awake.
        self.hot.check().await?;
        Ok(Reply::ok(&Health { status: "ok", version: env!("CARGO_PKG_VERSION") }).uncached())
    }
}
