//! The time at which a request was signed. AWS refuses one that is more than five minutes from its
//! own: "an API request must reach AWS within 5 minutes of the timestamp in the request" (AWS
//! Knowledge Center, "How do I resolve the Signature expired error when I use an AWS SDK to invoke a
//! Lambda function?"). The SDK then looks at the answer's `Date`, and signs again by that. S3, which
//! allows fifteen minutes, is checked by `s3s`.

use axum::body::Body;
use http::{HeaderMap, Response, StatusCode};
use serde_json::json;
use time::{OffsetDateTime, PrimitiveDateTime, macros::format_description};

use super::refusals::json_answer;

/// The most by which the clock of who signs may be wrong, in seconds.
const ALLOWED: i64 = 5 * 60;

/// Returns AWS's refusal of a request that was signed too long ago, or in the future.
pub(super) fn refusal(headers: &HeaderMap, now: OffsetDateTime) -> Option<Response<Body>> {
    let signed = headers.get("x-amz-date")?.to_str().ok()?;
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    let at = PrimitiveDateTime::parse(signed, format).ok()?.assume_utc();
    let behind = (now - at).whole_seconds();
    if behind.abs() <= ALLOWED {
        return None;
    }
    let expired = if behind > 0 { "Signature expired" } else { "Signature not yet current" };
    let said = json!({
        "__type": "com.amazon.coral.service#InvalidSignatureException",
        "message": format!("{expired}: {signed} is {} seconds from now.", behind.abs()),
    });
    Some(json_answer(StatusCode::BAD_REQUEST, &said))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_signature_is_good_for_five_minutes_in_either_direction() {
        let refused = |signed: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-amz-date", HeaderValue::from_static(signed));
            refusal(&headers, datetime!(2026-11-30 12:00 UTC)).map(|answer| answer.status())
        };
        assert_eq!(refused("20261130T115500Z"), None);
        assert_eq!(refused("20261130T120500Z"), None);
        assert_eq!(refused("20261130T115459Z"), Some(StatusCode::BAD_REQUEST));
        assert_eq!(refused("20261201T120000Z"), Some(StatusCode::BAD_REQUEST));
        assert!(refusal(&HeaderMap::new(), OffsetDateTime::now_utc()).is_none(), "not signed");
    }
}
