//! The last steps of every answer: `ETag`, `Cache-Control`, limits, compression.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use lambda_http::{Body, Response};
use sha2::{Digest, Sha256};

use super::{Reply, reply::PackedPart};
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
    let says_itself = reply.headers.contains_key(header::CACHE_CONTROL);
    let reply =
        if says_itself { reply } else { reply.with(header::CACHE_CONTROL, "private, no-cache") };
    if *method != Method::GET {
        // What was changed, for the next `If-Match`.
        return match reply.version {
            Some(version) => reply.with(header::ETAG, &format!("\"{version}\"")),
            None => reply,
        };
    }
    if reply.status != StatusCode::OK {
        return reply;
    }
    let tag = tag_of(&reply);
    let tags_of_caller = asked
        .get(header::IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok());
    let known = tags_of_caller.is_some_and(|tags| lists(tags, &tag));
    let tagged = reply.with(header::ETAG, &tag);
    if known {
        Reply { status: StatusCode::NOT_MODIFIED, body: Vec::new(), packed: None, ..tagged }
    } else {
        tagged
    }
}

/// The `ETag` of the answer to a GET: the row's version, where it has one, and a sum of the body.
fn tag_of(reply: &Reply) -> String {
    let sum = sum_of(reply);
    match reply.version {
        Some(version) => format!("\"{version}-{sum}\""),
        None => format!("\"{sum}\""),
    }
}

/// Returns a sum of the body. A packed part has one of its own, and its place counts, so that no
/// two bodies have the same.
fn sum_of(reply: &Reply) -> String {
    let mut sum = Sha256::new_with_prefix(&reply.body);
    if let Some(PackedPart { at, text }) = &reply.packed {
        sum.update(text.sum.as_bytes());
        sum.update(at.to_be_bytes());
    }
    hex::encode(&sum.finalize()[..12])
}

/// RFC 9110, section 13.1.2: a list of tags, compared weakly, or `*`. A compressed answer's tag is
/// that of the answer.
fn lists(header: &str, tag: &str) -> bool {
    for item in header.split(',') {
        let listed = item.trim();
        let strong = listed.strip_prefix("W/").unwrap_or(listed);
        if listed == "*" || strong.replace("-gzip\"", "\"") == tag {
            return true;
        }
    }
    false
}

/// The limits that the request was counted against, as `draft-ietf-httpapi-ratelimit-headers-10`
/// writes them.
pub(super) fn limited(reply: Reply, states: &[RateLimitState]) -> Reply {
    if states.is_empty() {
        return reply;
    }
    let mut policies = Vec::new();
    let mut left = Vec::new();
    for state in states {
        policies.push(format!("\"{}\";q={};w={}", state.policy, state.quota, state.window));
        left.push(format!("\"{}\";r={};t={}", state.policy, state.left, state.full_in));
    }
    reply
        .with(HeaderName::from_static("ratelimit-policy"), &policies.join(", "))
        .with(HeaderName::from_static("ratelimit"), &left.join(", "))
}

/// Compressed, if the caller takes that and it is worth it.
pub(super) fn compressed(mut reply: Reply, asked: &HeaderMap) -> Result<Reply> {
    if is_picture(&reply) {
        return Ok(reply);
    }
    let packed = reply.packed.take();
    let packed_length = packed.as_ref().map_or(0, |part| part.text.length as usize);
    let is_short = reply.body.len() + packed_length < SHORT;
    let takes_gzip = takes_gzip(asked);
    if !is_short {
        reply
            .headers
            .append(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if is_short || !takes_gzip {
        return match packed {
            None => Ok(reply),
            Some(part) => unpacked(reply, &part),
        };
    }
    let body = match packed {
        None => gzip(&reply.body)?,
        Some(PackedPart { at, text }) => text.gzip_between(&reply.body[..at], &reply.body[at..]),
    };
    reply
        .headers
        .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    if let Some(tag) = tag_of_compressed(&reply.headers) {
        reply.headers.insert(header::ETAG, tag);
    }
    Ok(Reply { body, ..reply })
}

/// Returns true for a body that is compressed as it is.
fn is_picture(reply: &Reply) -> bool {
    let media_type = reply.headers.get(header::CONTENT_TYPE);
    media_type.is_some_and(|name| name.as_bytes().starts_with(b"image/"))
}

fn gzip(body: &[u8]) -> Result<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    gzip.write_all(body).map_err(Error::internal)?;
    gzip.finish().map_err(Error::internal)
}

/// The answer with its packed part as text, in its place.
fn unpacked(mut reply: Reply, part: &PackedPart) -> Result<Reply> {
    let text = part.text.text()?;
    reply.body.splice(part.at..part.at, text.into_bytes());
    Ok(reply)
}

/// The `ETag` of the compressed answer, if the plain one has any: `"3-1f"` becomes `"3-1f-gzip"`.
fn tag_of_compressed(headers: &HeaderMap) -> Option<HeaderValue> {
    let plain = headers.get(header::ETAG)?.to_str().ok()?;
    let open = plain.strip_suffix('"')?;
    HeaderValue::from_str(&format!("{open}-gzip\"")).ok()
}

/// The answer, unless Lambda would refuse it, which writes a text into JSON once more and what is
/// compressed in base64.
///
/// # Errors
/// [`Error::AnswerTooLong`].
pub(super) fn bounded(reply: Reply) -> Result<Reply> {
    let is_binary = reply.headers.contains_key(header::CONTENT_ENCODING) || is_picture(&reply);
    let length = if is_binary {
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
    for line in asked.get_all(header::ACCEPT_ENCODING) {
        let codings = line.to_str().unwrap_or_default();
        if codings.split(',').any(is_gzip) {
            return true;
        }
    }
    false
}

/// Returns true for `gzip`, unless its weight is zero.
fn is_gzip(coding: &str) -> bool {
    let (name, parameter) = coding.split_once(';').unwrap_or((coding, ""));
    let weight = match parameter.trim().strip_prefix("q=") {
        Some(number) => number.trim().parse().unwrap_or(1.0),
        None => 1.0,
    };
    name.trim().eq_ignore_ascii_case("gzip") && weight > 0.0
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
    use std::{io::Read, sync::Arc};

    use serde_json::json;

    use super::*;
    use crate::domain::PackedText;

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
        let asked = headers(header::ACCEPT_ENCODING, "br, gzip;q=0.5");
        let packed = compressed(long(), &asked).expect("an answer");
        assert_eq!(packed.headers[header::CONTENT_ENCODING], "gzip");
        let mut unpacked = flate2::read::GzDecoder::new(&packed.body[..]);
        let mut text = String::new();
        unpacked.read_to_string(&mut text).expect("gzip");
        assert_eq!(text.as_bytes(), long().body);
        let tag = packed.headers[header::ETAG].to_str().expect("text");
        let untagged = Reply { headers: HeaderMap::new(), ..long() };
        let again = cacheable(untagged, &Method::GET, &headers(header::IF_NONE_MATCH, tag));
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
        for none in ["", "br", "gzip;q=0"] {
            let asked = headers(header::ACCEPT_ENCODING, none);
            let plain = compressed(long(), &asked).expect("an answer");
            assert_eq!(plain.body.len(), long().body.len(), "{none}");
            assert!(plain.headers.contains_key(header::VARY), "{none}");
        }
        let short = compressed(Reply::ok(&json!({})), &HeaderMap::new()).expect("an answer");
        assert!(!short.headers.contains_key(header::VARY));
    }

    #[test]
    fn a_picture_is_not_compressed_once_more() {
        let asked = headers(header::ACCEPT_ENCODING, "gzip");
        let picture = Reply::ok_of_type("image/jpeg", vec![0; 5000]);
        let sent = compressed(picture, &asked).expect("an answer");
        assert!(!sent.headers.contains_key(header::CONTENT_ENCODING));
        assert_eq!(sent.body, vec![0; 5000]);
    }

    /// Returns an answer around a packed part.
    fn around(json: &str, text: &str) -> Reply {
        let reply = Reply::ok_around(json, Arc::new(PackedText::pack(text)));
        cacheable(reply, &Method::GET, &HeaderMap::new())
    }

    #[test]
    fn a_packed_part_is_passed_on_or_unpacked() {
        let text = format!("[{}]", "\"a view\",".repeat(500));
        let whole = format!(r#"{{"items":{text},"next":null}}"#);
        let reply = || around("{\"items\":\0,\"next\":null}", &text);
        let plain = compressed(reply(), &HeaderMap::new()).expect("an answer");
        assert_eq!(plain.body, whole.as_bytes());
        let asked = headers(header::ACCEPT_ENCODING, "gzip");
        let packed = compressed(reply(), &asked).expect("an answer");
        assert_eq!(packed.headers[header::CONTENT_ENCODING], "gzip");
        let mut unpacked = flate2::read::GzDecoder::new(&packed.body[..]);
        let mut text = String::new();
        unpacked.read_to_string(&mut text).expect("gzip");
        assert_eq!(text, whole);
    }

    #[test]
    fn a_tag_tells_packed_parts_and_their_places_apart() {
        let tag = |json: &str, text: &str| around(json, text).headers[header::ETAG].clone();
        let one = tag("[1,\0,2]", "[3]");
        assert_eq!(tag("[1,\0,2]", "[3]"), one);
        for (json, text) in [("[1,\0,2]", "[4]"), ("[1,\0,3]", "[3]"), ("[1\0,,2]", "[3]")] {
            assert_ne!(tag(json, text), one, "{json:?} {text}");
        }
        let again = headers(header::IF_NONE_MATCH, one.to_str().expect("text"));
        let reply = Reply::ok_around("[1,\0,2]", Arc::new(PackedText::pack("[3]")));
        let known = cacheable(reply, &Method::GET, &again);
        assert_eq!(known.status, StatusCode::NOT_MODIFIED);
        let empty = compressed(known, &HeaderMap::new()).expect("an answer");
        assert!(empty.body.is_empty());
    }

    #[test]
    fn what_lambda_would_refuse_is_no_answer() {
        let long = |text: &str| Reply::ok(&json!({"a": text}));
        assert!(bounded(long(&"x".repeat(6_000_000))).is_ok());
        assert!(matches!(bounded(long(&"x".repeat(6_300_000))), Err(Error::AnswerTooLong)));
        // Three millions become six in JSON, and nine when Lambda writes that into JSON.
        assert!(matches!(bounded(long(&"\"".repeat(3_000_000))), Err(Error::AnswerTooLong)));
        let asked = headers(header::ACCEPT_ENCODING, "gzip");
        let packed = compressed(long(&"\"".repeat(3_000_000)), &asked).expect("an answer");
        assert!(bounded(packed).is_ok());
    }
}
