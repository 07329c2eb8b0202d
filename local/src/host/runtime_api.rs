//! The Lambda Runtime API, version 2018-06-01, one path prefix an environment.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::sync::Arc;

use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{Path, State},
    http::{HeaderName, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::json;

use super::{
    Host, RESPONSE_LIMIT,
    mailbox::{Answer, Mailbox, lock},
};

pub(super) fn router(host: Host) -> Router {
    Router::new()
        .route("/{environment}/2018-06-01/runtime/invocation/next", get(next))
        .route("/{environment}/2018-06-01/runtime/invocation/{request}/response", post(response))
        .route("/{environment}/2018-06-01/runtime/invocation/{request}/error", post(error))
        .route("/{environment}/2018-06-01/runtime/init/error", post(init_error))
        .with_state(host)
}

fn mailbox(host: &Host, environment: &str) -> Option<Arc<Mailbox>> {
    lock(&host.0.mailboxes).get(environment).cloned()
}

async fn next(State(host): State<Host>, Path(environment): Path<String>) -> Response {
    let Some(mailbox) = mailbox(&host, &environment) else { return gone() };
    let Some(delivery) = mailbox.next().await else { return gone() };
    let headers = [
        ("lambda-runtime-aws-request-id", delivery.request_id),
        ("lambda-runtime-deadline-ms", delivery.deadline.to_string()),
        ("lambda-runtime-invoked-function-arn", delivery.function_arn),
        ("content-type", "application/json".into()),
    ];
    (headers.map(|(name, value)| (HeaderName::from_static(name), value)), delivery.payload)
        .into_response()
}

async fn response(
    State(host): State<Host>,
    Path((environment, request)): Path<(String, String)>,
    body: Body,
) -> Response {
    let Some(mailbox) = mailbox(&host, &environment) else { return gone() };
    let Ok(body) = to_bytes(body, RESPONSE_LIMIT).await else {
        mailbox.answer(&request, Answer::TooLarge);
        return refused(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge");
    };
    accepted(mailbox.answer(&request, Answer::Response(body)))
}

async fn error(
    State(host): State<Host>,
    Path((environment, request)): Path<(String, String)>,
    body: Body,
) -> Response {
    let Some(mailbox) = mailbox(&host, &environment) else { return gone() };
    let body = to_bytes(body, RESPONSE_LIMIT).await.unwrap_or_default();
    accepted(mailbox.answer(&request, Answer::Error(body)))
}

async fn init_error(
    State(host): State<Host>,
    Path(environment): Path<String>,
    body: Body,
) -> Response {
    let Some(mailbox) = mailbox(&host, &environment) else { return gone() };
    mailbox.fail_init(to_bytes(body, RESPONSE_LIMIT).await.unwrap_or_default());
    accepted(true)
}

fn accepted(expected: bool) -> Response {
    if expected {
        (StatusCode::ACCEPTED, Json(json!({ "status": "OK" }))).into_response()
    } else {
        refused(StatusCode::BAD_REQUEST, "InvalidRequestID")
    }
}

fn gone() -> Response {
    refused(StatusCode::FORBIDDEN, "InvalidEnvironment")
}

fn refused(status: StatusCode, kind: &str) -> Response {
    (status, Json(json!({ "errorType": kind, "errorMessage": kind }))).into_response()
}
