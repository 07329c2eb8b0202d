//! `GET /openapi.json`: what the API is, for tools; `docs/openapi.json`, which a test keeps equal
//! to the code.

use async_trait::async_trait;
use http::header;
use serde_json::json;
use shared::{
    Result,
    http::{Call, Doc, Reply, Route, Spec},
};

/// The route; it needs nothing.
pub struct GetOpenapi;

#[async_trait]
impl Route for GetOpenapi {
    fn spec() -> Spec {
        Spec::get("/openapi.json").open()
    }

    fn doc() -> Doc {
        Doc::new("This document")
            .gives::<serde_json::Map<String, serde_json::Value>>(200, json!({"openapi": "3.1.0"}))
    }

    async fn handle(&self, _: &Call<'_>) -> Result<Reply> {
        let reply = Reply::ok_raw(include_str!("../../../docs/openapi.json").to_owned());
        Ok(reply.with(header::CACHE_CONTROL, "public, max-age=300"))
    }
}
