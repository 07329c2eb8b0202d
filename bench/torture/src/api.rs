//! The public API, asked as a patient client asks: again, under the same `Idempotency-Key`, while it
//! may help.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use load::{Cause, fresh_number};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;
use tokio::{sync::RwLock, time::sleep};

/// The number of times that a request is sent.
const TRIES: u32 = 8;
/// The pause before it is sent again, which doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(150);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

/// The fate of a request.
#[derive(Debug)]
pub enum Answered {
    /// It was done; the body, null if there is none.
    Done(Value),
    /// It was refused, in words.
    Refused(String),
    /// Nobody knows: no try was answered as it should be.
    InDoubt,
}

/// A request.
#[derive(Debug)]
pub struct Ask<'a> {
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: String,
    /// The session's secret.
    pub token: Option<&'a str>,
    /// Its body.
    pub body: Option<Value>,
}

impl<'a> Ask<'a> {
    /// Returns a request without a body.
    pub fn new(method: Method, path: impl Into<String>, token: &'a str) -> Self {
        Self { method, path: path.into(), token: Some(token), body: None }
    }

    /// Returns the same with a body.
    #[must_use]
    pub fn with(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }
}

/// The API, and counts of what it answered.
pub struct Api {
    http: reqwest::Client,
    /// Changes when the system is started again.
    origin: RwLock<String>,
    counts: Mutex<BTreeMap<String, u64>>,
}

impl Api {
    /// Creates the API at an origin.
    ///
    /// # Errors
    /// A machine without what TLS needs.
    pub fn new(origin: &str) -> Result<Self, Cause> {
        let http = load::connections(origin)?;
        let origin = RwLock::new(origin.to_owned());
        Ok(Self { http, origin, counts: Mutex::default() })
    }

    /// Holds back what people ask for until there is another origin. What was asked before is cut.
    ///
    /// # Errors
    /// The failure for which the system has none.
    pub async fn move_to(
        &self,
        origin: impl Future<Output = Result<String, Cause>>,
    ) -> Result<(), Cause> {
        let mut current = self.origin.write().await;
        *current = origin.await?;
        Ok(())
    }

    /// Asks until there is an answer that says what became of it, or patience ends.
    pub async fn ask(&self, ask: &Ask<'_>) -> Answered {
        let key = format!("torture-{:016x}", fresh_number());
        let mut pause = FIRST_PAUSE;
        for attempt in 0..TRIES {
            match self.once(ask, &key).await {
                Some((status, body)) if status.is_success() => return Answered::Done(body),
                // An earlier try has deleted it, and its answer was lost.
                Some((StatusCode::NOT_FOUND, _)) if attempt > 0 && ask.method == Method::DELETE => {
                    return Answered::Done(Value::Null);
                }
                Some((status, body)) if !comes_again(status, &body) => {
                    let words =
                        format!("{} {} was answered {status}: {body}", ask.method, ask.path);
                    return Answered::Refused(words);
                }
                _ => {}
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        Answered::InDoubt
    }

    async fn once(&self, ask: &Ask<'_>, key: &str) -> Option<(StatusCode, Value)> {
        let url = format!("{}{}", self.origin.read().await, ask.path);
        let mut request = self.http.request(ask.method.clone(), url);
        if let Some(token) = ask.token {
            request = request.bearer_auth(token);
        }
        if ask.method == Method::POST {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = &ask.body {
            request = request.json(body);
        }
        let (status, bytes) = self.exchange(request).await?;
        Some((status, serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    /// Sends bytes where an announcement says; returns true once they are there.
    pub async fn put(&self, url: &str, headers: &BTreeMap<String, String>, bytes: &Bytes) -> bool {
        let mut pause = FIRST_PAUSE;
        for _ in 0..TRIES {
            let mut request = self.http.put(url).body(bytes.clone());
            for (name, value) in headers {
                request = request.header(name, value);
            }
            match self.exchange(request).await {
                // 412: an earlier try has brought them, and its answer was lost.
                Some((StatusCode::OK | StatusCode::PRECONDITION_FAILED, _)) => return true,
                _ => sleep(pause).await,
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        false
    }

    async fn exchange(&self, request: RequestBuilder) -> Option<(StatusCode, Bytes)> {
        let answered = async {
            let response = request.send().await?;
            let status = response.status();
            Ok::<_, reqwest::Error>((status, response.bytes().await?))
        };
        let answered = answered.await.ok();
        let name = match &answered {
            Some((status, _)) => status.as_str().to_owned(),
            None => "no answer".to_owned(),
        };
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(name).or_default() += 1;
        drop(counts);
        answered
    }

    /// Returns how many requests were answered how.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        self.counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Returns true for an answer that says to ask again: an error of the server, a limit, or a request
/// under the same key that is still being worked on.
fn comes_again(status: StatusCode, body: &Value) -> bool {
    let is_in_flight = body["type"]
        .as_str()
        .is_some_and(|kind| kind.ends_with("in-flight"));
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS || is_in_flight
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn errors_of_the_server_are_asked_again_and_refusals_are_not() {
        let conflict = json!({"type": "/problems/conflict"});
        let in_flight = json!({"type": "/problems/in-flight"});
        assert!(comes_again(StatusCode::BAD_GATEWAY, &Value::Null));
        assert!(comes_again(StatusCode::TOO_MANY_REQUESTS, &Value::Null));
        assert!(comes_again(StatusCode::CONFLICT, &in_flight));
        assert!(!comes_again(StatusCode::CONFLICT, &conflict));
        assert!(!comes_again(StatusCode::NOT_FOUND, &Value::Null));
    }
}
