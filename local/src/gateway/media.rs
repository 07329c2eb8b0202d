//! `/media/*`: renditions for holders of a signature, as CloudFront serves them.

use std::{error::Error, io::SeekFrom, ops::Range as ByteRange};

use axum::{
    body::Body,
    http::{HeaderMap, Method, Response, StatusCode, header},
};
use s3s::dto::Range;
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::{TrustedKey, responses, routes::decode};
use crate::s3::{S3Server, StoredObject};

/// The bytes of a rendition that are read at a time.
const PIECE: usize = 64 * 1024;

/// The bucket behind `/media/*` and the key that opens it.
pub struct MediaOrigin {
    /// The store of the objects.
    pub store: S3Server,
    /// Name of the bucket; a key is the URL's path without the leading slash.
    pub bucket: String,
    /// The key of the signatures.
    pub key: TrustedKey,
    /// Scheme and host of signed URLs.
    pub origin: String,
}

impl MediaOrigin {
    pub(super) async fn serve(
        &self,
        method: &Method,
        path: &str,
        query: &str,
        headers: &HeaderMap,
    ) -> Response<Body> {
        if method != Method::GET && method != Method::HEAD {
            return responses::xml(
                StatusCode::METHOD_NOT_ALLOWED,
                "MethodNotAllowed",
                "only GET and HEAD",
            );
        }
        let url = format!("{}{path}", self.origin);
        let now = OffsetDateTime::now_utc().unix_timestamp();
        if let Err(refusal) = self.key.check(&url, query, now) {
            return responses::xml(StatusCode::FORBIDDEN, refusal.code, refusal.message);
        }
        let decoded = decode(path);
        let key = decoded.trim_start_matches('/');
        let object = match self.store.object(&self.bucket, key).await {
            Ok(Some(object)) => object,
            // A caller who may not list a bucket does not learn whether an object exists.
            Ok(None) => {
                return responses::xml(StatusCode::FORBIDDEN, "AccessDenied", "Access Denied");
            }
            Err(error) => return origin_error(&error),
        };
        match send(object, method, headers).await {
            Ok(response) => response,
            Err(error) => origin_error(&error),
        }
    }
}

fn origin_error(error: &dyn Error) -> Response<Body> {
    crate::console::problem(&error.to_string());
    responses::xml(StatusCode::BAD_GATEWAY, "OriginError", "the bucket did not answer")
}

async fn send(
    object: StoredObject,
    method: &Method,
    headers: &HeaderMap,
) -> std::io::Result<Response<Body>> {
    let etag = format!("\"{}\"", object.etag);
    let mut response = Response::new(Body::empty());
    let target = response.headers_mut();
    responses::set(target, header::ETAG, &etag);
    responses::set(target, header::ACCEPT_RANGES, "bytes");
    if let Some(value) = &object.cache_control {
        responses::set(target, header::CACHE_CONTROL, value);
    }
    if responses::not_modified(headers, &etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(response);
    }
    let mut bytes = 0..object.size;
    if let Some(range) = requested_range(method, headers, &etag) {
        let Ok(part) = range.check(object.size) else {
            return Ok(range_not_satisfiable(object.size));
        };
        let content_range = format!("bytes {}-{}/{}", part.start, part.end - 1, object.size);
        responses::set(target, header::CONTENT_RANGE, &content_range);
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        bytes = part;
    }
    let length = bytes.end - bytes.start;
    let content_type = object
        .content_type
        .as_deref()
        .unwrap_or("binary/octet-stream");
    let target = response.headers_mut();
    responses::set(target, header::CONTENT_TYPE, content_type);
    responses::set(target, header::CONTENT_LENGTH, &length.to_string());
    if method == Method::GET {
        *response.body_mut() = read(object.file, bytes).await?;
    }
    Ok(response)
}

/// Makes a body of some bytes of a file.
async fn read(mut file: tokio::fs::File, bytes: ByteRange<u64>) -> std::io::Result<Body> {
    file.seek(SeekFrom::Start(bytes.start)).await?;
    let part = file.take(bytes.end - bytes.start);
    Ok(Body::from_stream(ReaderStream::with_capacity(part, PIECE)))
}

fn range_not_satisfiable(size: u64) -> Response<Body> {
    let mut response =
        responses::xml(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", "no such range");
    let content_range = format!("bytes */{size}");
    responses::set(response.headers_mut(), header::CONTENT_RANGE, &content_range);
    response
}

/// Returns the range of the request. All is sent when the header cannot be read or names several
/// parts, or when the part that the caller has is of another version.
fn requested_range(method: &Method, headers: &HeaderMap, etag: &str) -> Option<Range> {
    if method != Method::GET {
        return None;
    }
    if let Some(version) = headers.get(header::IF_RANGE)
        && version.as_bytes() != etag.as_bytes()
    {
        return None;
    }
    let range = headers.get(header::RANGE)?.to_str().ok()?;
    Range::parse(range).ok()
}
