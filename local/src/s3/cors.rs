//! CORS as S3 does it: the first rule of the bucket that fits the request decides.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html>

use std::sync::PoisonError;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::CorsRules;

/// The request headers on which the response depends.
const VARY: HeaderValue = HeaderValue::from_static(
    "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
);

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
    /// The longest time for which a browser may keep the answer to a preflight, in seconds.
    #[serde(alias = "MaxAgeSeconds")]
    pub max_age: Option<u32>,
}

/// The request of a page of another origin.
struct CrossOriginRequest {
    origin: String,
    /// Of a preflight, the method that is asked for.
    method: String,
    /// Of a preflight, the headers that are asked for, in lower case.
    headers: Vec<String>,
    is_preflight: bool,
    bucket: String,
}

impl CrossOriginRequest {
    /// Reads a request; `None` if it names no origin.
    fn read(request: &Request) -> Option<Self> {
        let headers = request.headers();
        let origin = text(headers, &header::ORIGIN)?;
        let is_preflight = request.method() == Method::OPTIONS;
        let mut method = request.method().to_string();
        let mut requested_headers = Vec::new();
        if is_preflight {
            if let Some(requested) = text(headers, &header::ACCESS_CONTROL_REQUEST_METHOD) {
                method = requested;
            }
            requested_headers = self::requested_headers(headers);
        }
        let bucket = request.uri().path().split('/').nth(1).unwrap_or_default();
        Some(Self {
            origin,
            method,
            headers: requested_headers,
            is_preflight,
            bucket: bucket.to_owned(),
        })
    }
}

impl CorsRule {
    fn fits(&self, request: &CrossOriginRequest) -> bool {
        self.allows_origin(&request.origin)
            && self.allowed_methods.contains(&request.method)
            && request
                .headers
                .iter()
                .all(|header| self.allows_header(header))
    }

    fn allows_origin(&self, origin: &str) -> bool {
        let mut patterns = self.allowed_origins.iter();
        patterns.any(|pattern| matches(pattern, origin))
    }

    fn allows_header(&self, header: &str) -> bool {
        let mut patterns = self.allowed_headers.iter();
        patterns.any(|pattern| matches(&pattern.to_ascii_lowercase(), header))
    }

    /// Returns the headers of the response to a request that fits.
    fn response_headers(&self, request: &CrossOriginRequest) -> Vec<(HeaderName, String)> {
        let allows_any = self.allowed_origins.iter().any(|allowed| allowed == "*");
        let origin = if allows_any { "*" } else { &request.origin };
        let mut headers = vec![
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.to_owned()),
            (header::ACCESS_CONTROL_ALLOW_METHODS, self.allowed_methods.join(", ")),
        ];
        if !allows_any {
            headers.push((header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true".to_owned()));
        }
        if !request.headers.is_empty() {
            headers.push((header::ACCESS_CONTROL_ALLOW_HEADERS, request.headers.join(", ")));
        }
        if !self.exposed_headers.is_empty() {
            headers.push((header::ACCESS_CONTROL_EXPOSE_HEADERS, self.exposed_headers.join(", ")));
        }
        if let Some(seconds) = self.max_age {
            headers.push((header::ACCESS_CONTROL_MAX_AGE, seconds.to_string()));
        }
        headers
    }
}

/// Matches a text with a pattern that has at most one `*`.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
    }
}

/// Answers preflights, and adds the headers to responses for pages of other origins.
pub async fn layer(State(rules): State<CorsRules>, request: Request, next: Next) -> Response {
    let Some(cross_origin) = CrossOriginRequest::read(&request) else {
        return next.run(request).await;
    };
    let headers = headers_of_first_rule(&rules, &cross_origin);
    let mut response = if !cross_origin.is_preflight {
        next.run(request).await
    } else if headers.is_some() {
        StatusCode::OK.into_response()
    } else {
        let text = "CORS: no rule of this bucket allows the request.";
        (StatusCode::FORBIDDEN, text).into_response()
    };
    for (name, text) in headers.unwrap_or_default() {
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().append(header::VARY, VARY);
    response
}

/// Returns the headers of the first rule of the bucket that fits, if one does.
fn headers_of_first_rule(
    rules: &CorsRules,
    request: &CrossOriginRequest,
) -> Option<Vec<(HeaderName, String)>> {
    let rules = rules.read().unwrap_or_else(PoisonError::into_inner);
    let of_bucket = rules.get(&request.bucket)?;
    let rule = of_bucket.iter().find(|rule| rule.fits(request))?;
    Some(rule.response_headers(request))
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}

/// Returns the headers that a preflight asks for, in lower case.
fn requested_headers(headers: &HeaderMap) -> Vec<String> {
    let list = text(headers, &header::ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default();
    let mut names = Vec::new();
    for name in list.split(',') {
        let name = name.trim();
        if !name.is_empty() {
            names.push(name.to_ascii_lowercase());
        }
    }
    names
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
