//! CORS as S3 does it: the first rule of the bucket that fits the request decides.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::sync::PoisonError;

use super::Rules;

/// One rule of a bucket's `CorsConfiguration`, in the template's words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CorsRule {
    /// Origins, each with at most one `*`.
    pub allowed_origins: Vec<String>,
    /// HTTP methods.
    pub allowed_methods: Vec<String>,
    /// Request headers, each with at most one `*`.
    pub allowed_headers: Vec<String>,
    /// Response headers that a page may read. (CloudFormation says `ExposedHeaders`, the S3 API
    /// `ExposeHeaders`.)
    #[serde(alias = "ExposeHeaders")]
    pub exposed_headers: Vec<String>,
    /// How long a browser may keep the answer to a preflight, in seconds.
    #[serde(alias = "MaxAgeSeconds")]
    pub max_age: Option<u32>,
}

impl CorsRule {
    fn fits(&self, origin: &str, method: &str, headers: &[String]) -> bool {
        let allows = |header: &String| {
            self.allowed_headers
                .iter()
                .any(|allowed| matches(&allowed.to_ascii_lowercase(), header))
        };
        self.allowed_origins
            .iter()
            .any(|allowed| matches(allowed, origin))
            && self.allowed_methods.iter().any(|allowed| allowed == method)
            && headers.iter().all(allows)
    }

    fn answer(&self, origin: &str, headers: &[String]) -> Vec<(header::HeaderName, String)> {
        let any = self.allowed_origins.iter().any(|allowed| allowed == "*");
        let mut answer = vec![
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, if any { "*" } else { origin }.to_owned()),
            (header::ACCESS_CONTROL_ALLOW_METHODS, self.allowed_methods.join(", ")),
        ];
        if !any {
            answer.push((header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true".to_owned()));
        }
        if !headers.is_empty() {
            answer.push((header::ACCESS_CONTROL_ALLOW_HEADERS, headers.join(", ")));
        }
        if !self.exposed_headers.is_empty() {
            answer.push((header::ACCESS_CONTROL_EXPOSE_HEADERS, self.exposed_headers.join(", ")));
        }
        if let Some(seconds) = self.max_age {
            answer.push((header::ACCESS_CONTROL_MAX_AGE, seconds.to_string()));
        }
        answer
    }
}

// A pattern with at most one `*`.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
    }
}

/// Answers preflights, and adds the headers to what pages of other origins ask for.
pub async fn layer(State(rules): State<Rules>, request: Request, next: Next) -> Response {
    let Some(origin) = text(request.headers(), &header::ORIGIN) else {
        return next.run(request).await;
    };
    let preflight = request.method() == Method::OPTIONS;
    let method = match text(request.headers(), &header::ACCESS_CONTROL_REQUEST_METHOD) {
        Some(method) if preflight => method,
        _ => request.method().to_string(),
    };
    let headers = if preflight { requested(request.headers()) } else { Vec::new() };
    let bucket = request.uri().path().split('/').nth(1).unwrap_or_default();
    let answer = {
        let rules = rules.read().unwrap_or_else(PoisonError::into_inner);
        let rule = rules.get(bucket).and_then(|rules| {
            rules
                .iter()
                .find(|rule| rule.fits(&origin, &method, &headers))
        });
        rule.map(|rule| rule.answer(&origin, &headers))
    };
    let mut response = match (preflight, &answer) {
        (false, _) => next.run(request).await,
        (true, Some(_)) => StatusCode::OK.into_response(),
        (true, None) => (StatusCode::FORBIDDEN, "CORS: no rule of this bucket allows the request.")
            .into_response(),
    };
    for (name, value) in answer.unwrap_or_default() {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    let vary = HeaderValue::from_static(
        "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    );
    response.headers_mut().append(header::VARY, vary);
    response
}

fn text(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn requested(headers: &HeaderMap) -> Vec<String> {
    let all = text(headers, &header::ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default();
    all.split(',')
        .map(|name| name.trim().to_ascii_lowercase())
        .filter(|name| !name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text_once() {
        assert!(matches("*", "http://a"));
        assert!(matches("http://*.example.com", "http://b.example.com"));
        assert!(!matches("http://*.example.com", "http://example.com"));
        assert!(!matches("ab*bc", "abc"));
        assert!(matches("http://a", "http://a"));
    }
}
