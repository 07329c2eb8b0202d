//! `Idempotency-Key`: a POST that is repeated happens once. The writes that make it so are those of
//! [`crate::stores::Replays`].
//!
//! A record keeps the sum of what was asked, and a body may hold a password. So the sum is keyed:
//! who reads the table cannot try passwords on it.

use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use sha2::{Digest, Sha256};

use super::{Call, Reply, Route, Signer, sign_on};
use crate::{
    error::{Error, Result, guard},
    stores::{RecordedResponse, RequestClaim},
};

const HEADER: &str = "idempotency-key";

/// The purpose that the sums of requests are signed for.
const PURPOSE: &str = "repeated request";

/// Answers the call, or repeats the answer that it was given before.
pub(super) async fn answer(route: &dyn Route, call: &Call<'_>) -> Result<Reply> {
    let Some((name, sum)) = name(call).await? else { return guard(route.handle(call)).await };
    let replays = call.gate().replays()?;
    match replays.claim(&name, &sum, call.ends()).await? {
        RequestClaim::Answered(recorded) => replayed(recorded),
        RequestClaim::Claimed(mine) => {
            call.seed_with(mine.seed);
            let outcome = guard(route.handle(call)).await;
            let record = match &outcome {
                Ok(reply) if !reply.is_secret() => recorded(reply),
                _ => None,
            };
            if let Err(error) = replays.end(&mine, record.as_ref()).await {
                // The caller's work is done; a repeated request will find it done.
                tracing::warn!(error = error.chain(), "an answer could not be recorded");
            }
            outcome
        }
    }
}

/// Returns the name of a record, of caller, key and route, and the sum of the request; `None`
/// without a key. Two people without a session may come from one address: whom a provider has sent
/// here is told apart by the cookie that says so.
async fn name(call: &Call<'_>) -> Result<Option<(String, String)>> {
    let request = call.request();
    if *request.method() != Method::POST {
        return Ok(None);
    }
    let Some(key) = request.headers().get(HEADER) else { return Ok(None) };
    let visible = key.as_bytes().iter().all(u8::is_ascii_graphic);
    if !visible || !(1..=255).contains(&key.len()) {
        return Err(Error::field("Idempotency-Key", "must have 1 to 255 visible ASCII characters"));
    }
    let (who, signed_on) = if call.spec().access.takes_session() {
        // The cookie of a sign-on that was left ends meanwhile, and the request stays the same.
        (call.caller().await?.user.to_string(), String::new())
    } else {
        (call.address(), sign_on::sealed(call).unwrap_or_default().to_owned())
    };
    let route = call.spec().name();
    let parts = [who.as_bytes(), signed_on.as_bytes(), route.as_bytes(), key.as_bytes()];
    let name = Sha256::digest(framed(&parts));
    Ok(Some((hex::encode(name), sum(call.signer()?, &asked(request)))))
}

/// Returns what a request asks, and on what condition, as bytes.
pub(super) fn asked(request: &lambda_http::Request) -> Vec<u8> {
    let mut parts: Vec<&[u8]> = vec![request.uri().path().as_bytes(), request.body()];
    for version in request.headers().get_all(header::IF_MATCH) {
        parts.push(version.as_bytes());
    }
    framed(&parts)
}

/// The sum of what is asked, which nobody can compute without the key.
fn sum(signer: &Signer, asked: &[u8]) -> String {
    signer.sum(PURPOSE, asked)
}

/// Each part behind its length, so that no two lists of parts come to the same bytes.
fn framed(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend(part.len().to_be_bytes());
        bytes.extend(*part);
    }
    bytes
}

fn recorded(reply: &Reply) -> Option<RecordedResponse> {
    let mut headers = Vec::new();
    for (name, value) in &reply.headers {
        if let Ok(text) = value.to_str() {
            headers.push((name.as_str(), text));
        }
    }
    let body = String::from_utf8(reply.body.clone()).ok()?;
    Some(RecordedResponse {
        status: reply.status.as_u16(),
        headers: serde_json::to_string(&headers).ok()?,
        body,
    })
}

fn replayed(recorded: RecordedResponse) -> Result<Reply> {
    let status = StatusCode::from_u16(recorded.status).map_err(Error::internal)?;
    let headers: Vec<(String, String)> =
        serde_json::from_str(&recorded.headers).map_err(Error::internal)?;
    let mut reply = Reply { status, body: recorded.body.into_bytes(), ..Reply::no_content() };
    for (name, text) in headers {
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(Error::internal)?;
        let value = HeaderValue::from_str(&text).map_err(Error::internal)?;
        reply.headers.append(header, value);
    }
    Ok(reply.with(HeaderName::from_static("idempotency-replayed"), "true"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_of_a_request_takes_the_key() {
        let signer = |key: u8| Signer::new(&[key; 32]).expect("a key");
        let parts: [&[u8]; 2] = [b"/v1/sessions", br#"{"password": "a quiet orange lighthouse"}"#];
        let asked = framed(&parts);
        assert_eq!(sum(&signer(1), &asked), sum(&signer(1), &asked));
        assert_ne!(sum(&signer(1), &asked), sum(&signer(2), &asked));
        assert_ne!(sum(&signer(1), &asked), hex::encode(Sha256::digest(&asked)));
        assert_ne!(framed(&[b"ab", b"c"]), framed(&[b"a", b"bc"]));
    }
}
