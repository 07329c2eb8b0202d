//! `/media/*`: renditions for whoever holds a signature, as CloudFront serves them.

use std::{error::Error, io::SeekFrom};

use axum::{
    body::Body,
    http::{HeaderMap, Method, Response, StatusCode, header},
};
use s3s::dto::Range;
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::{TrustedKey, answers, routes::decode, signature::Refusal};
use crate::s3;

/// The bucket behind `/media/*` and the key that opens it.
pub struct Media {
    /// Where the objects are.
    pub store: s3::Server,
    /// Name of the bucket; a key is the URL's path without the leading slash.
    pub bucket: String,
    /// Whose signatures count.
    pub key: TrustedKey,
    /// Scheme and host of signed URLs.
    pub origin: String,
}

impl Media {
    pub(super) async fn serve(
        &self,
        method: &Method,
        path: &str,
        query: &str,
        headers: &HeaderMap,
    ) -> Response<Body> {
        if method != Method::GET && method != Method::HEAD {
            return answers::xml(
                StatusCode::METHOD_NOT_ALLOWED,
                "MethodNotAllowed",
                "only GET and HEAD",
            );
        }
        let now = OffsetDateTime::now_utc().unix_timestamp();
        if let Err(Refusal { code, message }) =
            self.key
                .check(&format!("{}{path}", self.origin), query, now)
        {
            return answers::xml(StatusCode::FORBIDDEN, code, message);
        }
        match self
            .store
            .object(&self.bucket, decode(path).trim_start_matches('/'))
            .await
        {
            Ok(Some(object)) => send(object, method, headers)
                .await
                .unwrap_or_else(|error| failed(&error)),
            // Who may not list a bucket is not told whether an object exists.
            Ok(None) => answers::xml(StatusCode::FORBIDDEN, "AccessDenied", "Access Denied"),
            Err(error) => failed(&error),
        }
    }
}

fn failed(error: &dyn Error) -> Response<Body> {
    crate::console::problem(&error.to_string());
    answers::xml(StatusCode::BAD_GATEWAY, "OriginError", "the bucket did not answer")
}

async fn send(
    object: s3::Object,
    method: &Method,
    headers: &HeaderMap,
) -> std::io::Result<Response<Body>> {
    let etag = format!("\"{}\"", object.etag);
    let mut response = Response::new(Body::empty());
    let target = response.headers_mut();
    answers::set(target, header::ETAG, &etag);
    answers::set(target, header::ACCEPT_RANGES, "bytes");
    if let Some(value) = &object.cache_control {
        answers::set(target, header::CACHE_CONTROL, value);
    }
    if answers::not_modified(headers, &etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(response);
    }
    let (mut file, mut bytes) = (object.file, 0..object.size);
    if let Some(range) = range(method, headers, &etag) {
        let Ok(part) = range.check(object.size) else {
            let mut response =
                answers::xml(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", "no such range");
            answers::set(
                response.headers_mut(),
                header::CONTENT_RANGE,
                &format!("bytes */{}", object.size),
            );
            return Ok(response);
        };
        file.seek(SeekFrom::Start(part.start)).await?;
        let told = format!("bytes {}-{}/{}", part.start, part.end - 1, object.size);
        answers::set(target, header::CONTENT_RANGE, &told);
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        bytes = part;
    }
    let target = response.headers_mut();
    let length = bytes.end - bytes.start;
    answers::set(
        target,
        header::CONTENT_TYPE,
        object
            .content_type
            .as_deref()
            .unwrap_or("binary/octet-stream"),
    );
    answers::set(target, header::CONTENT_LENGTH, &length.to_string());
    if method == Method::GET {
        *response.body_mut() =
            Body::from_stream(ReaderStream::with_capacity(file.take(length), 64 * 1024));
    }
    Ok(response)
}

/// The part that is asked for. All is sent when the header cannot be read or names several parts,
/// or when the caller's part is of another version.
fn range(method: &Method, headers: &HeaderMap, etag: &str) -> Option<Range> {
    let same = headers
        .get(header::IF_RANGE)
        .is_none_or(|version| version.as_bytes() == etag.as_bytes());
    if method != Method::GET || !same {
        return None;
    }
    Range::parse(headers.get(header::RANGE)?.to_str().ok()?).ok()
}
