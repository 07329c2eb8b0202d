//! The bytes of photos, to where the service says.

use std::{fs::File, path::Path, sync::Arc, time::Duration};

use futures::{StreamExt, TryStreamExt, stream};
use reqwest::{Body, Method, RequestBuilder, Response, StatusCode, header::CONTENT_LENGTH};

use crate::{
    client::{Client, random_byte, setback},
    error::{Error, Result},
    files::{sha256_of_piece, stream_of_piece},
    ids::AlbumId,
    progress::Progress,
    retry::{Setback, Tries},
    types::{Announcement, PartDigest, PartUpload, Photo, Sending, UploadInParts, UploadWhole},
};

/// Headers that are written by the connection itself, with the values that were signed.
const HEADERS_OF_CONNECTION: [&str; 2] = ["host", "content-length"];
/// The slowest transfer that is waited for, in bytes a second.
const SLOWEST: u64 = 16 * 1024;
/// The time that a transfer has beside that.
const ALLOWANCE: Duration = Duration::from_mins(1);
/// The parts of one file that are signed together.
const PARTS_SIGNED: usize = 16;
/// The parts of one file that are on their way at the same time.
const PARTS_AT_ONCE: usize = 4;
/// The announcements of one file: a link that has ended is asked for anew.
const ANNOUNCEMENTS: u32 = 3;

/// The outcome of an upload.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// The photo.
    pub photo: Photo,
    /// True if bytes were sent, false if the service had them.
    pub was_sent: bool,
}

impl Client {
    /// Announces a file and sends its bytes, as far as they have not arrived. Run again after
    /// having been killed, it goes on where it was: the service keeps what it has.
    pub async fn upload(
        &self,
        album: &AlbumId,
        path: &Path,
        announcement: &Announcement<'_>,
        progress: &Progress,
    ) -> Result<Transfer> {
        let file = open(path)?;
        let mut announced = 0;
        loop {
            let answer = self.announce(album, announcement).await?;
            announced += 1;
            let Some(sending) = answer.upload else {
                return Ok(Transfer { photo: answer.photo, was_sent: false });
            };
            let size = announcement.size;
            let sent = self.send_bytes(&file, size, &sending, progress).await;
            match sent {
                Ok(()) => return Ok(Transfer { photo: answer.photo, was_sent: true }),
                Err(error) if announced < ANNOUNCEMENTS && is_link_over(&error) => {}
                Err(error) if has_changed(&file, size) => {
                    let changed = Error::Changed { path: path.to_owned() };
                    return Err(if is_of_bytes(&error) { changed } else { error });
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn send_bytes(
        &self,
        file: &Arc<File>,
        size: u64,
        sending: &Sending,
        progress: &Progress,
    ) -> Result<()> {
        match sending {
            Sending::Whole(whole) => {
                let piece = Piece { file, offset: 0, size };
                self.send_piece(whole, &piece, progress).await
            }
            Sending::InParts(upload) => self.send_parts(file, upload, progress).await,
        }
    }

    /// Sends the parts that have not arrived, and completes the upload.
    async fn send_parts(
        &self,
        file: &Arc<File>,
        upload: &UploadInParts,
        progress: &Progress,
    ) -> Result<()> {
        let state = self.upload_progress(&upload.id).await?;
        if state.complete {
            return Ok(());
        }
        let mut missing: Vec<u16> = (1..=upload.parts).collect();
        missing.retain(|number| !state.arrived.iter().any(|part| part.number == *number));
        for numbers in missing.chunks(PARTS_SIGNED) {
            let digests = digests(file, upload, numbers).await?;
            let signed = self.sign_parts(&upload.id, &digests).await?;
            stream::iter(signed.parts)
                .map(|part| async move { self.send_part(file, upload, &part, progress).await })
                .buffer_unordered(PARTS_AT_ONCE)
                .try_collect::<()>()
                .await?;
        }
        self.complete_upload(&upload.id).await?;
        Ok(())
    }

    async fn send_part(
        &self,
        file: &Arc<File>,
        upload: &UploadInParts,
        part: &PartUpload,
        progress: &Progress,
    ) -> Result<()> {
        let place = PartPlace::of(upload, part.number);
        let piece = Piece { file, offset: place.offset, size: place.size };
        self.send_piece(&part.request, &piece, progress).await
    }

    /// Sends a piece of a file to the storage until it has been taken or refused.
    async fn send_piece(
        &self,
        to: &UploadWhole,
        piece: &Piece<'_>,
        progress: &Progress,
    ) -> Result<()> {
        let mut tries = Tries::new(self.patience);
        loop {
            let before = Progress::default();
            let request = self.piece_request(to, piece, progress, &before)?;
            let outcome = request.send().await;
            let setback = match &outcome {
                Ok(answer) => setback(answer),
                Err(_) => Some(Setback::Failed),
            };
            if let Some(setback) = setback
                && piece.is_there()
                && let Some(pause) = tries.pause_after(setback, random_byte()?)
            {
                self.note_setback(setback);
                progress.take_back(before.bytes());
                tokio::time::sleep(pause).await;
                continue;
            }
            return taken(outcome);
        }
    }

    fn piece_request(
        &self,
        to: &UploadWhole,
        piece: &Piece<'_>,
        progress: &Progress,
        of_this_try: &Progress,
    ) -> Result<RequestBuilder> {
        let method = Method::from_bytes(to.method.as_bytes())
            .map_err(|cause| Error::Unexpected(cause.to_string()))?;
        let (progress, of_this_try) = (progress.clone(), of_this_try.clone());
        let chunks = stream_of_piece(Arc::clone(piece.file), piece.offset, piece.size);
        let counted = chunks.inspect_ok(move |chunk| {
            progress.add(chunk.len() as u64);
            of_this_try.add(chunk.len() as u64);
        });
        let mut request = self
            .http
            .request(method, &to.url)
            .timeout(ALLOWANCE + Duration::from_secs(piece.size / SLOWEST))
            .header(CONTENT_LENGTH, piece.size)
            .body(Body::wrap_stream(counted));
        for (name, value) in &to.headers {
            if !HEADERS_OF_CONNECTION.contains(&name.to_ascii_lowercase().as_str()) {
                request = request.header(name, value);
            }
        }
        Ok(request)
    }
}

/// A piece of a file.
struct Piece<'a> {
    file: &'a Arc<File>,
    offset: u64,
    size: u64,
}

impl Piece<'_> {
    /// Returns whether the file has not become shorter: else no further try succeeds.
    fn is_there(&self) -> bool {
        match self.file.metadata() {
            Ok(metadata) => metadata.len() >= self.offset + self.size,
            Err(_) => false,
        }
    }
}

/// The place of a part in its file, in bytes.
struct PartPlace {
    offset: u64,
    size: u64,
}

impl PartPlace {
    fn of(upload: &UploadInParts, number: u16) -> Self {
        let part_size = u64::from(upload.part_size);
        let offset = part_size * u64::from(number.saturating_sub(1));
        Self { offset, size: part_size.min(upload.size.saturating_sub(offset)) }
    }
}

async fn digests(
    file: &Arc<File>,
    upload: &UploadInParts,
    numbers: &[u16],
) -> Result<Vec<PartDigest>> {
    let mut digests = Vec::new();
    for number in numbers {
        let place = PartPlace::of(upload, *number);
        let file = Arc::clone(file);
        let hashing =
            tokio::task::spawn_blocking(move || sha256_of_piece(&file, place.offset, place.size));
        let sha256 = match hashing.await {
            Ok(Ok(sha256)) => sha256,
            Ok(Err(cause)) => return Err(Error::Unexpected(cause.to_string())),
            Err(cause) => return Err(Error::Unexpected(cause.to_string())),
        };
        digests.push(PartDigest { number: *number, sha256 });
    }
    Ok(digests)
}

fn taken(outcome: reqwest::Result<Response>) -> Result<()> {
    let answer = outcome.map_err(|cause| Error::Unreachable { cause })?;
    match answer.status() {
        status if status.is_success() => Ok(()),
        // A part that has arrived is not taken twice, and an object that is there stays.
        StatusCode::PRECONDITION_FAILED => Ok(()),
        status => Err(Error::Refused { status: status.as_u16() }),
    }
}

fn open(path: &Path) -> Result<Arc<File>> {
    match File::open(path) {
        Ok(file) => Ok(Arc::new(file)),
        Err(cause) => Err(Error::File { path: path.to_owned(), cause }),
    }
}

/// Returns whether the links of an announcement lead nowhere any more: they have ended, or others
/// have sent the same bytes meanwhile.
fn is_link_over(error: &Error) -> bool {
    match error {
        Error::Refused { status } => matches!(status, 403 | 404),
        Error::Problem(problem) => problem.name() == "already-uploaded",
        _ => false,
    }
}

/// Returns whether bytes that are not those which were announced explain an error.
fn is_of_bytes(error: &Error) -> bool {
    matches!(error, Error::Refused { .. } | Error::Unreachable { .. })
}

fn has_changed(file: &File, size: u64) -> bool {
    match file.metadata() {
        Ok(metadata) => metadata.len() != size,
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_the_file() {
        let upload = UploadInParts {
            id: "upload_01jd2w8h7kf3y9b6c5xq4m0ntz".parse().expect("an id"),
            photo: "photo_01jd2w8h7kf3y9b6c5xq4m0ntz".parse().expect("an id"),
            size: 20,
            part_size: 8,
            parts: 3,
        };
        let mut end = 0;
        for number in 1..=3 {
            let place = PartPlace::of(&upload, number);
            assert_eq!(place.offset, end);
            end += place.size;
        }
        assert_eq!(end, 20);
    }
}
