//! The public API over HTTP: a request is sent once, timed, and its answer is checked.

use std::{
    error::Error,
    io::Read,
    time::{Duration, Instant},
};

use bytes::Bytes;
use flate2::read::GzDecoder;
use reqwest::{
    Method, RequestBuilder,
    header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, RETRY_AFTER},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    Cause,
    outcome::{Failure, Outcome},
    recorder::Recorder,
    route::Route,
};

/// The longest wait for an answer: API Gateway's own limit, and a little.
const ANSWER_LIMIT: Duration = Duration::from_secs(35);

/// The API, and the recorder of what is asked of it.
pub struct Api {
    http: reqwest::Client,
    origin: String,
    /// Counts requests.
    pub recorder: Recorder,
}

/// A request that is due.
pub struct Request {
    route: Route,
    intended: Instant,
    expects: u16,
    builder: RequestBuilder,
}

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as it came.
    pub body: Bytes,
}

/// Makes the client that sends requests to an origin, and keeps its connections. Without TLS the
/// origin is on this machine, to which no proxy leads.
///
/// # Errors
/// A machine without what TLS needs.
pub fn connections(origin: &str) -> Result<reqwest::Client, Cause> {
    let mut builder = reqwest::Client::builder()
        .timeout(ANSWER_LIMIT)
        .user_agent("albumen-load");
    if origin.starts_with("http://") {
        builder = builder.no_proxy();
    }
    Ok(builder.build()?)
}

impl Api {
    /// Creates the API at an origin.
    pub fn new(http: reqwest::Client, origin: &str, recorder: Recorder) -> Self {
        Self { http, origin: origin.to_owned(), recorder }
    }

    /// Returns a request for a resource: 200 is expected.
    pub fn get(&self, route: Route, intended: Instant, path: &str, token: Option<&str>) -> Request {
        let url = format!("{}{path}", self.origin);
        let mut builder = self
            .http
            .get(url)
            // As the edge asks for everybody.
            .header(ACCEPT_ENCODING, "gzip");
        if let Some(token) = token {
            builder = builder.bearer_auth(token);
        }
        Request { route, intended, expects: 200, builder }
    }

    /// Returns a request that makes something, once: 201 is expected.
    pub fn post(
        &self,
        route: Route,
        intended: Instant,
        path: &str,
        token: &str,
        body: &Value,
    ) -> Request {
        let key = format!("load-{:016x}", fresh_number());
        let builder = self
            .http
            .post(format!("{}{path}", self.origin))
            .bearer_auth(token)
            .header("Idempotency-Key", key)
            .json(body);
        Request { route, intended, expects: 201, builder }
    }

    /// Returns the request that sends an original where an announcement says: 200 is expected.
    pub fn put_original(
        &self,
        intended: Instant,
        url: &str,
        headers: &[(String, String)],
        bytes: Bytes,
    ) -> Request {
        let mut builder = self.http.request(Method::PUT, url).body(bytes);
        for (name, value) in headers {
            builder = builder.header(name, value);
        }
        Request { route: Route::Original, intended, expects: 200, builder }
    }

    /// Sends a request, checks the answer and counts the outcome. Returns what the check returned,
    /// if all was right.
    pub async fn ask<T>(
        &self,
        request: Request,
        check: impl FnOnce(&Answer) -> Result<T, Failure>,
    ) -> Option<T> {
        self.attempt(request, check).await.ok()
    }

    /// The same, with the pause after which to come again where the request was refused with one.
    ///
    /// # Errors
    /// Anything but the right answer.
    pub async fn attempt<T>(
        &self,
        request: Request,
        check: impl FnOnce(&Answer) -> Result<T, Failure>,
    ) -> Result<T, Option<Duration>> {
        let Request { route, intended, expects, builder } = request;
        self.recorder.offer(route, intended);
        let sent = Instant::now();
        let answered = exchange(builder).await;
        let ended = Instant::now();
        let pause = match &answered {
            Ok(answer) => answer.retry_after(),
            Err(_) => None,
        };
        let judged = match answered {
            Ok(answer) => {
                judge(&answer, expects).and_then(|()| check(&answer).map_err(Outcome::Failed))
            }
            Err(failure) => Err(Outcome::Failed(failure)),
        };
        let (outcome, value) = match judged {
            Ok(value) => (Outcome::Right, Ok(value)),
            Err(Outcome::Shed) => (Outcome::Shed, Err(pause)),
            Err(outcome) => (outcome, Err(None)),
        };
        self.recorder.end_at(route, intended, sent, ended, outcome);
        value
    }
}

async fn exchange(request: RequestBuilder) -> Result<Answer, Failure> {
    let response = request.send().await.map_err(|error| failure(&error))?;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let body = response.bytes().await.map_err(|error| failure(&error))?;
    Ok(Answer { status, headers, body })
}

fn failure(error: &reqwest::Error) -> Failure {
    if error.is_timeout() {
        return Failure::Silent;
    }
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    Failure::Connection(innermost.to_string())
}

/// Judges an answer by its status.
fn judge(answer: &Answer, expects: u16) -> Result<(), Outcome> {
    if answer.status == expects {
        return Ok(());
    }
    if !matches!(answer.status, 429 | 503) {
        return Err(Outcome::Failed(Failure::Status(answer.status)));
    }
    match answer.retry_after() {
        Some(_) => Err(Outcome::Shed),
        None => Err(Outcome::Failed(Failure::NoRetryAfter(answer.status))),
    }
}

impl Answer {
    /// Reads the body as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let encoding = self.headers.get(CONTENT_ENCODING);
        let read = if encoding.is_some_and(|encoding| encoding == "gzip") {
            let mut text = Vec::new();
            GzDecoder::new(&self.body[..])
                .read_to_end(&mut text)
                .map_err(|_| Failure::Wrong("what is no gzip"))?;
            serde_json::from_slice(&text)
        } else {
            serde_json::from_slice(&self.body)
        };
        read.map_err(|_| Failure::Wrong("not the JSON that is promised"))
    }

    /// Returns the pause after which to come again, if the answer names one.
    fn retry_after(&self) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?;
        Some(Duration::from_secs(text.parse::<u32>().ok()?.into()))
    }

    /// Returns true for an answer of a type.
    pub fn has_type(&self, content_type: &str) -> bool {
        match self.headers.get(CONTENT_TYPE) {
            Some(value) => value.as_bytes() == content_type.as_bytes(),
            None => false,
        }
    }
}

/// Returns a number that no other call returns, in this run or another.
pub fn fresh_number() -> u64 {
    use std::{
        sync::{
            LazyLock,
            atomic::{AtomicU64, Ordering::Relaxed},
        },
        time::{SystemTime, UNIX_EPOCH},
    };
    static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let nanos = since.unwrap_or_default().as_nanos();
        AtomicU64::new(u64::try_from(nanos).unwrap_or(0))
    });
    NEXT.fetch_add(1, Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &'static str) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().expect("a value"));
        }
        Answer { status, headers: map, body: Bytes::from_static(body.as_bytes()) }
    }

    #[test]
    fn a_refusal_is_shed_load_only_if_it_says_when_to_come_again() {
        let judged = |status, headers| judge(&answer(status, headers, ""), 200);
        assert_eq!(judged(200, &[]), Ok(()));
        assert_eq!(judged(429, &[("retry-after", "2")]), Err(Outcome::Shed));
        let without = |status| Err(Outcome::Failed(Failure::NoRetryAfter(status)));
        assert_eq!(judged(503, &[]), without(503));
        assert_eq!(judged(429, &[("retry-after", "soon")]), without(429));
        assert_eq!(judged(404, &[]), Err(Outcome::Failed(Failure::Status(404))));
    }

    #[test]
    fn what_is_no_json_is_a_wrong_answer() {
        let read = answer(200, &[], "{\"a\":1}").json::<Value>().expect("JSON");
        assert_eq!(read["a"], 1);
        let failure = answer(200, &[], "<html>")
            .json::<Value>()
            .expect_err("no JSON");
        assert!(failure.is_wrong());
        let failure = answer(200, &[("content-encoding", "gzip")], "{}")
            .json::<Value>()
            .expect_err("no gzip");
        assert!(failure.is_wrong());
    }

    #[test]
    fn numbers_are_fresh() {
        assert!(fresh_number() < fresh_number());
    }
}
