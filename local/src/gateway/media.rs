//! `/media/*`: renditions for whoever holds a signature, as CloudFront serves them.

use axum::{
    body::Body,
    http::{HeaderMap, Method, Response, StatusCode, header},
};
use time::OffsetDateTime;
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
    pub(super) async fn serve(&self, method: &Method, path: &str, query: &str, headers: &HeaderMap) -> Response<Body> {
        if method != Method::GET && method != Method::HEAD {
            return answers::xml(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", "only GET and HEAD");
        }
        let now = OffsetDateTime::now_utc().unix_timestamp();
        if let Err(Refusal { code, message }) = self.key.check(&format!("{}{path}", self.origin), query, now) {
            return answers::xml(StatusCode::FORBIDDEN, code, message);
        }
        match self.store.object(&self.bucket, decode(path).trim_start_matches('/')).await {
            Ok(Some(object)) => send(object, method, headers),
            // Who may not list a bucket is not told whether an object exists.
            Ok(None) => answers::xml(StatusCode::FORBIDDEN, "AccessDenied", "Access Denied"),
            Err(error) => {
                crate::console::problem(&error.to_string());
                answers::xml(StatusCode::BAD_GATEWAY, "OriginError", "the bucket did not answer")
            }
        }
    }
}

fn send(object: s3::Object, method: &Method, headers: &HeaderMap) -> Response<Body> {
    let etag = format!("\"{}\"", object.etag);
    let mut response = Response::new(Body::empty());
    let target = response.headers_mut();
    answers::set(target, header::ETAG, &etag);
    if let Some(value) = &object.cache_control {
        answers::set(target, header::CACHE_CONTROL, value);
    }
    if answers::not_modified(headers, &etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    let kind = object.content_type.as_deref().unwrap_or("binary/octet-stream");
    answers::set(target, header::CONTENT_TYPE, kind);
    answers::set(target, header::CONTENT_LENGTH, &object.size.to_string());
    if method == Method::GET {
        *response.body_mut() = Body::from_stream(ReaderStream::with_capacity(object.file, 64 * 1024));
    }
    response
}
