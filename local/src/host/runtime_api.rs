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
    mailbox::{FunctionAnswer, Mailbox, lock},
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
    let Some(mailbox) = mailbox(&host, &environment) else { return unknown_environment() };
    let Some(invocation) = mailbox.next().await else { return unknown_environment() };
    let headers = [
        ("lambda-runtime-aws-request-id", invocation.request_id),
        ("lambda-runtime-deadline-ms", invocation.deadline.to_string()),
        ("lambda-runtime-invoked-function-arn", invocation.function_arn),
        ("content-type", "application/json".into()),
    ];
    (headers.map(|(name, value)| (HeaderName::from_static(name), value)), invocation.payload)
        .into_response()
}

async fn response(
    State(host): State<Host>,
    Path((environment, request)): Path<(String, String)>,
    body: Body,
) -> Response {
    let Some(mailbox) = mailbox(&host, &environment) else { return unknown_environment() };
    let Ok(body) = to_bytes(body, RESPONSE_LIMIT).await else {
        mailbox.answer(&request, FunctionAnswer::TooLarge);
        return error_response(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge");
    };
    accept(mailbox.answer(&request, FunctionAnswer::Response(body)))
}

async fn error(
    State(host): State<Host>,
    Path((environment, request)): Path<(String, String)>,
    body: Body,
) -> Response {
    let Some(mailbox) = mailbox(&host, &environment) else { return unknown_environment() };
    let body = to_bytes(body, RESPONSE_LIMIT).await.unwrap_or_default();
    accept(mailbox.answer(&request, FunctionAnswer::Error(body)))
}

async fn init_error(
    State(host): State<Host>,
    Path(environment): Path<String>,
    body: Body,
) -> Response {
    let Some(mailbox) = mailbox(&host, &environment) else { return unknown_environment() };
    mailbox.fail_init(to_bytes(body, RESPONSE_LIMIT).await.unwrap_or_default());
    accept(true)
}

fn accept(expected: bool) -> Response {
    if expected {
        (StatusCode::ACCEPTED, Json(json!({ "status": "OK" }))).into_response()
    } else {
        error_response(StatusCode::BAD_REQUEST, "InvalidRequestID")
    }
}

fn unknown_environment() -> Response {
    error_response(StatusCode::FORBIDDEN, "InvalidEnvironment")
}

fn error_response(status: StatusCode, kind: &str) -> Response {
    (status, Json(json!({ "errorType": kind, "errorMessage": kind }))).into_response()
}
