//! `POST /v1/uploads/{upload}/complete`: makes the photo's object of the parts that have arrived.
//!
//! S3 makes the object once, and its event starts the worker, which checks the SHA-256 of the
//! whole. Repeated, or repeated after a death at any line, the object is there and the answer is
//! the same.

use async_trait::async_trait;
use http::StatusCode;
use serde_json::json;
use shared::{
    Result,
    domain::{UploadId, example, view::PhotoWithMedia},
    error::Error,
    http::{Call, Doc, Reply, Route, Spec, photos},
    stores::{MediaSigner, Originals, Projector},
};

use crate::progress::UploadProgress;

/// The route and what it needs.
pub struct CompleteUpload {
    /// The library and its projection.
    pub projector: Projector,
    /// Originals, and their parts.
    pub originals: Originals,
    /// Signs the query that opens images.
    pub media: MediaSigner,
}

#[async_trait]
impl Route for CompleteUpload {
    fn spec() -> Spec {
        Spec::post("/v1/uploads/{upload}/complete")
    }

    fn doc() -> Doc {
        let photo = json!({"status": "pending", "width": null, "height": null, "placeholder": null, "renditions": []});
        let photo = example::with(
            example::with(example::photo(), &photo),
            &json!({"media": example::media()}),
        );
        Doc::new("Complete an upload whose parts have arrived")
            .about("409 `parts-missing` names the parts that have not. A completed upload is completed again with 202.")
            .gives::<PhotoWithMedia>(202, photo)
            .fails(&["not-allowed", "in-trash", "parts-missing"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (id, caller): (UploadId, _) = (call.id("upload")?, call.caller().await?.user);
        let progress =
            UploadProgress::of(&self.projector.library, &self.originals, id, caller).await?;
        if !progress.complete {
            self.complete(&progress).await?;
        }
        let reply = photos::newest(&self.projector, &self.media, progress.photo.id, caller).await?;
        Ok(Reply { status: StatusCode::ACCEPTED, ..reply })
    }
}

impl CompleteUpload {
    async fn complete(&self, progress: &UploadProgress) -> Result<()> {
        let missing = progress.missing();
        if !missing.is_empty() {
            return Err(Error::PartsMissing(missing));
        }
        let last = progress.upload.parts(progress.photo.bytes);
        let parts: Vec<_> = progress
            .arrived
            .iter()
            .filter(|part| part.number <= last)
            .cloned()
            .collect();
        let known = self
            .originals
            .complete_parts(&progress.upload, &parts)
            .await?;
        // S3 forgets an upload that it has completed: another request may have been first.
        if known || self.originals.has(&progress.upload.original).await? {
            return Ok(());
        }
        Err(Error::PartsMissing((1..=last).collect()))
    }
}
