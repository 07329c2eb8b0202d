//! CORS of the HTTP API, when the template asks for it.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header},
};

use crate::template::ApiCors;

/// The answer to a preflight; `None` when the request is none, or the API has no CORS.
pub(super) fn preflight(
    cors: Option<&ApiCors>,
    method: &Method,
    headers: &HeaderMap,
) -> Option<Response<Body>> {
    let cors = cors?;
    if method != Method::OPTIONS || !headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return None;
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    add(Some(cors), headers, response.headers_mut());
    if response
        .headers()
        .contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN)
    {
        let target = response.headers_mut();
        set(target, header::ACCESS_CONTROL_ALLOW_METHODS, &cors.allow_methods.join(","));
        set(target, header::ACCESS_CONTROL_ALLOW_HEADERS, &cors.allow_headers.join(","));
        if let Some(seconds) = cors.max_age {
            set(target, header::ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
        }
    }
    Some(response)
}

/// Adds what lets a page of another origin read the answer.
pub(super) fn add(cors: Option<&ApiCors>, request: &HeaderMap, target: &mut HeaderMap) {
    let (Some(cors), Some(origin)) = (cors, request.get(header::ORIGIN)) else { return };
    let any = cors.allow_origins.iter().any(|allowed| allowed == "*");
    if !any
        && !cors
            .allow_origins
            .iter()
            .any(|allowed| allowed.as_bytes() == origin.as_bytes())
    {
        return;
    }
    let allowed =
        if any && !cors.allow_credentials { HeaderValue::from_static("*") } else { origin.clone() };
    target.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
    target.append(header::VARY, HeaderValue::from_static("origin"));
    if cors.allow_credentials {
        target.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    if !cors.expose_headers.is_empty() {
        set(target, header::ACCESS_CONTROL_EXPOSE_HEADERS, &cors.expose_headers.join(","));
    }
}

fn set(target: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value)
        && !value.is_empty()
    {
        target.insert(name, value);
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
