//! The Lambda Runtime API, version 2018-06-01, of one environment.
//!
//! Each environment has a port of its own, because AWS's runtime clients for Node.js and Python read
//! `AWS_LAMBDA_RUNTIME_API` as host and port, without a path that could tell environments apart. On
//! Lambda the variable has that form, too.
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
use tokio::net::TcpListener;

use super::{
    RESPONSE_LIMIT,
    mailbox::{FunctionAnswer, Mailbox},
};

/// Serves the Runtime API of the environment with this mailbox, until it is dropped. Connections
/// that are open then end with the environment's process.
pub(super) async fn serve(listener: TcpListener, mailbox: Arc<Mailbox>) {
    // It never ends by itself: errors of accepting are waited out.
    let _ = axum::serve(listener, router(mailbox)).await;
}

fn router(mailbox: Arc<Mailbox>) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{request}/response", post(response))
        .route("/2018-06-01/runtime/invocation/{request}/error", post(error))
        .route("/2018-06-01/runtime/init/error", post(init_error))
        .with_state(mailbox)
}

async fn next(State(mailbox): State<Arc<Mailbox>>) -> Response {
    let Some(invocation) = mailbox.next().await else {
        return error_response(StatusCode::FORBIDDEN, "InvalidEnvironment");
    };
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
    State(mailbox): State<Arc<Mailbox>>,
    Path(request): Path<String>,
    body: Body,
) -> Response {
    let Ok(body) = to_bytes(body, RESPONSE_LIMIT).await else {
        mailbox.answer(&request, FunctionAnswer::TooLarge);
        return error_response(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge");
    };
    accept(mailbox.answer(&request, FunctionAnswer::Response(body)))
}

async fn error(
    State(mailbox): State<Arc<Mailbox>>,
    Path(request): Path<String>,
    body: Body,
) -> Response {
    let body = to_bytes(body, RESPONSE_LIMIT).await.unwrap_or_default();
    accept(mailbox.answer(&request, FunctionAnswer::Error(body)))
}

async fn init_error(State(mailbox): State<Arc<Mailbox>>, body: Body) -> Response {
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

fn error_response(status: StatusCode, kind: &str) -> Response {
    (status, Json(json!({ "errorType": kind, "errorMessage": kind }))).into_response()
}
