//! The part of Lambda's API that calls and lists functions, for `local invoke` and the SDKs.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{Path, State},
    http::{HeaderMap, HeaderName, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{Host, InvocationOutcome, REQUEST_LIMIT, outcome::EVENT_LIMIT};
use crate::template::function_arn;

const VERSION: (HeaderName, &str) = (HeaderName::from_static("x-amz-executed-version"), "$LATEST");

pub(super) fn router(host: Host) -> Router {
    Router::new()
        .route("/2015-03-31/functions/{name}/invocations", post(invoke))
        .route("/2015-03-31/functions", get(list))
        .route("/2015-03-31/functions/", get(list))
        .with_state(host)
}

async fn invoke(
    State(host): State<Host>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Some(function) = host.find(&name) else {
        let message = format!("Function not found: {}", function_arn(&name));
        return error_response(StatusCode::NOT_FOUND, "ResourceNotFoundException", &message);
    };
    let Ok(mut payload) = to_bytes(body, REQUEST_LIMIT).await else {
        return outcome_response(InvocationOutcome::RequestTooLarge);
    };
    if payload.is_empty() {
        payload = Bytes::from_static(b"{}");
    }
    if let Err(error) = serde_json::from_slice::<Value>(&payload) {
        let message = format!("Could not parse request body into json: {error}");
        return error_response(StatusCode::BAD_REQUEST, "InvalidRequestContentException", &message);
    }
    let name = function.name.clone();
    let invocation_type = match headers.get("x-amz-invocation-type") {
        Some(value) => value.to_str().unwrap_or_default(),
        None => "RequestResponse",
    };
    match invocation_type {
        "RequestResponse" => outcome_response(host.invoke(&name, payload).await),
        "DryRun" => (StatusCode::NO_CONTENT, [VERSION]).into_response(),
        "Event" if payload.len() > EVENT_LIMIT => {
            outcome_response(InvocationOutcome::RequestTooLarge)
        }
        "Event" => {
            host.send(&name, payload);
            (StatusCode::ACCEPTED, [VERSION]).into_response()
        }
        other => error_response(
            StatusCode::BAD_REQUEST,
            "InvalidParameterValueException",
            &format!("no invocation type {other}"),
        ),
    }
}

fn outcome_response(outcome: InvocationOutcome) -> Response {
    let json = (HeaderName::from_static("content-type"), "application/json");
    match outcome {
        InvocationOutcome::Answer(payload) => ([VERSION, json], payload).into_response(),
        InvocationOutcome::Failed(payload) => {
            let error = (HeaderName::from_static("x-amz-function-error"), "Unhandled");
            ([VERSION, json, error], payload).into_response()
        }
        InvocationOutcome::Throttled => error_response(
            StatusCode::TOO_MANY_REQUESTS,
            "TooManyRequestsException",
            "Rate Exceeded.",
        ),
        InvocationOutcome::RequestTooLarge => {
            let message = format!(
                "Request must be smaller than {REQUEST_LIMIT} bytes for the InvokeFunction \
                 operation"
            );
            error_response(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", &message)
        }
    }
}

async fn list(State(host): State<Host>) -> Json<Value> {
    let mut functions = Vec::new();
    for function in host.functions() {
        functions.push(json!({
            "FunctionName": function.name,
            "FunctionArn": function_arn(&function.name),
            "Handler": function.binary,
            "Description": function.id,
            "MemorySize": function.memory,
            "Timeout": function.timeout.as_secs(),
        }));
    }
    Json(json!({ "Functions": functions }))
}

fn error_response(status: StatusCode, kind: &'static str, message: &str) -> Response {
    let header = (HeaderName::from_static("x-amzn-errortype"), kind);
    (status, [header], Json(json!({ "Type": "User", "Message": message }))).into_response()
}
