//! `POST /v1/photos/{photo}/reprocess`: has a photo's renditions made again, of the bytes that are
//! there.
//!
//! A transaction sets a failed photo `pending`, then a message tells the worker, as S3 does when
//! bytes arrive. Dying between the two leaves a `pending` photo, for which a repeated request sends
//! the message. Sent twice, the worker's first outcome stands.

use async_trait::async_trait;
use http::StatusCode;
use serde_json::json;
use shared::{
    Result,
    domain::{example, view::PhotoWithMedia},
    error::Error,
    http::{Call, Doc, Reply, Route, Spec, photos},
    stores::{MediaSigner, Originals, Projector, UploadQueue, library::WriteAccess},
};

/// The route and what it needs.
pub struct ReprocessPhoto {
    /// The library and its projection.
    pub projector: Projector,
    /// Originals.
    pub originals: Originals,
    /// The queue of the worker that makes renditions.
    pub upload_queue: UploadQueue,
    /// Signs the query that opens images.
    pub media: MediaSigner,
}

#[async_trait]
impl Route for ReprocessPhoto {
    fn spec() -> Spec {
        Spec::post("/v1/photos/{photo}/reprocess").if_match()
    }

    fn doc() -> Doc {
        let photo = json!({"status": "pending", "width": null, "height": null, "placeholder": null, "renditions": []});
        let photo = example::with(
            example::with(example::photo(), &photo),
            &json!({"media": example::media()}),
        );
        Doc::new("Make a failed photo's renditions again")
            .about(
                "For the owner and for editors, after `processing_failed`; what failed for what its bytes are would fail \
                 again.",
            )
            .gives::<PhotoWithMedia>(202, photo)
            .fails(&["not-allowed", "in-trash", "not-uploaded", "already-ready", "fails-again"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (id, caller) = (call.id("photo")?, call.caller().await?.user);
        let writer = WriteAccess::editor(caller).having_seen(call.if_match()?);
        let upload = self
            .projector
            .library
            .find_upload_to_reprocess(id, &writer)
            .await?;
        if !self.originals.has(&upload).await? {
            return Err(Error::NotUploaded);
        }
        let changes = self.projector.library.reprocess(&upload, &writer).await?;
        self.projector.settle(&changes).await;
        self.upload_queue.report_arrival(&upload).await?;
        let reply = photos::newest(&self.projector, &self.media, id, caller).await?;
        Ok(Reply { status: StatusCode::ACCEPTED, ..reply })
    }
}
