//! Small responses of the gateway itself.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header},
};
use serde_json::json;

/// Makes API Gateway's own error: `{"message": …}`.
pub(super) fn message(status: StatusCode, text: &str) -> Response<Body> {
    with_type(status, "application/json", json!({ "message": text }).to_string())
}

/// Makes CloudFront's own error, in XML.
pub(super) fn xml(status: StatusCode, code: &str, text: &str) -> Response<Body> {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <Error><Code>{code}</Code><Message>{text}</Message></Error>"
    );
    with_type(status, "text/xml", body)
}

/// Makes a response of plain text.
pub(super) fn plain(status: StatusCode, text: &str) -> Response<Body> {
    with_type(status, "text/plain; charset=utf-8", text.to_owned())
}

fn with_type(status: StatusCode, content_type: &'static str, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Sets a header, unless the value cannot be one.
pub(super) fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Returns whether `If-None-Match` names the version with this `ETag`.
pub(super) fn not_modified(headers: &HeaderMap, etag: &str) -> bool {
    let Some(header) = headers.get(header::IF_NONE_MATCH) else { return false };
    let Ok(etags) = header.to_str() else { return false };
    etags
        .split(',')
        .any(|one| one.trim().trim_start_matches("W/") == etag)
}
