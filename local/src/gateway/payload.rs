//! API Gateway's payload format 2.0, both ways.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use std::{collections::BTreeMap, net::IpAddr};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use time::{OffsetDateTime, macros::format_description};

use super::routes::{RouteMatch, decode, path_of};
use crate::template::ACCOUNT;

/// Media types that API Gateway passes on as text, besides `text/*`, `*+json` and `*+xml`.
const TEXT_TYPES: [&str; 3] = ["application/json", "application/javascript", "application/xml"];

/// The request as the gateway has it, besides its route.
pub(super) struct GatewayRequest<'a> {
    pub id: &'a str,
    pub method: &'a Method,
    /// Path as it was sent.
    pub path: &'a str,
    /// Query as it was sent.
    pub query: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a Bytes,
    /// Address of the client.
    pub source: IpAddr,
    /// Port of the gateway.
    pub port: u16,
    pub now: OffsetDateTime,
}

/// Makes the event of a request.
pub(super) fn event(request: &GatewayRequest<'_>, route: &RouteMatch<'_>) -> Value {
    let host = text(request.headers, header::HOST).unwrap_or_default();
    // API Gateway hands HTTP APIs' paths on decoded, unlike those of REST APIs.
    let path = path_of(request.path);
    let mut event = json!({
        "version": "2.0",
        "routeKey": route.route.key(),
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": headers(request, &host),
        "requestContext": request_context(request, route, &host, &path),
        "isBase64Encoded": false,
    });
    let cookies = cookies(request.headers);
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    if !request.query.is_empty() {
        event["queryStringParameters"] = json!(query_parameters(request.query));
    }
    if !route.parameters.is_empty() {
        event["pathParameters"] = json!(route.parameters);
    }
    if !request.body.is_empty() {
        let (body, is_base64) = body_text(request.headers, request.body);
        event["body"] = json!(body);
        event["isBase64Encoded"] = json!(is_base64);
    }
    event
}

fn request_context(
    request: &GatewayRequest<'_>,
    route: &RouteMatch<'_>,
    host: &str,
    path: &str,
) -> Value {
    json!({
        "accountId": ACCOUNT,
        "apiId": "local",
        "domainName": host,
        "domainPrefix": host.split('.').next(),
        "http": {
            "method": request.method.as_str(),
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.source.to_string(),
            "userAgent": text(request.headers, header::USER_AGENT).unwrap_or_default(),
        },
        "requestId": request.id,
        "routeKey": route.route.key(),
        "stage": "$default",
        "time": common_log_time(request.now),
        "timeEpoch": request.now.unix_timestamp_nanos() / 1_000_000,
    })
}

/// Returns the event's headers: lower-case names, repeated ones joined with commas; cookies have a
/// list of their own.
fn headers(request: &GatewayRequest<'_>, host: &str) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::new();
    for (name, value) in request.headers {
        if name == header::COOKIE || name == header::CONNECTION || name == header::TRANSFER_ENCODING
        {
            continue;
        }
        let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
        insert_or_join(&mut headers, name.to_string(), text);
    }
    let forwarded = match headers.get("x-forwarded-for") {
        Some(before) => format!("{before}, {}", request.source),
        None => request.source.to_string(),
    };
    headers.insert("x-forwarded-for".into(), forwarded);
    headers.insert("x-forwarded-proto".into(), "http".into());
    headers.insert("x-forwarded-port".into(), request.port.to_string());
    // As CloudFront's function does in infra/edge.yaml: API Gateway hands the path on decoded.
    headers.insert("albumen-path".into(), request.path.into());
    headers.insert("host".into(), host.into());
    headers.insert("content-length".into(), request.body.len().to_string());
    headers
}

/// Inserts a value, or joins it with a comma to the one that is there.
fn insert_or_join(values: &mut BTreeMap<String, String>, name: String, value: String) {
    match values.get_mut(&name) {
        Some(present) => {
            present.push(',');
            present.push_str(&value);
        }
        None => {
            values.insert(name, value);
        }
    }
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let mut cookies = Vec::new();
    for header in headers.get_all(header::COOKIE) {
        let line = String::from_utf8_lossy(header.as_bytes());
        for cookie in line.split(';') {
            let cookie = cookie.trim();
            if !cookie.is_empty() {
                cookies.push(cookie.to_owned());
            }
        }
    }
    cookies
}

fn query_parameters(query: &str) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        insert_or_join(&mut parameters, decode_form(name), decode_form(value));
    }
    parameters
}

/// Decodes a name or value of a query, in which `+` is a space.
fn decode_form(text: &str) -> String {
    decode(&text.replace('+', " "))
}

/// Returns the body as text; or in base64, and `true`, when its type is not one that API Gateway
/// passes on as text.
fn body_text(headers: &HeaderMap, body: &Bytes) -> (String, bool) {
    let content_type = match text(headers, header::CONTENT_TYPE) {
        Some(content_type) => content_type.to_ascii_lowercase(),
        None => "text/plain".to_owned(),
    };
    let is_encoded = headers.contains_key(header::CONTENT_ENCODING);
    match std::str::from_utf8(body) {
        Ok(text) if is_text(&content_type) && !is_encoded => (text.to_owned(), false),
        _ => (BASE64_STANDARD.encode(body), true),
    }
}

fn is_text(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.starts_with("text/")
        || essence.ends_with("+json")
        || essence.ends_with("+xml")
        || TEXT_TYPES.contains(&essence)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn common_log_time(now: OffsetDateTime) -> String {
    let format =
        format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000");
    now.format(&format).unwrap_or_default()
}

/// Returns the HTTP response that a function's answer stands for; `None` when it stands for none,
/// which API Gateway answers with 500.
pub(super) fn response(answer: &[u8]) -> Option<Response<Body>> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let Some(status) = answer.get("statusCode") else {
        return Some(response_without_status(&answer));
    };
    let status = status_code(status)?;
    let body = match &answer["body"] {
        Value::Null => Vec::new(),
        Value::String(text) if answer["isBase64Encoded"] == true => {
            BASE64_STANDARD.decode(text).ok()?
        }
        Value::String(text) => text.clone().into_bytes(),
        other => other.to_string().into_bytes(),
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let target = response.headers_mut();
    if let Some(headers) = answer["headers"].as_object() {
        add_headers(target, headers)?;
    }
    if let Some(cookies) = answer["cookies"].as_array() {
        for cookie in cookies {
            target.append(header::SET_COOKIE, HeaderValue::from_str(cookie.as_str()?).ok()?);
        }
    }
    set_body(&mut response, body, "text/plain;charset=UTF-8");
    Some(response)
}

/// Reads a status: a number, or a text that is one.
fn status_code(value: &Value) -> Option<StatusCode> {
    let number = match value.as_u64() {
        Some(number) => number,
        None => value.as_str()?.parse().ok()?,
    };
    StatusCode::from_u16(u16::try_from(number).ok()?).ok()
}

/// Without a status code the whole answer is the body.
fn response_without_status(answer: &Value) -> Response<Body> {
    let body = match answer.as_str() {
        Some(text) => text.to_owned(),
        None => answer.to_string(),
    };
    let mut response = Response::new(Body::empty());
    set_body(&mut response, body.into_bytes(), "application/json");
    response
}

/// Adds the answer's headers, unless one cannot be a header.
fn add_headers(target: &mut HeaderMap, headers: &Map<String, Value>) -> Option<()> {
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
            scalar => scalar.to_string(),
        };
        // The server that sends the answer counts and frames it anew.
        if ![header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION].contains(&name)
        {
            target.append(name, HeaderValue::from_bytes(text.as_bytes()).ok()?);
        }
    }
    Some(())
}

fn set_body(response: &mut Response<Body>, body: Vec<u8>, default_type: &'static str) {
    let headers = response.headers_mut();
    if !body.is_empty() && !headers.contains_key(header::CONTENT_TYPE) {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(default_type));
    }
    *response.body_mut() = Body::from(body);
}
