//! People who use the API as clients do: over HTTP, with a bearer token.

use std::{net::IpAddr, time::Duration};

use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};

use shared::domain::UserId;

use crate::{
    photograph::announcement,
    system::{System, accounts, until},
};

/// A password that nobody guesses.
pub const PASSWORD: &str = "a quiet orange lighthouse";

/// An answer of the API.
#[derive(Clone, Debug)]
pub struct ApiResponse {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; `null` when it is not JSON.
    pub body: Value,
}

impl ApiResponse {
    /// The body, of an answer with this status.
    ///
    /// # Panics
    /// When the status is another.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The problem's type, of an answer with this status.
    ///
    /// # Panics
    /// When the answer is another, or not a problem.
    #[track_caller]
    pub fn problem(self, status: u16) -> String {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.body);
        assert_eq!(self.body["status"], status, "{}", self.body);
        text(&self.expect(status)["type"])
    }
}

/// The text of a JSON string.
///
/// # Panics
/// When it is none.
#[track_caller]
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is not a string"))
        .to_owned()
}

/// A client, signed in or not.
#[derive(Clone)]
pub struct Person {
    /// The system that is used.
    pub system: System,
    http: reqwest::Client,
    token: Option<String>,
}

impl Person {
    /// Somebody who is not signed in.
    ///
    /// # Panics
    /// When no client can be made.
    pub fn anonymous(system: &System) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Self { system: system.clone(), http: http.build().expect("a client"), token: None }
    }

    /// Somebody who is not signed in, at another address of this machine.
    ///
    /// # Panics
    /// When no client can be made.
    pub fn elsewhere(system: &System, address: IpAddr) -> Self {
        let http = reqwest::Client::builder()
            .local_address(address)
            .build()
            .expect("a client");
        Self { system: system.clone(), http, token: None }
    }

    /// Somebody who has just signed up and in.
    pub async fn new(system: &System) -> Self {
        let person = Self::anonymous(system);
        let email = address();
        person.sign_up(&email).await.expect(201);
        let session = person.sign_in(&email).await.expect(201);
        Self { token: Some(text(&session["token"])), ..person }
    }

    /// Somebody who has just signed up and in, and was made an administrator.
    pub async fn administrator(system: &System) -> Self {
        let person = Self::new(system).await;
        appoint(system, &person.id().await).await;
        person
    }

    /// Signs up with this address.
    pub async fn sign_up(&self, email: &str) -> ApiResponse {
        self.post("/v1/users", json!({"name": "Ana", "email": email, "password": PASSWORD}))
            .await
    }

    /// Signs in with this address.
    pub async fn sign_in(&self, email: &str) -> ApiResponse {
        self.post("/v1/sessions", json!({"email": email, "password": PASSWORD}))
            .await
    }

    /// GET.
    pub async fn get(&self, path: &str) -> ApiResponse {
        self.ask(Method::GET, path, &[], None).await
    }

    /// POST with JSON.
    pub async fn post(&self, path: &str, body: Value) -> ApiResponse {
        self.ask(Method::POST, path, &[], Some(body.to_string()))
            .await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> ApiResponse {
        self.ask(Method::DELETE, path, &[], None).await
    }

    /// Any request to the API.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> ApiResponse {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.system.origin));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body);
        }
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body =
            serde_json::from_slice(&response.bytes().await.expect("a body")).unwrap_or(Value::Null);
        ApiResponse { status, headers, body }
    }

    /// Makes an album; its id.
    pub async fn album(&self, title: &str) -> String {
        text(
            &self
                .post("/v1/albums", json!({"title": title}))
                .await
                .expect(201)["id"],
        )
    }

    /// Returns the person's id.
    pub async fn id(&self) -> String {
        text(&self.get("/v1/me").await.expect(200)["id"])
    }

    /// Somebody new, who has become a member of this person's album.
    pub async fn member(&self, album: &str, role: &str) -> Self {
        let member = Self::new(&self.system).await;
        self.admit(album, &member, role).await;
        member
    }

    /// Invites an address into this person's album, whose own address is verified before.
    pub async fn invite(&self, album: &str, email: &str, role: &str) -> ApiResponse {
        self.verified().await;
        let invitation = json!({"email": email, "role": role});
        self.post(&format!("/v1/albums/{album}/invitations"), invitation)
            .await
    }

    /// Invites somebody into this person's album, who accepts.
    pub async fn admit(&self, album: &str, member: &Self, role: &str) {
        let email = member.verified().await;
        let invitation = self.invite(album, &email, role).await.expect(201);
        let path = format!("/v1/invitations/{}/accept", text(&invitation["id"]));
        member.post(&path, json!({})).await.expect(200);
    }

    /// Has the person's address verified, without a mail; the address.
    ///
    /// # Panics
    /// When the person has no account.
    pub async fn verified(&self) -> String {
        let me = self.get("/v1/me").await.expect(200);
        let user: UserId = text(&me["id"]).parse().expect("an id");
        let verify = "UPDATE users SET email_verified_at = COALESCE(email_verified_at, NOW(6)) \
            WHERE id = ?";
        let verified = sqlx::query(verify)
            .bind(user.uuid())
            .execute(&mut accounts(&self.system, user.shard()).await)
            .await;
        verified.expect("a verified address");
        text(&me["email"])
    }

    /// Announces a photo with these bytes.
    pub async fn announce(&self, album: &str, bytes: &[u8]) -> ApiResponse {
        let photo = announcement("photo.jpg", bytes);
        self.post(&format!("/v1/albums/{album}/photos"), photo)
            .await
    }

    /// The token, of who is signed in.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Somebody at the same system who has this token.
    #[must_use]
    pub fn with(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same person at the system as it runs now.
    #[must_use]
    pub fn at(&self, system: &System) -> Self {
        Self { token: self.token.clone(), ..Self::anonymous(system) }
    }

    /// Sends bytes as an announcement's `upload` says; the status that S3 answers.
    ///
    /// # Panics
    /// When S3 does not answer.
    pub async fn send(&self, upload: &Value, bytes: &[u8]) -> u16 {
        self.try_send(upload, bytes).await.expect("an answer")
    }

    /// As [`Person::send`]; `None` when S3 does not answer.
    ///
    /// # Panics
    /// When `upload` is not one.
    pub async fn try_send(&self, upload: &Value, bytes: &[u8]) -> Option<u16> {
        let mut request = self.http.put(text(&upload["url"])).body(bytes.to_vec());
        for (name, value) in upload["headers"].as_object().expect("headers") {
            request = request.header(name, text(value));
        }
        Some(request.send().await.ok()?.status().as_u16())
    }

    /// Announces and sends a photo; its id.
    ///
    /// # Panics
    /// When S3 refuses it.
    pub async fn upload(&self, album: &str, bytes: &[u8]) -> String {
        let announced = self.announce(album, bytes).await.expect(201);
        assert_eq!(self.send(&announced["upload"], bytes).await, 200);
        text(&announced["photo"]["id"])
    }

    /// The photo, once it is ready or failed.
    pub async fn settled(&self, photo: &str) -> Value {
        let path = format!("/v1/photos/{photo}");
        until("the photo is ready or failed", Duration::from_secs(90), async || {
            let photo = self.get(&path).await.expect(200);
            ["ready", "failed"]
                .contains(&text(&photo["status"]).as_str())
                .then_some(photo)
        })
        .await
    }

    /// The status and the bytes behind a URL of this origin or another.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn fetch(&self, url: &str) -> (u16, Vec<u8>) {
        let url = if url.starts_with('/') {
            format!("{}{url}", self.system.origin)
        } else {
            url.to_owned()
        };
        let response = self.http.get(url).send().await.expect("an answer");
        (response.status().as_u16(), response.bytes().await.expect("a body").to_vec())
    }
}

/// Makes a user an administrator without the code: a system has one.
///
/// # Panics
/// When the database does not take it.
pub async fn appoint(system: &System, user: &str) {
    let user: UserId = user.parse().expect("an id");
    let appoint = "UPDATE users SET administrator_since = NOW(6) WHERE id = ?";
    let appointed = sqlx::query(appoint)
        .bind(user.uuid())
        .execute(&mut accounts(system, user.shard()).await)
        .await;
    appointed.expect("an administrator");
}

/// An address that nobody has.
pub fn address() -> String {
    format!("ana-{}@example.org", uuid::Uuid::now_v7().simple())
}
