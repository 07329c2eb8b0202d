//! Somebody with many photos, at a running system.

use std::{collections::BTreeMap, path::Path, time::Duration};

use serde::Deserialize;
use serde_json::{Value, json};
use shared::{
    domain::{Moment, Sha256},
    error::Cause,
};
use tokio::task::JoinSet;

/// Uploads at the same time.
const AT_ONCE: usize = 8;

/// What `system.json` says of a running system.
#[derive(Deserialize)]
pub struct System {
    /// Its process.
    pub pid: u32,
    origin: String,
}

impl System {
    /// Reads it.
    pub fn read(path: &Path) -> Result<Self, Cause> {
        let text = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(serde_json::from_slice(&text)?)
    }
}

/// An export that is ready.
pub struct Export {
    /// Bytes of its parts.
    pub bytes: u64,
    /// How many parts it has.
    pub parts: u64,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Person {
    http: reqwest::Client,
    origin: String,
    token: String,
}

impl Person {
    /// Somebody new.
    pub async fn sign_up(system: &System) -> Result<Self, Cause> {
        let mut person = Self { http: reqwest::Client::new(), origin: system.origin.clone(), token: String::new() };
        let email = format!("bench-{}@example.org", Moment::now().micros());
        let (name, password) = ("Bench", "a quiet orange lighthouse");
        person.post("/v1/users", json!({"name": name, "email": email, "password": password})).await?;
        let session = person.post("/v1/sessions", json!({"email": email, "password": password})).await?;
        session["token"].as_str().ok_or("a session without a token")?.clone_into(&mut person.token);
        Ok(person)
    }

    async fn post(&self, path: &str, body: Value) -> Result<Value, Cause> {
        let request = self.http.post(format!("{}{path}", self.origin)).bearer_auth(&self.token).json(&body);
        let request =
            if self.token.is_empty() { self.http.post(format!("{}{path}", self.origin)).json(&body) } else { request };
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// Sends so many files of so many bytes, each of its own bytes.
    pub async fn send(&self, photos: u32, bytes: usize) -> Result<(), Cause> {
        let album = self.post("/v1/albums", json!({"title": "Bench"})).await?;
        let path = format!("/v1/albums/{}/photos", album["id"].as_str().ok_or("an album without an id")?);
        let mut running = JoinSet::new();
        for number in 0..photos {
            while running.len() >= AT_ONCE {
                running.join_next().await.ok_or("nothing runs")???;
            }
            let (person, path) = (self.clone(), path.clone());
            running.spawn(async move { person.send_one(&path, number, bytes).await.map_err(|e| e.to_string()) });
        }
        while let Some(done) = running.join_next().await {
            done??;
        }
        Ok(())
    }

    async fn send_one(&self, path: &str, number: u32, bytes: usize) -> Result<(), Cause> {
        let mut file = number.to_le_bytes().repeat(bytes.div_ceil(4));
        file.truncate(bytes);
        let sum = String::from(Sha256::of(&file));
        let photo =
            json!({"name": format!("{number}.jpg"), "size": bytes, "content_type": "image/jpeg", "sha256": sum});
        let upload = self.post(path, photo).await?["upload"].clone();
        let headers: BTreeMap<String, String> = serde_json::from_value(upload["headers"].clone())?;
        let mut put = self.http.put(upload["url"].as_str().ok_or("an upload without a URL")?).body(file);
        for (name, value) in headers {
            put = put.header(name, value);
        }
        put.send().await?.error_for_status()?;
        Ok(())
    }

    /// Has everything exported; `meanwhile` is called again and again.
    pub async fn export(&self, mut meanwhile: impl FnMut()) -> Result<Export, Cause> {
        let asked = self.post("/v1/me/exports", json!({})).await?;
        let path = format!("{}/v1/me/exports/{}", self.origin, asked["id"].as_str().ok_or("an export without an id")?);
        loop {
            meanwhile();
            tokio::time::sleep(Duration::from_millis(50)).await;
            let answer = self.http.get(&path).bearer_auth(&self.token).send().await?.error_for_status()?;
            let export: Value = answer.json().await?;
            let number = |name: &str| export[name].as_u64().ok_or("an export without numbers");
            match export["state"].as_str() {
                Some("ready") => return Ok(Export { bytes: number("bytes")?, parts: number("parts")? }),
                Some("failed") => return Err("the export failed: see the system's log".into()),
                _ => {}
            }
        }
    }
}
