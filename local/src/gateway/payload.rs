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

use super::routes::{Match, decode, path_of};
use crate::template::ACCOUNT;

/// What the gateway knows of a request besides its route.
pub(super) struct Request<'a> {
    pub id: &'a str,
    pub method: &'a Method,
    /// Path as it was sent.
    pub path: &'a str,
    /// Query as it was sent.
    pub query: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a Bytes,
    pub source: IpAddr,
    pub port: u16,
    pub now: OffsetDateTime,
}

/// The event of a request.
pub(super) fn event(request: &Request<'_>, found: &Match<'_>) -> Value {
    let host = text(request.headers, header::HOST).unwrap_or_default();
    // API Gateway hands HTTP APIs' paths on decoded, unlike those of REST APIs.
    let path = path_of(request.path);
    let mut event = json!({
        "version": "2.0",
        "routeKey": found.route.key(),
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": headers(request, &host),
        "requestContext": {
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
            "routeKey": found.route.key(),
            "stage": "$default",
            "time": common_log_time(request.now),
            "timeEpoch": request.now.unix_timestamp_nanos() / 1_000_000,
        },
        "isBase64Encoded": false,
    });
    let cookies = cookies(request.headers);
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    if !request.query.is_empty() {
        event["queryStringParameters"] = json!(query_parameters(request.query));
    }
    if !found.parameters.is_empty() {
        event["pathParameters"] = json!(found.parameters);
    }
    if !request.body.is_empty() {
        let (body, encoded) = body_text(request.headers, request.body);
        event["body"] = json!(body);
        event["isBase64Encoded"] = json!(encoded);
    }
    event
}

/// Lower-case names, repeated ones joined with commas; cookies have a list of their own.
fn headers(request: &Request<'_>, host: &str) -> BTreeMap<String, String> {
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in request.headers {
        if name == header::COOKIE || name == header::CONNECTION || name == header::TRANSFER_ENCODING
        {
            continue;
        }
        let value = String::from_utf8_lossy(value.as_bytes());
        match headers.get_mut(name.as_str()) {
            Some(present) => *present = format!("{present},{value}"),
            None => drop(headers.insert(name.to_string(), value.into_owned())),
        }
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

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(header::COOKIE).iter();
    let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let split = values.flat_map(|line| {
        line.split(';')
            .map(|one| one.trim().to_owned())
            .collect::<Vec<_>>()
    });
    split.filter(|one| !one.is_empty()).collect()
}

fn query_parameters(query: &str) -> BTreeMap<String, String> {
    let mut parameters: BTreeMap<String, String> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(&name.replace('+', " ")), decode(&value.replace('+', " ")));
        match parameters.get_mut(&name) {
            Some(present) => *present = format!("{present},{value}"),
            None => drop(parameters.insert(name, value)),
        }
    }
    parameters
}

/// The body as text, or in base64 when its type is not one that API Gateway passes on as text.
fn body_text(headers: &HeaderMap, body: &Bytes) -> (String, bool) {
    let kind = text(headers, header::CONTENT_TYPE)
        .unwrap_or_else(|| "text/plain".into())
        .to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_text = kind.starts_with("text/")
        || ["application/json", "application/javascript", "application/xml"].contains(&kind)
        || kind.ends_with("+json")
        || kind.ends_with("+xml");
    match std::str::from_utf8(body) {
        Ok(text) if is_text && !headers.contains_key(header::CONTENT_ENCODING) => {
            (text.into(), false)
        }
        _ => (BASE64_STANDARD.encode(body), true),
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn common_log_time(now: OffsetDateTime) -> String {
    let format =
        format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000");
    now.format(&format).unwrap_or_default()
}

/// The HTTP response that a function's answer stands for; `None` when it stands for none, which
/// API Gateway answers with 500.
pub(super) fn response(answer: &[u8]) -> Option<Response<Body>> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let Some(status) = answer.get("statusCode") else {
        // Without a status code the whole answer is the body.
        let body = answer
            .as_str()
            .map_or_else(|| answer.to_string(), str::to_owned);
        return build(StatusCode::OK, &Map::new(), &[], body.into(), "application/json");
    };
    let status = status.as_u64().or_else(|| status.as_str()?.parse().ok())?;
    let status = StatusCode::from_u16(u16::try_from(status).ok()?).ok()?;
    let body = match &answer["body"] {
        Value::Null => Vec::new(),
        Value::String(text) if answer["isBase64Encoded"] == true => {
            BASE64_STANDARD.decode(text).ok()?
        }
        Value::String(text) => text.clone().into_bytes(),
        other => other.to_string().into_bytes(),
    };
    let none = Map::new();
    let headers = answer["headers"].as_object().unwrap_or(&none);
    let cookies = answer["cookies"].as_array().map_or(&[][..], Vec::as_slice);
    build(status, headers, cookies, body, "text/plain;charset=UTF-8")
}

fn build(
    status: StatusCode,
    headers: &Map<String, Value>,
    cookies: &[Value],
    body: Vec<u8>,
    default_type: &'static str,
) -> Option<Response<Body>> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let target = response.headers_mut();
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
            scalar => scalar.to_string(),
        };
        // The server that sends the answer counts and frames it anew.
        if ![header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION].contains(&name)
        {
            target.append(name, HeaderValue::from_bytes(value.as_bytes()).ok()?);
        }
    }
    for cookie in cookies {
        target.append(header::SET_COOKIE, HeaderValue::from_str(cookie.as_str()?).ok()?);
    }
    if !body.is_empty() && !target.contains_key(header::CONTENT_TYPE) {
        target.insert(header::CONTENT_TYPE, HeaderValue::from_static(default_type));
    }
    *response.body_mut() = Body::from(body);
    Some(response)
}
