//! CORS of the HTTP API, when the template asks for it.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header},
};

use super::responses;
use crate::template::ApiCors;

/// Returns the answer to a preflight; `None` when the request is none, or the API has no CORS.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html>
pub(super) fn preflight(
    cors: Option<&ApiCors>,
    method: &Method,
    headers: &HeaderMap,
) -> Option<Response<Body>> {
    let api_cors = cors?;
    if method != Method::OPTIONS || !headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return None;
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let target = response.headers_mut();
    add(cors, headers, target);
    if target.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
        set(target, header::ACCESS_CONTROL_ALLOW_METHODS, &api_cors.allow_methods.join(","));
        set(target, header::ACCESS_CONTROL_ALLOW_HEADERS, &api_cors.allow_headers.join(","));
        if let Some(seconds) = api_cors.max_age {
            set(target, header::ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
        }
    }
    Some(response)
}

/// Adds the headers that let a page of another origin read the answer.
pub(super) fn add(cors: Option<&ApiCors>, request: &HeaderMap, target: &mut HeaderMap) {
    let Some(cors) = cors else { return };
    let Some(origin) = request.get(header::ORIGIN) else { return };
    let mut origins = cors.allow_origins.iter();
    let allows_any = cors.allow_origins.iter().any(|allowed| allowed == "*");
    if !allows_any && !origins.any(|allowed| allowed.as_bytes() == origin.as_bytes()) {
        return;
    }
    let allowed = if allows_any && !cors.allow_credentials {
        HeaderValue::from_static("*")
    } else {
        origin.clone()
    };
    target.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
    target.append(header::VARY, HeaderValue::from_static("origin"));
    if cors.allow_credentials {
        target.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    if !cors.expose_headers.is_empty() {
        set(target, header::ACCESS_CONTROL_EXPOSE_HEADERS, &cors.expose_headers.join(","));
    }
}

/// Sets a header, unless the value is empty or cannot be one.
fn set(target: &mut HeaderMap, name: HeaderName, value: &str) {
    if !value.is_empty() {
        responses::set(target, name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(origin: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
        headers.insert(header::ACCESS_CONTROL_REQUEST_METHOD, HeaderValue::from_static("PUT"));
        headers
    }

    #[test]
    fn preflights_are_answered_for_known_origins() {
        let cors = ApiCors {
            allow_origins: vec!["https://a.example".into()],
            allow_methods: vec!["GET".into(), "PUT".into()],
            max_age: Some(60),
            ..ApiCors::default()
        };
        let known =
            preflight(Some(&cors), &Method::OPTIONS, &headers("https://a.example")).unwrap();
        assert_eq!(known.status(), 204);
        assert_eq!(known.headers()["access-control-allow-origin"], "https://a.example");
        assert_eq!(known.headers()["access-control-allow-methods"], "GET,PUT");
        let other =
            preflight(Some(&cors), &Method::OPTIONS, &headers("https://b.example")).unwrap();
        assert!(!other.headers().contains_key("access-control-allow-origin"));
        assert!(preflight(None, &Method::OPTIONS, &headers("https://a.example")).is_none());
        assert!(preflight(Some(&cors), &Method::PUT, &headers("https://a.example")).is_none());
    }
}
