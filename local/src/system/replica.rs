//! The switch of the replica: `GET /replica` says how far it is behind, `PUT /replica` sets that. It
//! stands beside the queues, on loopback only.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;

use crate::database::Replication;

/// The setting.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    /// The lag in seconds.
    lag: u32,
}

/// Returns the switch, which has no route if there is no replica.
pub(super) fn switch(replication: Option<Replication>) -> Router {
    match replication {
        Some(replication) => Router::new()
            .route("/replica", get(report).put(set))
            .with_state(replication),
        None => Router::new(),
    }
}

async fn report(State(replication): State<Replication>) -> Response {
    match replication.report().await {
        Ok(report) => Json(report).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

async fn set(State(replication): State<Replication>, Json(setting): Json<Setting>) -> Response {
    match replication.set_lag(setting.lag).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}
