//! The part of the public API that the demo needs.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use reqwest::{Client, Method, RequestBuilder, Response, header::RETRY_AFTER};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::system::Error;

/// The longest wait for a photo: it waits for those before it.
const READY_LIMIT: Duration = Duration::from_mins(10);
/// The first pause between two looks: short, so that the times shown are true.
const FIRST_PAUSE: Duration = Duration::from_millis(150);
/// The longest pause, while the renderer is busy.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// The time for which a request is sent again that has come too soon. A database that has slept
/// for a day takes half a minute to wake, and a limit counts for a minute.
const TOO_SOON_LIMIT: Duration = Duration::from_mins(3);
/// Headers that the client writes itself, with the values that were signed.
const CLIENT_HEADERS: [&str; 2] = ["host", "content-length"];

/// The account that the demo made.
pub struct DemoAccount {
    pub email: String,
    pub password: String,
}

/// A signed-in client.
pub struct ApiClient {
    client: Client,
    origin: String,
    token: String,
}

/// A file to send.
pub struct PhotoFile<'a> {
    pub name: &'a str,
    pub path: &'a Path,
    pub content_type: &'a str,
}

impl ApiClient {
    /// Makes a new account with random credentials and signs in.
    pub async fn sign_up(origin: &str) -> Result<(Self, DemoAccount), Error> {
        let mut builder = Client::builder();
        if is_this_machine(origin) {
            builder = builder.no_proxy();
        }
        let client = builder
            .build()
            .map_err(|cause| Error::new(format!("no HTTP client: {cause}.")))?;
        let mut api = Self { client, origin: origin.to_owned(), token: String::new() };
        let account = DemoAccount {
            email: format!("demo+{}@example.com", random_hex(4)?),
            password: random_hex(12)?,
        };
        let user = json!({"name": "Demo", "email": account.email, "password": account.password});
        api.call(Method::POST, "/v1/users", Some(&user))
            .await
            .map_err(|cause| refused("sign up", &cause))?;
        let log_in = json!({
            "email": account.email,
            "password": account.password,
            "name": "local demo",
        });
        let session = api
            .call(Method::POST, "/v1/sessions", Some(&log_in))
            .await
            .map_err(|cause| refused("sign in", &cause))?;
        api.token = text(&session["token"]);
        Ok((api, account))
    }

    /// Makes an album; returns its id.
    pub async fn make_album(&self, title: &str) -> Result<String, Error> {
        let album = self
            .call(Method::POST, "/v1/albums", Some(&json!({"title": title})))
            .await
            .map_err(|cause| refused("make the album", &cause))?;
        Ok(text(&album["id"]))
    }

    /// Returns the service's answer to a `GET` of this path.
    pub async fn get(&self, path: &str) -> Result<Value, Error> {
        self.call(Method::GET, path, None)
            .await
            .map_err(|cause| refused(&format!("read {path}"), &cause))
    }

    /// Announces a photo, uploads its bytes and waits until it is ready or failed. The error is a
    /// short code.
    pub async fn add_photo(&self, album: &str, file: &PhotoFile<'_>) -> Result<Value, String> {
        let bytes = tokio::fs::read(file.path)
            .await
            .map_err(|cause| cause.to_string())?;
        let announcement = json!({
            "name": file.name,
            "size": bytes.len(),
            "content_type": file.content_type,
            "sha256": hex::encode(Sha256::digest(&bytes)),
            "multipart": false,
        });
        let announced = self
            .call(Method::POST, &format!("/v1/albums/{album}/photos"), Some(&announcement))
            .await?;
        if let Some(upload) = announced.get("upload") {
            self.upload(upload, bytes).await?;
        }
        self.wait_until_handled(announced["photo"].clone()).await
    }

    /// Asks for a photo until it is ready or failed.
    async fn wait_until_handled(&self, announced: Value) -> Result<Value, String> {
        let started = Instant::now();
        let path = format!("/v1/photos/{}", text(&announced["id"]));
        let mut photo = announced;
        while !matches!(photo["status"].as_str(), Some("ready" | "failed")) {
            if started.elapsed() > READY_LIMIT {
                let status = text(&photo["status"]);
                return Err(format!("still {status} after {} s", READY_LIMIT.as_secs()));
            }
            let pause = FIRST_PAUSE + started.elapsed() / 10;
            tokio::time::sleep(LONGEST_PAUSE.min(pause)).await;
            photo = self.call(Method::GET, &path, None).await?;
        }
        Ok(photo)
    }

    /// Sends the bytes with exactly the headers that were signed.
    async fn upload(&self, upload: &Value, bytes: Vec<u8>) -> Result<(), String> {
        let method = match upload["method"].as_str() {
            Some(method) => method.parse().unwrap_or(Method::PUT),
            None => Method::PUT,
        };
        let mut request = self
            .client
            .request(method, text(&upload["url"]))
            .body(bytes);
        for (name, value) in upload["headers"].as_object().into_iter().flatten() {
            if !CLIENT_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
                request = request.header(name, text(value));
            }
        }
        let answer = request.send().await.map_err(|cause| cause.to_string())?;
        if !answer.status().is_success() {
            return Err(format!("upload-refused-{}", answer.status().as_u16()));
        }
        Ok(())
    }

    /// Returns the answer's JSON; the error is the problem's short name.
    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, String> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.origin));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            let key = random_hex(16).map_err(|cause| cause.to_string())?;
            request = request.header("Idempotency-Key", key).json(body);
        }
        let answer = send_until_answered(&request).await?;
        let status = answer.status();
        let json: Value = answer.json().await.unwrap_or_default();
        if status.is_success() {
            return Ok(json);
        }
        match problem_name(&json) {
            Some(name) => Err(name),
            None => Err(format!("status {}", status.as_u16())),
        }
    }
}

fn is_this_machine(origin: &str) -> bool {
    origin.contains("//127.0.0.1") || origin.contains("//localhost")
}

/// Sends the request until the answer is another than that it has come too soon. A write that is
/// sent again happens once, because it bears the same key.
async fn send_until_answered(request: &RequestBuilder) -> Result<Response, String> {
    let started = Instant::now();
    loop {
        let attempt = request.try_clone().ok_or("cannot be sent again")?;
        let answer = attempt.send().await.map_err(|cause| cause.to_string())?;
        let Some(wait) = retry_after(&answer) else { return Ok(answer) };
        if started.elapsed() + wait > TOO_SOON_LIMIT {
            return Ok(answer);
        }
        tokio::time::sleep(wait).await;
    }
}

/// Returns the time for which the service asks to wait, if it does.
fn retry_after(answer: &Response) -> Option<Duration> {
    if !matches!(answer.status().as_u16(), 429 | 503) {
        return None;
    }
    let seconds = answer.headers().get(RETRY_AFTER)?.to_str().ok()?;
    Some(Duration::from_secs(seconds.parse().ok()?))
}

/// Returns the short name of a problem, with its first bad field.
fn problem_name(problem: &Value) -> Option<String> {
    let name = problem["type"].as_str()?.strip_prefix("/problems/")?;
    let error = &problem["errors"][0];
    if error.is_null() {
        return Some(name.to_owned());
    }
    Some(format!("{name}: {} {}", text(&error["field"]), text(&error["detail"])))
}

fn refused(what: &str, cause: &str) -> Error {
    Error::new(format!("The demo could not {what}: {cause}."))
}

fn text(value: &Value) -> String {
    match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    }
}

/// Returns so many random bytes, in hexadecimal.
fn random_hex(bytes: usize) -> Result<String, Error> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random)
        .map_err(|cause| Error::new(format!("no random numbers: {cause}.")))?;
    Ok(hex::encode(random))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::{
        Json, Router,
        http::{HeaderMap, StatusCode},
        response::IntoResponse,
        routing,
    };

    use super::*;

    type Keys = Arc<Mutex<Vec<String>>>;

    /// Answers as a service whose database sleeps when the first request of each kind comes.
    fn answer(keys: &Keys, headers: &HeaderMap) -> axum::response::Response {
        let mut keys = keys.lock().unwrap();
        keys.push(headers["idempotency-key"].to_str().unwrap().to_owned());
        if keys.len() % 2 == 1 {
            return (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "0")]).into_response();
        }
        (StatusCode::CREATED, Json(json!({"id": "user_1", "token": "secret"}))).into_response()
    }

    #[tokio::test]
    async fn a_service_that_wakes_is_asked_again_under_the_same_key() {
        let keys = Keys::default();
        let keys_of_service = Arc::clone(&keys);
        let handler = move |headers: HeaderMap| {
            let keys = Arc::clone(&keys_of_service);
            async move { answer(&keys, &headers) }
        };
        let router = Router::new().fallback(routing::post(handler));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        let (api, _) = ApiClient::sign_up(&origin).await.unwrap();
        server.abort();
        let keys = keys.lock().unwrap();
        assert_eq!(api.token, "secret");
        assert_eq!(keys.len(), 4, "user and session, each twice");
        assert!(keys[0] == keys[1] && keys[1] != keys[2] && keys[2] == keys[3], "{keys:?}");
    }
}
