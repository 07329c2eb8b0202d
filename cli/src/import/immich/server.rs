//! Requests to an Immich server, sent again when that helps.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use client::{Patience, Setback, Tries, random_byte, setback};
use futures::StreamExt;
use reqwest::{
    Client, RequestBuilder, Response, StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue},
    redirect,
};
use serde::de::DeserializeOwned;
use serde_json::json;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use super::answers::{Album, Found, Page, User, Version};
use crate::failure::{Failure, Result};

/// The versions whose API is known. One that is newer may pass over a condition of a search that it
/// does not know any more, and every picture would stand in every album.
const VERSIONS: std::ops::RangeInclusive<u32> = 2..=3;
/// The pictures of a page: the most that Immich gives.
const PAGE: u32 = 1000;
/// The longest wait for an answer, or for the next bytes of one.
const SILENCE: Duration = Duration::from_mins(1);
/// The permissions that a key needs.
const PERMISSIONS: &str = "asset.read, asset.download, album.read and user.read";

/// An Immich server, and a key of one of its users.
pub struct Server {
    http: Client,
    origin: String,
}

/// A file that has arrived.
pub struct Arrived {
    /// Its SHA-1 in Base64, as Immich writes it.
    pub sha1: String,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
}

impl Server {
    /// Makes a client of the server at an origin.
    pub fn new(origin: String, key: &str) -> Result<Self> {
        let mut value = HeaderValue::from_str(key)
            .map_err(|_| Failure::Usage("That is no key of Immich's.".to_owned()))?;
        value.set_sensitive(true);
        let mut builder = Client::builder();
        if origin.starts_with("http://") {
            // It is in a network of one's own, into which no proxy leads.
            builder = builder.no_proxy();
        }
        let name = HeaderName::from_static("x-api-key");
        let http = builder
            .default_headers(HeaderMap::from_iter([(name, value)]))
            .connect_timeout(Duration::from_secs(15))
            // The key would go along to wherever a redirect leads.
            .redirect(redirect::Policy::none())
            .user_agent(concat!("albumen/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|cause| Failure::SourceUnreachable(cause.to_string()))?;
        Ok(Self { http, origin })
    }

    /// Checks that the server is one whose API is known.
    ///
    /// # Errors
    /// It is older, or newer.
    pub async fn check_version(&self) -> Result<()> {
        let version: Version = self.get("/api/server/version").await?;
        let Version { major, minor, patch } = version;
        if VERSIONS.contains(&major) {
            return Ok(());
        }
        let what_to_do = if major < *VERSIONS.start() {
            format!("update it to {} or later, then run this again", VERSIONS.start())
        } else {
            "its API may be another: update albumen, then run this again".to_owned()
        };
        let origin = &self.origin;
        Err(Failure::SourceRefused(format!(
            "{origin} runs Immich {major}.{minor}.{patch}: {what_to_do}."
        )))
    }

    /// Returns the id of the user whose key it is.
    pub async fn me(&self) -> Result<String> {
        let me: User = self.get("/api/users/me").await?;
        Ok(me.id)
    }

    /// Returns the albums that the user sees.
    pub async fn albums(&self) -> Result<Vec<Album>> {
        self.get("/api/albums").await
    }

    /// Returns a page of the timeline, from 1, or of what of it stands in an album; the oldest come
    /// first.
    pub async fn search(&self, page: u32, album: Option<&str>) -> Result<Page> {
        let mut query = json!({
            "visibility": "timeline", "order": "asc", "size": PAGE, "page": page,
            "withExif": album.is_none(), "withStacked": true,
        });
        if let Some(album) = album {
            query["albumIds"] = json!([album]);
        }
        let request = self
            .http
            .post(format!("{}/api/search/metadata", self.origin))
            .json(&query);
        let found: Found = self.json(request).await?;
        Ok(found.assets)
    }

    /// Writes the original of a picture into a file. What breaks off begins anew.
    pub async fn download(&self, asset: &str, to: &Path) -> Result<Arrived> {
        let link = format!("{}/api/assets/{asset}/original", self.origin);
        let mut tries = Tries::new(Patience::default());
        loop {
            let answer = self.send(self.http.get(&link)).await?;
            let mut file = File::create(to)
                .map(BufWriter::new)
                .map_err(|cause| Failure::file(to, cause))?;
            match take(answer, &mut file).await {
                Ok(arrived) => {
                    file.flush().map_err(|cause| Failure::file(to, cause))?;
                    return Ok(arrived);
                }
                Err(Broken::Here(cause)) => return Err(Failure::file(to, cause)),
                Err(Broken::There(why)) => self.pause(&mut tries, Setback::Failed, &why).await?,
            }
        }
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.json(self.http.get(format!("{}{path}", self.origin)))
            .await
    }

    async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T> {
        let answer = self.send(request.timeout(SILENCE)).await?;
        let path = answer.url().path().to_owned();
        let body = answer
            .bytes()
            .await
            .map_err(|cause| self.unreachable(&cause.to_string()))?;
        serde_json::from_slice(&body).map_err(|cause| {
            Failure::SourceRefused(format!(
                "{} does not answer {path} as Immich does: {cause}.",
                self.origin
            ))
        })
    }

    /// Sends a request until it is answered otherwise than that it has come too soon, or failed.
    async fn send(&self, request: RequestBuilder) -> Result<Response> {
        let mut tries = Tries::new(Patience::default());
        loop {
            let attempt = request
                .try_clone()
                .ok_or_else(|| self.unreachable("a request cannot be sent again"))?;
            let (setback, why) = match timeout(SILENCE, attempt.send()).await {
                Ok(Ok(answer)) => match setback(&answer) {
                    Some(setback) if is_passing(answer.status()) => {
                        (setback, format!("it answers with status {}", answer.status().as_u16()))
                    }
                    _ => return self.answered(answer),
                },
                Ok(Err(cause)) => (Setback::Failed, innermost(&cause)),
                Err(_) => (Setback::Failed, "it has fallen silent".to_owned()),
            };
            self.pause(&mut tries, setback, &why).await?;
        }
    }

    /// Waits until a try may be followed by another.
    ///
    /// # Errors
    /// Patience has ended.
    async fn pause(&self, tries: &mut Tries, setback: Setback, why: &str) -> Result<()> {
        let Some(pause) = tries.pause_after(setback, random_byte()?) else {
            return Err(self.unreachable(why));
        };
        tokio::time::sleep(pause).await;
        Ok(())
    }

    /// Returns an answer that is none of a refusal.
    fn answered(&self, answer: Response) -> Result<Response> {
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let (origin, path) = (&self.origin, answer.url().path());
        Err(match status {
            StatusCode::UNAUTHORIZED => Failure::SourceRefused(format!(
                "{origin} does not know this key. Make one in Immich: Account Settings, API Keys."
            )),
            StatusCode::FORBIDDEN => Failure::SourceRefused(format!(
                "This key may not read {path}. It needs the permissions {PERMISSIONS}."
            )),
            StatusCode::NOT_FOUND if path.starts_with("/api/server") => {
                Failure::SourceRefused(format!("There is no Immich at {origin}."))
            }
            _ if status.is_redirection() => Failure::SourceRefused(format!(
                "{origin} leads elsewhere: give the address to which it leads."
            )),
            _ => Failure::NotDone(format!("Immich answers with status {}", status.as_u16())),
        })
    }

    fn unreachable(&self, why: &str) -> Failure {
        Failure::SourceUnreachable(format!("{} cannot be reached: {why}", self.origin))
    }
}

/// Returns true for a status that may be another soon. An original that Immich has lost is a 500
/// for ever, and no reason to stop.
fn is_passing(status: StatusCode) -> bool {
    status != StatusCode::INTERNAL_SERVER_ERROR
}

/// The end of a transfer before its time.
enum Broken {
    /// The file cannot be written.
    Here(std::io::Error),
    /// No more bytes come.
    There(String),
}

/// Writes the bytes of an answer, and sums them.
async fn take(answer: Response, to: &mut impl Write) -> Result<Arrived, Broken> {
    let (mut sha1, mut sha256, mut size) = (Sha1::new(), Sha256::new(), 0);
    let mut chunks = answer.bytes_stream();
    loop {
        let chunk = match timeout(SILENCE, chunks.next()).await {
            Ok(Some(Ok(chunk))) => chunk,
            Ok(Some(Err(cause))) => return Err(Broken::There(innermost(&cause))),
            Ok(None) => break,
            Err(_) => return Err(Broken::There("it has fallen silent".to_owned())),
        };
        to.write_all(&chunk).map_err(Broken::Here)?;
        sha1.update(&chunk);
        sha256.update(&chunk);
        size += chunk.len() as u64;
    }
    Ok(Arrived {
        sha1: STANDARD.encode(sha1.finalize()),
        sha256: hex::encode(sha256.finalize()),
        size,
    })
}

/// Returns the first cause of a failed connection, which says most.
fn innermost(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
