//! `make-renditions`: makes the renditions of a photo whose bytes have arrived.
//!
//! Safe to run twice and to die anywhere: renditions are stored under keys made of their bytes,
//! so a second run writes the same objects, and the one write that shows them is an update of the
//! row on condition that the photo is neither ready nor failed: the first outcome stands. A photo
//! that cannot be rendered is `failed` at once, with a code. When our own side fails, the message
//! comes again; after [`TRIES`] receives the photo is set `failed` without another try, whatever
//! killed the others, and the message goes on to the dead letters.
//!
//! An object that nobody keeps is deleted: one of an earlier attempt, one that came too late, one
//! whose sender may not send any more, one that is not what was announced. The row says so first,
//! so a run that dies before the deletion finds it said when the message comes again.

use std::{num::NonZero, thread};

use async_trait::async_trait;
use imaging::{RenderOptions, RenderedImage, Rendition, Summary};
use shared::{
    Result,
    domain::{
        Caption, FailureCode, Folder, Moment, Original, PhotoId, Tag, clean_line,
        view::RenditionView,
    },
    error::Error,
    queue::{QueueMessage, Worker},
    stores::{
        Originals, Projector, Renditions,
        library::{RenderedPhoto, RenderingOutcome, RenderingWork, UploadArrival},
    },
};

use tokio::task;

use crate::{failure_code::failure_code_of, original, rerendering, uploads::uploads};

/// Receives in which a photo is tried; fewer than the queue's `maxReceiveCount`, so that some are
/// left to say that it failed.
const TRIES: u32 = 3;

/// The worker and what it needs.
pub struct MakeRenditions {
    /// The library and its projection.
    pub projector: Projector,
    /// The store that the photos come from.
    pub originals: Originals,
    /// The store that the images go to.
    pub renditions: Renditions,
}

#[async_trait]
impl Worker for MakeRenditions {
    fn name(&self) -> &'static str {
        "make-renditions"
    }

    async fn work(&self, message: QueueMessage<'_>) -> Result<()> {
        if let Some(original) = rerendering::original_of(message.body())? {
            if message.receives() > TRIES {
                return Err(Error::internal(format!("not rendered anew in {TRIES} tries")));
            }
            return Box::pin(self.rerender(&original)).await;
        }
        for upload in uploads(message.body())? {
            if message.receives() > TRIES {
                self.finish(&upload, &RenderingOutcome::Failed(FailureCode::ProcessingFailed))
                    .await?;
                return Err(Error::internal(format!(
                    "gave up after {TRIES} tries; see the earlier failures"
                )));
            }
            Box::pin(self.photo(&upload)).await?;
        }
        Ok(())
    }
}

impl MakeRenditions {
    /// Does what is to be done for one uploaded object: renders it, or deletes it, or nothing.
    async fn photo(&self, upload: &Original) -> Result<()> {
        let work = match self.projector.library.begin_rendering(upload).await? {
            UploadArrival::Work(work) => work,
            UploadArrival::Settled => {
                tracing::info!(photo = %upload.photo, "nothing to do");
                return Ok(());
            }
            UploadArrival::Unwanted(changes) => {
                self.projector.settle(&changes).await;
                return self.discard(upload).await;
            }
            UploadArrival::Unknown => return self.unknown(upload).await,
        };
        let (outcome, ()) =
            tokio::join!(self.outcome(upload, &work), self.projector.settle(&work.changes));
        self.finish(upload, &outcome?).await
    }

    /// Writes what came of a photo, and brings its projection up to date.
    async fn finish(&self, upload: &Original, outcome: &RenderingOutcome) -> Result<()> {
        let changes = self
            .projector
            .library
            .finish_rendering(upload, outcome)
            .await?;
        if let RenderingOutcome::Failed(code) = outcome {
            tracing::warn!(photo = %upload.photo, code = code.word(), "failed");
        }
        self.projector.settle(&changes).await;
        // Only if that was noted: of two runs the first one's outcome stands.
        if matches!(outcome, RenderingOutcome::Failed(FailureCode::ChecksumMismatch))
            && !changes.is_empty()
        {
            self.discard(upload).await?;
        }
        Ok(())
    }

    /// Deletes an object that nobody keeps, for good: it counts for nobody, and could be sent again
    /// without end.
    async fn discard(&self, upload: &Original) -> Result<()> {
        let Original { photo, attempt, .. } = *upload;
        tracing::info!(%photo, attempt, "an object that nobody keeps");
        self.originals.delete_for_good(upload).await
    }

    /// Deletes the object of a photo that was ended on purpose; leaves any other to the sweep.
    async fn unknown(&self, upload: &Original) -> Result<()> {
        if self.projector.hot.is_buried(upload.photo).await? {
            return self.discard(upload).await;
        }
        tracing::warn!(photo = %upload.photo, "an object of no photo");
        Ok(())
    }

    /// Reads and renders the original, and stores its renditions.
    ///
    /// # Errors
    /// When our own side fails; what is wrong with the file is an outcome.
    pub(crate) async fn outcome(
        &self,
        upload: &Original,
        work: &RenderingWork,
    ) -> Result<RenderingOutcome> {
        let incoming = self.originals.open(upload).await?;
        if incoming.size as u64 != work.bytes {
            return Ok(RenderingOutcome::Failed(FailureCode::ChecksumMismatch));
        }
        let bytes = match original::read(incoming, &work.sha256).await? {
            Ok(bytes) => bytes,
            Err(code) => return Ok(RenderingOutcome::Failed(code)),
        };
        let rendering = task::spawn_blocking(move || imaging::render(&bytes, &options()));
        match rendering.await.map_err(Error::internal)? {
            Ok(RenderedImage { renditions, summary }) => {
                let stored = self.store(work.folder, upload.photo, renditions).await?;
                Ok(RenderingOutcome::Ready(Box::new(rendered_photo(summary, stored))))
            }
            Err(error) => match failure_code_of(&error) {
                None => Err(Error::internal(error)),
                Some(code) => {
                    tracing::info!(photo = %upload.photo, %error, "cannot be rendered");
                    Ok(RenderingOutcome::Failed(code))
                }
            },
        }
    }

    /// Stores a photo's renditions, and returns what clients are told of them.
    async fn store(
        &self,
        folder: Folder,
        photo: PhotoId,
        renditions: Vec<Rendition>,
    ) -> Result<Vec<RenditionView>> {
        let mut views = Vec::new();
        let mut images = Vec::new();
        for Rendition { long_edge: size, width, height, bytes: image } in renditions {
            let bytes = image.len() as u64;
            views.push(RenditionView { size, width, height, bytes, url: String::new() });
            images.push((size, image));
        }
        let urls = self.renditions.put(folder, photo, images).await?;
        for (view, url) in views.iter_mut().zip(urls) {
            view.url = url;
        }
        Ok(views)
    }
}

/// Returns the options with as many threads as there are processors, since a function has its
/// machine to itself; two are all that can be busy.
fn options() -> RenderOptions {
    let threads = thread::available_parallelism()
        .map_or(1, NonZero::get)
        .min(2);
    RenderOptions { threads, ..RenderOptions::default() }
}

/// Returns what the library keeps of a photo, of what imaging says of it and what was stored.
fn rendered_photo(summary: Summary, renditions: Vec<RenditionView>) -> RenderedPhoto {
    let Summary { facts, placeholder, .. } = summary;
    let (taken_at, taken_offset) = taken(facts.taken_at);
    let camera = facts.camera.unwrap_or_default();
    let mut tags = Vec::new();
    for keyword in facts.keywords {
        if let Ok(tag) = Tag::try_from(keyword) {
            tags.push(tag);
        }
    }
    RenderedPhoto {
        media_type: facts.format.media_type(),
        width: facts.width,
        height: facts.height,
        taken_at,
        taken_offset,
        camera_make: short(camera.make),
        camera_model: short(camera.model),
        lens: short(camera.lens),
        place: facts.place.map(|place| (place.latitude, place.longitude)),
        caption: facts.caption.and_then(|text| Caption::try_from(text).ok()),
        tags,
        placeholder,
        renditions,
    }
}

/// Returns the moment at which a photo was taken, and the camera's offset from UTC in minutes: the
/// camera's clock, by its offset where it has one, else as UTC. Nothing where the year is one that
/// no camera can have seen: a clock that was never set.
fn taken(at: Option<imaging::TakenAt>) -> (Option<Moment>, Option<i16>) {
    let Some(at) = at else { return (None, None) };
    if !(1900..=2200).contains(&at.local.year()) {
        return (None, None);
    }
    let minutes_east = i64::from(at.offset_minutes.unwrap_or(0));
    let moment = Moment::from(at.local.assume_utc()).plus(-60 * minutes_east);
    (Some(moment), at.offset_minutes)
}

/// Returns what a file says of its camera, fit to be shown: at most the 100 characters that the
/// database keeps.
fn short(said: Option<String>) -> Option<String> {
    let text: String = clean_line(&said?).chars().take(100).collect();
    if text.is_empty() { None } else { Some(text) }
}

#[cfg(test)]
mod tests {
    use imaging::TakenAt;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn what_a_file_says_of_its_camera_is_fit_to_be_shown() {
        let short_of = |text: &str| short(Some(text.to_owned()));
        assert_eq!(short_of(" NIKON\u{202e} D750\u{0}").as_deref(), Some("NIKON D750"));
        assert_eq!(short_of(&"x".repeat(101)).map(|text| text.len()), Some(100));
        assert_eq!(short_of("\u{200f}"), None);
        assert_eq!(short(None), None);
    }

    #[test]
    fn the_camera_s_clock_is_read_by_its_offset() {
        let local = datetime!(2026-07-14 09:30:00);
        let utc = |offset_minutes| {
            let (moment, _) = taken(Some(TakenAt { local, offset_minutes }));
            moment.map(|moment| moment.to_string())
        };
        assert_eq!(utc(Some(120)).as_deref(), Some("2026-07-14T07:30:00.000000Z"));
        assert_eq!(utc(None).as_deref(), Some("2026-07-14T09:30:00.000000Z"));
        let unset = TakenAt { local: datetime!(0001-01-01 00:00:00), offset_minutes: None };
        assert_eq!(taken(Some(unset)), (None, None));
    }
}
