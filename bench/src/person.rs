//! Somebody at a running system, through its public API.

use std::{collections::BTreeMap, time::Duration};

use running_system::RunningSystem;
use serde_json::{Value, json};
use shared::{
    domain::{Moment, Sha256},
    error::Cause,
};
use tokio::task::JoinSet;

/// Uploads at the same time.
const AT_ONCE: usize = 8;

/// An export that is ready.
pub struct Export {
    /// Bytes of its parts.
    pub bytes: u64,
    /// Its parts.
    pub parts: u64,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Person {
    http: reqwest::Client,
    origin: String,
    /// The user's id.
    pub id: String,
    /// The session's token.
    pub token: String,
}

impl Person {
    /// Somebody new.
    pub async fn sign_up(system: &RunningSystem) -> Result<Self, Cause> {
        let http = reqwest::Client::new();
        let origin = system.origin.clone();
        let mut person = Self { http, origin, id: String::new(), token: String::new() };
        let email = format!("bench-{}@example.org", Moment::now().micros());
        let name = "Bench";
        let password = "a quiet orange lighthouse";
        let user = person
            .post("/v1/users", json!({"name": name, "email": email, "password": password}))
            .await?;
        let session = person
            .post("/v1/sessions", json!({"email": email, "password": password}))
            .await?;
        user["id"]
            .as_str()
            .ok_or("a user without an id")?
            .clone_into(&mut person.id);
        session["token"]
            .as_str()
            .ok_or("a session without a token")?
            .clone_into(&mut person.token);
        Ok(person)
    }

    /// Somebody who has signed in before.
    pub fn signed_in(system: &RunningSystem, id: &str, token: &str) -> Self {
        let origin = system.origin.clone();
        Self { http: reqwest::Client::new(), origin, id: id.to_owned(), token: token.to_owned() }
    }

    /// Posts a body; the answer.
    pub async fn post(&self, path: &str, body: Value) -> Result<Value, Cause> {
        let request = self.http.post(format!("{}{path}", self.origin)).json(&body);
        let request =
            if self.token.is_empty() { request } else { request.bearer_auth(&self.token) };
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Result<Value, Cause> {
        let request = self
            .http
            .get(format!("{}{path}", self.origin))
            .bearer_auth(&self.token);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// A new album with so many photos, each made of its number.
    pub async fn album(&self, photos: u32, file: impl Fn(u32) -> Vec<u8>) -> Result<String, Cause> {
        let album = self.empty_album().await?;
        let path = format!("/v1/albums/{album}/photos");
        let mut running = JoinSet::new();
        for number in 0..photos {
            while running.len() >= AT_ONCE {
                running.join_next().await.ok_or("nothing runs")???;
            }
            let person = self.clone();
            let path = path.clone();
            let file = file(number);
            running.spawn(async move {
                person
                    .send(&path, number, file)
                    .await
                    .map_err(|e| e.to_string())
            });
        }
        while let Some(done) = running.join_next().await {
            done??;
        }
        Ok(album)
    }

    /// A new album.
    pub async fn empty_album(&self) -> Result<String, Cause> {
        let album = self.post("/v1/albums", json!({"title": "Bench"})).await?;
        Ok(album["id"]
            .as_str()
            .ok_or("an album without an id")?
            .to_owned())
    }

    async fn send(&self, path: &str, number: u32, file: Vec<u8>) -> Result<(), Cause> {
        let photo = json!({
            "name": format!("{number}.jpg"),
            "size": file.len(),
            "content_type": "image/jpeg",
            "sha256": String::from(Sha256::of(&file)),
        });
        let upload = self.post(path, photo).await?["upload"].clone();
        let headers: BTreeMap<String, String> = serde_json::from_value(upload["headers"].clone())?;
        let mut put = self
            .http
            .put(upload["url"].as_str().ok_or("an upload without a URL")?)
            .body(file);
        for (name, value) in headers {
            put = put.header(name, value);
        }
        put.send().await?.error_for_status()?;
        Ok(())
    }

    /// Has everything exported; `meanwhile` is called again and again.
    pub async fn export(&self, mut meanwhile: impl FnMut()) -> Result<Export, Cause> {
        let asked = self.post("/v1/me/exports", json!({})).await?;
        let path =
            format!("/v1/me/exports/{}", asked["id"].as_str().ok_or("an export without an id")?);
        loop {
            meanwhile();
            tokio::time::sleep(Duration::from_millis(50)).await;
            let export = self.get(&path).await?;
            let number = |name: &str| export[name].as_u64().ok_or("an export without numbers");
            match export["state"].as_str() {
                Some("ready") => {
                    return Ok(Export { bytes: number("bytes")?, parts: number("parts")? });
                }
                Some("failed") => return Err("the export failed: see the system's log".into()),
                _ => {}
            }
        }
    }
}
