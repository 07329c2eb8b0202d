//! A route's answer.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::domain::{GAP, PackedText};

/// A part of a body that was packed when it was stored.
#[derive(Clone, Debug)]
pub struct PackedPart {
    /// The byte of the body before which it belongs.
    pub at: usize,
    /// The part.
    pub text: Arc<PackedText>,
}

/// An answer: status, headers, body.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// Headers beside those that dispatch adds to every answer.
    pub headers: HeaderMap,
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// The part of the body that is packed, and is not in it yet.
    pub packed: Option<PackedPart>,
    /// The version of the row that it shows: part of the `ETag`, and what `If-Match` names.
    pub version: Option<u32>,
}

impl Reply {
    /// An answer of JSON.
    pub fn json(status: StatusCode, value: &impl Serialize) -> Self {
        // Our views have string keys and no failing serialisers; were one to fail, the caller gets
        // an empty body rather than half of one.
        Self::raw(status, serde_json::to_vec(value).unwrap_or_default())
    }

    /// An answer of JSON that is text already.
    pub fn raw(status: StatusCode, json: Vec<u8>) -> Self {
        Self::of_type(status, "application/json", json)
    }

    /// 200 with what is no JSON: a body of this media type.
    pub fn ok_of_type(media_type: &str, body: Vec<u8>) -> Self {
        Self::of_type(StatusCode::OK, media_type, body)
    }

    fn of_type(status: StatusCode, media_type: &str, body: Vec<u8>) -> Self {
        let reply = Self { status, headers: HeaderMap::new(), body, packed: None, version: None };
        reply.with(header::CONTENT_TYPE, media_type)
    }

    /// 200 with JSON.
    pub fn ok(value: &impl Serialize) -> Self {
        Self::json(StatusCode::OK, value)
    }

    /// 200 with JSON that is text already.
    pub fn ok_raw(json: String) -> Self {
        Self::raw(StatusCode::OK, json.into_bytes())
    }

    /// 200 with JSON that is text already around a packed part, whose place is a [`GAP`].
    pub fn ok_around(json: &str, text: Arc<PackedText>) -> Self {
        let (before, after) = json.split_once(GAP).unwrap_or((json, ""));
        let packed = PackedPart { at: before.len(), text };
        Self { packed: Some(packed), ..Self::ok_raw([before, after].concat()) }
    }

    /// 201 with JSON that is text already, and where it is found.
    pub fn created_raw(location: &str, json: String) -> Self {
        Self::raw(StatusCode::CREATED, json.into_bytes()).with(header::LOCATION, location)
    }

    /// 201 with JSON and where it is found.
    pub fn created(location: &str, value: &impl Serialize) -> Self {
        Self::json(StatusCode::CREATED, value).with(header::LOCATION, location)
    }

    /// 204.
    pub fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            headers: HeaderMap::new(),
            body: Vec::new(),
            packed: None,
            version: None,
        }
    }

    /// 302 to a URL that only this caller may know.
    pub fn found(url: &str) -> Self {
        let reply = Self { status: StatusCode::FOUND, ..Self::no_content() };
        reply.with(header::LOCATION, url).uncached()
    }

    /// Shows a row of this version.
    #[must_use]
    pub fn versioned(self, version: u32) -> Self {
        Self { version: Some(version), ..self }
    }

    /// Returns true if no cache may keep it.
    pub fn is_secret(&self) -> bool {
        self.headers
            .get(header::CACHE_CONTROL)
            .is_some_and(|kept| kept == "no-store")
    }

    /// With one more header. A value that no header can hold is left out.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.append(name, value);
        }
        self
    }

    /// Never kept by any cache: it holds a secret.
    #[must_use]
    pub fn uncached(self) -> Self {
        self.with(header::CACHE_CONTROL, "no-store")
    }
}
