//! The bytes of photos and exports, from where the service says. What breaks off goes on where it
//! was.

use std::{io::Write, time::Duration};

use futures::StreamExt;
use reqwest::{
    Response, StatusCode,
    header::{CONTENT_RANGE, RANGE},
};
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use crate::{
    client::{Client, random_byte, setback},
    error::{Error, Result},
    ids::PhotoId,
    progress::Progress,
    retry::{Setback, Tries},
};

/// The longest wait for an answer, or for the next bytes of one.
const SILENCE: Duration = Duration::from_mins(1);
/// The links to one original: one that has ended is asked for anew.
const LINKS: u32 = 3;

impl Client {
    /// Writes a photo's original; returns its SHA-256 in hexadecimal.
    pub async fn download_original(
        &self,
        photo: &PhotoId,
        to: &mut (impl Write + Send),
        progress: &Progress,
    ) -> Result<String> {
        let path = format!("/v1/photos/{photo}/original");
        let mut arriving = Arriving::new(to, progress);
        let mut links = 0;
        loop {
            let link = self.location(&path).await?;
            links += 1;
            match self.fetch(&link, &mut arriving).await {
                Err(error) if links < LINKS && is_link_over(&error) => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(arriving.sum()),
            }
        }
    }

    /// Writes what a link of the service leads to; returns its SHA-256 in hexadecimal. The token
    /// is not sent: the link is signed.
    pub async fn download(
        &self,
        link: &str,
        to: &mut (impl Write + Send),
        progress: &Progress,
    ) -> Result<String> {
        let mut arriving = Arriving::new(to, progress);
        self.fetch(link, &mut arriving).await?;
        Ok(arriving.sum())
    }

    /// Fetches what has not arrived yet, in as many tries as patience lasts.
    async fn fetch<W: Write + Send>(
        &self,
        link: &str,
        arriving: &mut Arriving<'_, W>,
    ) -> Result<()> {
        let mut tries = Tries::new(self.patience);
        loop {
            let before = arriving.bytes;
            let broken = match self.try_to_fetch(link, arriving).await {
                Ok(()) => return Ok(()),
                Err(broken) => broken,
            };
            let Some(setback) = broken.setback else { return Err(broken.error) };
            if arriving.bytes > before {
                // It goes on, however often it breaks off.
                tries = Tries::new(self.patience);
            }
            let Some(pause) = tries.pause_after(setback, random_byte()?) else {
                return Err(broken.error);
            };
            self.note_setback(setback);
            tokio::time::sleep(pause).await;
        }
    }

    async fn try_to_fetch<W: Write + Send>(
        &self,
        link: &str,
        arriving: &mut Arriving<'_, W>,
    ) -> Result<(), Broken> {
        let mut request = self.http.get(link);
        if arriving.bytes > 0 {
            request = request.header(RANGE, format!("bytes={}-", arriving.bytes));
        }
        let answer = match timeout(SILENCE, request.send()).await {
            Ok(answer) => answer.map_err(Broken::unreachable)?,
            Err(_) => return Err(Broken::silent()),
        };
        if !answer.status().is_success() {
            let error = Error::Refused { status: answer.status().as_u16() };
            return Err(Broken { error, setback: setback(&answer) });
        }
        let mut to_pass = arriving.bytes - first_byte(&answer).min(arriving.bytes);
        let mut chunks = answer.bytes_stream();
        loop {
            let chunk = match timeout(SILENCE, chunks.next()).await {
                Ok(Some(chunk)) => chunk.map_err(Broken::unreachable)?,
                Ok(None) => return Ok(()),
                Err(_) => return Err(Broken::silent()),
            };
            let passed = chunk
                .len()
                .min(usize::try_from(to_pass).unwrap_or(usize::MAX));
            to_pass -= passed as u64;
            arriving.take(&chunk[passed..])?;
        }
    }
}

/// A file on its way.
struct Arriving<'a, W> {
    to: &'a mut W,
    progress: &'a Progress,
    hash: Sha256,
    bytes: u64,
}

impl<'a, W: Write> Arriving<'a, W> {
    fn new(to: &'a mut W, progress: &'a Progress) -> Self {
        Self { to, progress, hash: Sha256::new(), bytes: 0 }
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), Broken> {
        self.to.write_all(chunk).map_err(|cause| Broken {
            error: Error::Unexpected(cause.to_string()),
            setback: None,
        })?;
        self.hash.update(chunk);
        self.bytes += chunk.len() as u64;
        self.progress.add(chunk.len() as u64);
        Ok(())
    }

    fn sum(self) -> String {
        hex::encode(self.hash.finalize())
    }
}

/// The end of a try; without a setback another is of no use.
struct Broken {
    error: Error,
    setback: Option<Setback>,
}

impl Broken {
    fn unreachable(cause: reqwest::Error) -> Self {
        Self { error: Error::Unreachable { cause }, setback: Some(Setback::Failed) }
    }

    fn silent() -> Self {
        Self { error: Error::Silent, setback: Some(Setback::Failed) }
    }
}

/// Returns the place in the file of an answer's first byte: storage may answer with all of it.
fn first_byte(answer: &Response) -> u64 {
    if answer.status() != StatusCode::PARTIAL_CONTENT {
        return 0;
    }
    let range = answer.headers().get(CONTENT_RANGE);
    let text = range.and_then(|value| value.to_str().ok());
    let first = text.and_then(|text| text.strip_prefix("bytes ")?.split('-').next());
    first.and_then(|first| first.parse().ok()).unwrap_or(0)
}

/// Returns whether a link opens nothing any more.
fn is_link_over(error: &Error) -> bool {
    matches!(error, Error::Refused { status: 403 })
}
