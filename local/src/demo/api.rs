//! The account that the demo makes, and the photos that it sends, through the public API by the
//! client that others have, too.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use client::{
    AlbumId, Client, Progress, Token, sha256_of_file,
    types::{Announcement, NewAlbum, NewSession, NewUser, Photo, Status},
};
use serde_json::Value;

use crate::system::Error;

/// The longest wait for a photo: it waits for those before it.
const READY_LIMIT: Duration = Duration::from_mins(10);
/// The first pause between two looks: short, so that the times shown are true.
const FIRST_PAUSE: Duration = Duration::from_millis(150);
/// The longest pause, while the renderer is busy.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The account that the demo made.
pub struct DemoAccount {
    pub email: String,
    pub password: String,
}

/// A signed-in client.
pub struct ApiClient {
    client: Client,
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
        let client = Client::new(origin).map_err(|cause| refused("sign up", &cause))?;
        let account = DemoAccount {
            email: format!("demo+{}@example.com", random_hex(4)?),
            password: random_hex(12)?,
        };
        let user = NewUser { name: "Demo", email: &account.email, password: &account.password };
        client
            .sign_up(&user)
            .await
            .map_err(|cause| refused("sign up", &cause))?;
        let session = NewSession {
            email: &account.email,
            password: &account.password,
            name: "local demo",
            code: None,
        };
        let begun = client
            .log_in(&session)
            .await
            .map_err(|cause| refused("sign in", &cause))?;
        let token = begun
            .token
            .ok_or_else(|| Error::new("The service began a session without a token."))?;
        Ok((Self { client: client.with_token(Token::new(token)) }, account))
    }

    /// Makes an album; returns its id.
    pub async fn make_album(&self, title: &str) -> Result<AlbumId, Error> {
        let album = self
            .client
            .create_album(&NewAlbum { title, description: None })
            .await
            .map_err(|cause| refused("make the album", &cause))?;
        Ok(album.id)
    }

    /// Returns the service's answer to a `GET` of this path.
    pub async fn get(&self, path: &str) -> Result<Value, Error> {
        let answer = self.client.get(path).await;
        answer.map_err(|cause| refused(&format!("read {path}"), &cause))
    }

    /// Announces a photo, uploads its bytes and waits until it is ready or failed. The error is a
    /// short code, where the service has one.
    pub async fn add_photo(&self, album: &AlbumId, file: &PhotoFile<'_>) -> Result<Photo, String> {
        let (sha256, size) = sum(file.path.to_owned()).await?;
        let announcement = Announcement {
            name: file.name,
            size,
            content_type: file.content_type,
            sha256: &sha256,
            caption: None,
            taken_at: None,
            multipart: Some(false),
        };
        let progress = Progress::default();
        let sent = self
            .client
            .upload(album, file.path, &announcement, &progress);
        let transfer = sent.await.map_err(|cause| code(&cause))?;
        self.wait_until_handled(transfer.photo).await
    }

    /// Asks for a photo until it is ready or failed.
    async fn wait_until_handled(&self, announced: Photo) -> Result<Photo, String> {
        let started = Instant::now();
        let mut photo = announced;
        while !matches!(photo.status, Status::Ready | Status::Failed) {
            if started.elapsed() > READY_LIMIT {
                let status = photo.status.word();
                return Err(format!("still {status} after {} s", READY_LIMIT.as_secs()));
            }
            let pause = FIRST_PAUSE + started.elapsed() / 10;
            tokio::time::sleep(LONGEST_PAUSE.min(pause)).await;
            let asked = self.client.photo(&photo.id).await;
            photo = asked.map_err(|cause| code(&cause))?;
        }
        Ok(photo)
    }
}

/// Returns the SHA-256 of a file, and its size.
async fn sum(path: PathBuf) -> Result<(String, u64), String> {
    let summing = tokio::task::spawn_blocking(move || sha256_of_file(&path));
    let outcome = summing.await.map_err(|cause| cause.to_string())?;
    outcome.map_err(|cause| cause.to_string())
}

/// Returns the short name of a problem, with its first bad field; of other failures what they are.
fn code(error: &client::Error) -> String {
    match error {
        client::Error::Problem(problem) => match problem.errors.first() {
            Some(first) => format!("{}: {} {}", problem.name(), first.field, first.detail),
            None => problem.name().to_owned(),
        },
        client::Error::Refused { status } => format!("upload-refused-{status}"),
        _ => error.to_string(),
    }
}

fn refused(what: &str, cause: &client::Error) -> Error {
    Error::new(format!("The demo could not {what}: {}.", code(cause)))
}

/// Returns so many random bytes, in hexadecimal.
fn random_hex(bytes: usize) -> Result<String, Error> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random)
        .map_err(|cause| Error::new(format!("no random numbers: {cause}.")))?;
    Ok(hex::encode(random))
}
