//! Requests to the service, sent again when that helps.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use reqwest::{
    Method, RequestBuilder, Response, StatusCode, Url,
    header::{LOCATION, RETRY_AFTER},
    redirect,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    error::{Error, Result},
    retry::{Patience, Setback, Tries},
    token::Token,
    types::Problem,
};

/// The longest wait for the answer to one try.
const ANSWER_LIMIT: Duration = Duration::from_mins(1);
/// The longest wait for a connection.
const CONNECT_LIMIT: Duration = Duration::from_secs(15);

/// A client of one service, signed in or not. Its clones share connections.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) patience: Patience,
    origin: String,
    token: Option<Token>,
    requests: Arc<AtomicU64>,
    setbacks: Arc<AtomicU64>,
}

impl Client {
    /// Makes a client of the service at this address, such as `https://photos.example.com`.
    ///
    /// # Errors
    /// An address that is none, or one without TLS on another machine.
    pub fn new(address: &str) -> Result<Self> {
        let url = parse_address(address)?;
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_LIMIT)
            .redirect(redirect::Policy::none())
            .user_agent(concat!("albumen/", env!("CARGO_PKG_VERSION")));
        if is_this_machine(&url) {
            builder = builder.no_proxy();
        }
        let http = builder
            .build()
            .map_err(|cause| Error::Unreachable { cause })?;
        Ok(Self {
            http,
            patience: Patience::default(),
            origin: url.origin().ascii_serialization(),
            token: None,
            requests: Arc::default(),
            setbacks: Arc::default(),
        })
    }

    /// Returns the client with the token that it shall send.
    #[must_use]
    pub fn with_token(mut self, token: Token) -> Self {
        self.token = Some(token);
        self
    }

    /// Returns the client with another patience.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Returns the service's origin, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the number of requests that this client and its clones have sent to the API.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Returns how often this client and its clones were asked to come again later.
    pub fn setbacks(&self) -> u64 {
        self.setbacks.load(Ordering::Relaxed)
    }

    pub(crate) fn note_setback(&self, setback: Setback) {
        if setback != Setback::Failed {
            self.setbacks.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Asks for a resource.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let request = self.request(Method::GET, path);
        read_json(self.send(request).await?).await
    }

    /// Asks for a resource, with a query.
    pub async fn get_with<T, Q>(&self, path: &str, query: &Q) -> Result<T>
    where
        T: DeserializeOwned,
        Q: Serialize + ?Sized,
    {
        let request = self.request(Method::GET, &with_query(path, query)?);
        read_json(self.send(request).await?).await
    }

    /// Makes something; under a key of its own, so that it happens once however often it is sent.
    pub async fn post<T, B>(&self, path: &str, body: &B) -> Result<T>
    where
        T: DeserializeOwned,
        B: Serialize + ?Sized,
    {
        let request = self
            .request(Method::POST, path)
            .header("Idempotency-Key", random_key()?)
            .json(body);
        read_json(self.send(request).await?).await
    }

    /// Makes something that takes no values.
    pub async fn post_empty<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let request = self
            .request(Method::POST, path)
            .header("Idempotency-Key", random_key()?);
        read_json(self.send(request).await?).await
    }

    /// Changes something.
    pub async fn patch<T, B>(&self, path: &str, body: &B) -> Result<T>
    where
        T: DeserializeOwned,
        B: Serialize + ?Sized,
    {
        let request = self.request(Method::PATCH, path).json(body);
        read_json(self.send(request).await?).await
    }

    /// Puts something where it may be already.
    pub async fn put(&self, path: &str) -> Result<()> {
        self.send(self.request(Method::PUT, path)).await?;
        Ok(())
    }

    /// Deletes something.
    pub async fn delete(&self, path: &str) -> Result<()> {
        self.send(self.request(Method::DELETE, path)).await?;
        Ok(())
    }

    /// Returns the address to which a path leads.
    pub(crate) async fn location(&self, path: &str) -> Result<String> {
        let answer = self.send(self.request(Method::GET, path)).await?;
        match answer.headers().get(LOCATION).map(|value| value.to_str()) {
            Some(Ok(location)) => Ok(location.to_owned()),
            _ => Err(Error::Unexpected(format!("{path} leads nowhere"))),
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self
            .http
            .request(method, format!("{}{path}", self.origin))
            .timeout(ANSWER_LIMIT);
        match &self.token {
            Some(token) => request.bearer_auth(token.reveal()),
            None => request,
        }
    }

    /// Sends a request until it is answered otherwise than that it has come too soon. The error is
    /// the problem that the service names.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Response> {
        let mut tries = Tries::new(self.patience);
        loop {
            let attempt = request.try_clone().ok_or_else(|| {
                Error::Unexpected("a request that cannot be sent again".to_owned())
            })?;
            self.requests.fetch_add(1, Ordering::Relaxed);
            let outcome = attempt.send().await;
            let setback = match &outcome {
                Ok(answer) => setback(answer),
                Err(_) => Some(Setback::Failed),
            };
            let pause = match setback {
                Some(setback) => {
                    self.note_setback(setback);
                    tries.pause_after(setback, random_byte()?)
                }
                None => None,
            };
            let Some(pause) = pause else {
                let answer = outcome.map_err(|cause| Error::Unreachable { cause })?;
                return problem_or(answer).await;
            };
            tokio::time::sleep(pause).await;
        }
    }
}

/// Returns the outcome of a try, if it may be followed by another.
pub fn setback(answer: &Response) -> Option<Setback> {
    let wait = retry_after(answer);
    match (answer.status(), wait) {
        (StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE, Some(wait)) => {
            Some(Setback::AskedToWait(wait))
        }
        // The same request, under the same key, is being worked on.
        (StatusCode::CONFLICT, Some(wait)) => Some(Setback::AskedToWait(wait)),
        (StatusCode::TOO_MANY_REQUESTS, None) => Some(Setback::Busy),
        (status, _) if status.is_server_error() => Some(Setback::Failed),
        _ => None,
    }
}

/// Returns the time for which the service asks to wait.
fn retry_after(answer: &Response) -> Option<Duration> {
    let seconds = answer.headers().get(RETRY_AFTER)?.to_str().ok()?;
    Some(Duration::from_secs(seconds.parse().ok()?))
}

async fn problem_or(answer: Response) -> Result<Response> {
    let status = answer.status();
    if status.is_success() || status.is_redirection() {
        return Ok(answer);
    }
    let body = answer.bytes().await.unwrap_or_default();
    match serde_json::from_slice::<Problem>(&body) {
        Ok(problem) => Err(Error::Problem(Box::new(problem))),
        Err(_) => Err(Error::Status { status: status.as_u16() }),
    }
}

async fn read_json<T: DeserializeOwned>(answer: Response) -> Result<T> {
    let body: Bytes = answer
        .bytes()
        .await
        .map_err(|cause| Error::Unreachable { cause })?;
    serde_json::from_slice(&body).map_err(|cause| Error::Unexpected(cause.to_string()))
}

/// Returns an address that passwords and tokens may be sent to.
fn parse_address(address: &str) -> Result<Url> {
    let refused = |why| Error::Address { address: address.to_owned(), why };
    let url = Url::parse(address).map_err(|_| refused("it should be https://HOST"))?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_this_machine(&url) => Ok(url),
        "http" => Err(refused("without TLS others could read along; it should be https://HOST")),
        _ => Err(refused("it should be https://HOST")),
    }
}

/// Returns a path with the fields of an object as its query.
pub(crate) fn with_query<Q: Serialize + ?Sized>(path: &str, query: &Q) -> Result<String> {
    let fields =
        serde_json::to_value(query).map_err(|cause| Error::Unexpected(cause.to_string()))?;
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.as_object().into_iter().flatten() {
        match value.as_str() {
            Some(text) => pairs.append_pair(name, text),
            None => pairs.append_pair(name, &value.to_string()),
        };
    }
    Ok(format!("{path}?{}", pairs.finish()))
}

fn is_this_machine(url: &Url) -> bool {
    match url.host_str() {
        Some(host) => matches!(host, "localhost" | "127.0.0.1" | "[::1]"),
        None => false,
    }
}

fn random_key() -> Result<String> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| Error::Random)?;
    Ok(hex::encode(random))
}

/// Returns a random byte, which spreads the pauses of many clients.
///
/// # Errors
/// The system gives none.
pub fn random_byte() -> Result<u8> {
    let mut random = [0];
    getrandom::fill(&mut random).map_err(|_| Error::Random)?;
    Ok(random[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_written_as_a_form_is() {
        let path = |query| with_query("/v1/search", &query).expect("a path");
        assert_eq!(path(serde_json::json!({ "q": "a&b ü" })), "/v1/search?q=a%26b+%C3%BC");
        assert_eq!(path(serde_json::json!({ "limit": 5 })), "/v1/search?limit=5");
    }

    #[test]
    fn secrets_go_to_an_address_that_nobody_reads_along() {
        for address in ["https://photos.example", "http://127.0.0.1:8080/", "http://localhost:1"] {
            assert!(parse_address(address).is_ok(), "{address}");
        }
        for address in ["http://photos.example", "photos.example", "ftp://localhost", ""] {
            assert!(parse_address(address).is_err(), "{address}");
        }
        let client = Client::new("https://photos.example/album?x=1").expect("a client");
        assert_eq!(client.origin(), "https://photos.example");
    }
}
