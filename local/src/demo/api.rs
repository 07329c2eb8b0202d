//! The little of the public API that the demo needs.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use reqwest::{Client, Method, RequestBuilder, Response, header::RETRY_AFTER};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::system::Error;

// A photo waits for those before it.
const READY_WITHIN: Duration = Duration::from_mins(10);
// Between two looks: short at first, so that the times shown are true, longer while the renderer is
// busy.
const POLL: Duration = Duration::from_millis(150);
const LONGEST_POLL: Duration = Duration::from_secs(1);
// For as long a request is sent again that has come too soon. A database that has slept for a day
// takes half a minute to wake, and a limit counts for a minute.
const PATIENCE: Duration = Duration::from_mins(3);

/// The account that the demo made.
pub struct Login {
    pub email: String,
    pub password: String,
}

/// A signed-in client.
pub struct Api {
    client: Client,
    origin: String,
    token: String,
}

impl Api {
    /// Makes a new account with random credentials and signs in.
    pub async fn sign_up(origin: &str) -> Result<(Self, Login), Error> {
        let mut client = Client::builder();
        if origin.contains("//127.0.0.1") {
            client = client.no_proxy();
        }
        let client = client
            .build()
            .map_err(|cause| Error::new(format!("no HTTP client: {cause}.")))?;
        let mut api = Self { client, origin: origin.to_owned(), token: String::new() };
        let login =
            Login { email: format!("demo+{}@example.com", random(4)?), password: random(12)? };
        let user = json!({"name": "Demo", "email": login.email, "password": login.password});
        api.call(Method::POST, "/v1/users", Some(&user))
            .await
            .map_err(|cause| refused("sign up", &cause))?;
        let session =
            json!({"email": login.email, "password": login.password, "name": "local demo"});
        let session = api
            .call(Method::POST, "/v1/sessions", Some(&session))
            .await
            .map_err(|cause| refused("sign in", &cause))?;
        api.token = text(&session["token"]);
        Ok((api, login))
    }

    /// Makes an album; returns its id.
    pub async fn make_album(&self, title: &str) -> Result<String, Error> {
        let album = self
            .call(Method::POST, "/v1/albums", Some(&json!({"title": title})))
            .await;
        Ok(text(&album.map_err(|cause| refused("make the album", &cause))?["id"]))
    }

    /// What the service answers to a `GET` of this path.
    pub async fn get(&self, path: &str) -> Result<Value, Error> {
        self.call(Method::GET, path, None)
            .await
            .map_err(|cause| refused(&format!("read {path}"), &cause))
    }

    /// Announces a photo, uploads its bytes and waits until it is ready or failed. The error is a
    /// short code.
    pub async fn add_photo(
        &self,
        album: &str,
        name: &str,
        path: &Path,
        kind: &str,
    ) -> Result<Value, String> {
        let bytes = tokio::fs::read(path)
            .await
            .map_err(|cause| cause.to_string())?;
        let sha256 = hex::encode(Sha256::digest(&bytes));
        let photo = json!({"name": name, "size": bytes.len(), "content_type": kind, "sha256": sha256, "multipart": false});
        let mut answer = self
            .call(Method::POST, &format!("/v1/albums/{album}/photos"), Some(&photo))
            .await?;
        if answer.get("upload").is_some() {
            self.upload(&answer["upload"], bytes).await?;
        }
        let begun = Instant::now();
        let mut photo = answer["photo"].take();
        let id = text(&photo["id"]);
        while !matches!(photo["status"].as_str(), Some("ready" | "failed")) {
            if begun.elapsed() > READY_WITHIN {
                return Err(format!(
                    "still {} after {} s",
                    text(&photo["status"]),
                    READY_WITHIN.as_secs()
                ));
            }
            tokio::time::sleep((POLL + begun.elapsed() / 10).min(LONGEST_POLL)).await;
            photo = self
                .call(Method::GET, &format!("/v1/photos/{id}"), None)
                .await?;
        }
        Ok(photo)
    }

    // Sends exactly the headers that were signed.
    async fn upload(&self, upload: &Value, bytes: Vec<u8>) -> Result<(), String> {
        let method = upload["method"]
            .as_str()
            .and_then(|method| method.parse().ok())
            .unwrap_or(Method::PUT);
        let mut request = self
            .client
            .request(method, text(&upload["url"]))
            .body(bytes);
        for (name, value) in upload["headers"].as_object().into_iter().flatten() {
            // The client writes these itself, with the same values.
            if !["host", "content-length"].contains(&name.to_ascii_lowercase().as_str()) {
                request = request.header(name, text(value));
            }
        }
        let answer = request.send().await.map_err(|cause| cause.to_string())?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(format!("upload-refused-{}", answer.status().as_u16()))
        }
    }

    // The answer's JSON, or the problem's short name.
    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, String> {
        let mut request: RequestBuilder = self
            .client
            .request(method, format!("{}{path}", self.origin));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            let key = random(16).map_err(|cause| cause.to_string())?;
            request = request.header("Idempotency-Key", key).json(body);
        }
        let answer = answered(&request).await?;
        let status = answer.status();
        let json: Value = answer.json().await.unwrap_or_default();
        if status.is_success() {
            return Ok(json);
        }
        let slug = json["type"]
            .as_str()
            .and_then(|kind| kind.strip_prefix("/problems/"));
        let errors = json["errors"].as_array().and_then(|errors| errors.first());
        let field =
            errors.map(|error| format!(": {} {}", text(&error["field"]), text(&error["detail"])));
        Err(slug.map_or_else(
            || format!("status {}", status.as_u16()),
            |slug| format!("{slug}{}", field.unwrap_or_default()),
        ))
    }
}

// Sends the request until the answer is another than that it has come too soon. A write that is
// sent again happens once, because it bears the same key.
async fn answered(request: &RequestBuilder) -> Result<Response, String> {
    let begun = Instant::now();
    loop {
        let again = request.try_clone().ok_or("cannot be sent again")?;
        let answer = again.send().await.map_err(|cause| cause.to_string())?;
        let Some(wait) = too_soon(&answer) else { return Ok(answer) };
        if begun.elapsed() + wait > PATIENCE {
            return Ok(answer);
        }
        tokio::time::sleep(wait).await;
    }
}

// For how long the service asks to wait, if it does.
fn too_soon(answer: &Response) -> Option<Duration> {
    if !matches!(answer.status().as_u16(), 429 | 503) {
        return None;
    }
    let seconds = answer.headers().get(RETRY_AFTER)?.to_str().ok()?;
    seconds.parse().ok().map(Duration::from_secs)
}

fn refused(what: &str, cause: &str) -> Error {
    Error::new(format!("The demo could not {what}: {cause}."))
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn random(bytes: usize) -> Result<String, Error> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random)
        .map_err(|cause| Error::new(format!("no random numbers: {cause}.")))?;
    Ok(hex::encode(random))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::{Json, Router, http::HeaderMap, http::StatusCode, response::IntoResponse, routing};

    use super::*;

    type Keys = Arc<Mutex<Vec<String>>>;

    // The first request of each kind comes while the database sleeps.
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
        let seen = Arc::clone(&keys);
        let handler = move |headers: HeaderMap| {
            let seen = Arc::clone(&seen);
            async move { answer(&seen, &headers) }
        };
        let router = Router::new().fallback(routing::post(handler));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        let (api, _) = Api::sign_up(&origin).await.unwrap();
        server.abort();
        let keys = keys.lock().unwrap();
        assert_eq!(api.token, "secret");
        assert_eq!(keys.len(), 4, "user and session, each twice");
        assert!(keys[0] == keys[1] && keys[1] != keys[2] && keys[2] == keys[3], "{keys:?}");
    }
}
