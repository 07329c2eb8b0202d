//! The last steps of every answer: `ETag`, `Cache-Control`, limits, compression.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use lambda_http::{Body, Response};
use sha2::{Digest, Sha256};

use super::Reply;
use crate::{
    error::{Error, Result},
    stores::RateLimitState,
};

/// Answers shorter than this are not compressed: it would cost more than it saves. A packet holds
/// about as much.
const SHORT: usize = 1400;

/// The most bytes of a body: Lambda takes 6 MiB, status and headers included.
const MOST: usize = 6 * 1024 * 1024 - 64 * 1024;

/// Adds what a good answer has; a GET whose `ETag` the caller has is a 304 without a body.
pub(super) fn cacheable(reply: Reply, method: &Method, asked: &HeaderMap) -> Reply {
    let kept = reply.headers.contains_key(header::CACHE_CONTROL);
    let reply = if kept { reply } else { reply.with(header::CACHE_CONTROL, "private, no-cache") };
    if *method != Method::GET {
        // What was changed, for the next `If-Match`.
        let tag = reply.version.map(|version| format!("\"{version}\""));
        return tag
            .into_iter()
            .fold(reply, |reply, tag| reply.with(header::ETAG, &tag));
    }
    if reply.status != StatusCode::OK {
        return reply;
    }
    let sum = hex::encode(&Sha256::digest(&reply.body)[..12]);
    let tag = reply
        .version
        .map_or_else(|| format!("\"{sum}\""), |version| format!("\"{version}-{sum}\""));
    let known = asked
        .get(header::IF_NONE_MATCH)
        .and_then(|m| m.to_str().ok())
        .is_some_and(|m| lists(m, &tag));
    let reply = reply.with(header::ETAG, &tag);
    if known {
        Reply { status: StatusCode::NOT_MODIFIED, body: Vec::new(), ..reply }
    } else {
        reply
    }
}

/// RFC 9110, section 13.1.2: a list of tags, compared weakly, or `*`. A compressed answer's tag is
/// that of the answer.
fn lists(header: &str, tag: &str) -> bool {
    let bare = |t: &str| t.strip_prefix("W/").unwrap_or(t).replace("-gzip\"", "\"");
    header
        .split(',')
        .map(str::trim)
        .any(|t| t == "*" || bare(t) == tag)
}

/// The limits that the request was counted against, as `draft-ietf-httpapi-ratelimit-headers-10`
/// writes them.
pub(super) fn limited(reply: Reply, taken: &[RateLimitState]) -> Reply {
    if taken.is_empty() {
        return reply;
    }
    let list =
        |item: fn(&RateLimitState) -> String| taken.iter().map(item).collect::<Vec<_>>().join(", ");
    let policies = list(|t| format!("\"{}\";q={};w=60", t.policy, t.quota));
    let left = list(|t| format!("\"{}\";r={};t={}", t.policy, t.left, t.full_in));
    let reply = reply.with(HeaderName::from_static("ratelimit-policy"), &policies);
    reply.with(HeaderName::from_static("ratelimit"), &left)
}

/// Compressed, if the caller takes that and it is worth it.
pub(super) fn compressed(mut reply: Reply, asked: &HeaderMap) -> Reply {
    if reply.body.len() < SHORT {
        return reply;
    }
    reply
        .headers
        .append(header::VARY, HeaderValue::from_static("accept-encoding"));
    if !takes_gzip(asked) {
        return reply;
    }
    let mut gzip = GzEncoder::new(Vec::with_capacity(reply.body.len() / 4), Compression::fast());
    let packed = gzip.write_all(&reply.body).and_then(|()| gzip.finish());
    let Ok(body) = packed else { return reply };
    reply
        .headers
        .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    let tag = reply
        .headers
        .get(header::ETAG)
        .and_then(|tag| tag.to_str().ok()?.strip_suffix('"'));
    if let Some(Ok(tag)) = tag.map(|tag| HeaderValue::from_str(&format!("{tag}-gzip\""))) {
        reply.headers.insert(header::ETAG, tag);
    }
    Reply { body, ..reply }
}

/// The answer, unless Lambda would refuse it, which writes a text into JSON once more and what is
/// compressed in base64.
///
/// # Errors
/// [`Error::AnswerTooLong`].
pub(super) fn bounded(reply: Reply) -> Result<Reply> {
    let length = if reply.headers.contains_key(header::CONTENT_ENCODING) {
        reply.body.len().div_ceil(3) * 4
    } else {
        let escaped = reply
            .body
            .iter()
            .filter(|byte| matches!(byte, b'"' | b'\\'))
            .count();
        reply.body.len() + escaped
    };
    if length <= MOST { Ok(reply) } else { Err(Error::AnswerTooLong) }
}

fn takes_gzip(asked: &HeaderMap) -> bool {
    let codings = asked
        .get_all(header::ACCEPT_ENCODING)
        .into_iter()
        .filter_map(|v| v.to_str().ok());
    codings.flat_map(|v| v.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight
            .trim()
            .strip_prefix("q=")
            .and_then(|q| q.trim().parse().ok())
            .is_some_and(|q: f32| q <= 0.0);
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

/// The response, with the request's id.
pub(super) fn respond(reply: Reply, id: &str) -> Response<Body> {
    let reply = reply.with(HeaderName::from_static("x-request-id"), id);
    let body = match String::from_utf8(reply.body) {
        Ok(text) if text.is_empty() => Body::Empty,
        Ok(text) => Body::Text(text),
        Err(bytes) => Body::Binary(bytes.into_bytes()),
    };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).expect("a value"))])
    }

    #[test]
    fn a_known_tag_is_not_sent_again() {
        let get = |value: u8, asked: &HeaderMap| {
            cacheable(Reply::ok(&json!({"a": value})).versioned(7), &Method::GET, asked)
        };
        let tag = get(1, &HeaderMap::new()).headers[header::ETAG]
            .to_str()
            .expect("text")
            .to_owned();
        assert!(tag.starts_with("\"7-"), "{tag}");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}")] {
            let again = get(1, &headers(header::IF_NONE_MATCH, &known));
            assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{known}");
        }
        assert_eq!(get(2, &headers(header::IF_NONE_MATCH, &tag)).status, StatusCode::OK);
    }

    #[test]
    fn a_long_answer_is_compressed_for_who_takes_that() {
        let long = || {
            cacheable(Reply::ok(&json!({"a": "x".repeat(5000)})), &Method::GET, &HeaderMap::new())
        };
        let packed = compressed(long(), &headers(header::ACCEPT_ENCODING, "br, gzip;q=0.5"));
        assert_eq!(packed.headers[header::CONTENT_ENCODING], "gzip");
        let mut text = String::new();
        std::io::Read::read_to_string(
            &mut flate2::read::GzDecoder::new(&packed.body[..]),
            &mut text,
        )
        .expect("gzip");
        assert_eq!(text.as_bytes(), long().body);
        let tag = packed.headers[header::ETAG].to_str().expect("text");
        let again = cacheable(
            Reply { headers: HeaderMap::new(), ..long() },
            &Method::GET,
            &headers(header::IF_NONE_MATCH, tag),
        );
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
        for none in ["", "br", "gzip;q=0"] {
            let plain = compressed(long(), &headers(header::ACCEPT_ENCODING, none));
            assert_eq!(
                (plain.body.len(), plain.headers.contains_key(header::VARY)),
                (long().body.len(), true),
                "{none}"
            );
        }
        assert!(
            !compressed(Reply::ok(&json!({})), &HeaderMap::new())
                .headers
                .contains_key(header::VARY)
        );
    }

    #[test]
    fn what_lambda_would_refuse_is_no_answer() {
        let long = |text: &str| Reply::ok(&json!({"a": text}));
        assert!(bounded(long(&"x".repeat(6_000_000))).is_ok());
        assert!(matches!(bounded(long(&"x".repeat(6_300_000))), Err(Error::AnswerTooLong)));
        // Three millions become six in JSON, and nine when Lambda writes that into JSON.
        assert!(matches!(bounded(long(&"\"".repeat(3_000_000))), Err(Error::AnswerTooLong)));
        let packed =
            compressed(long(&"\"".repeat(3_000_000)), &headers(header::ACCEPT_ENCODING, "gzip"));
        assert!(bounded(packed).is_ok());
    }
}
