//! `POST /v1/me/exports`: asks for all that belongs to the caller.
//!
//! One transaction makes the row, unless one of the caller's is under way, which is then the
//! answer; a message asks the worker for its first part. Dying between the two leaves a row without
//! a message, for which a repeated request, or the sweep, sends it. Sent twice, one worker's part
//! counts.

use async_trait::async_trait;
use http::{StatusCode, header};
use serde_json::{Value, json};
use shared::{
    Result,
    domain::{Scope, example, export::ExportView},
    http::{Call, Doc, Reply, Route, Spec},
    stores::{ExportQueue, Exports},
};

/// The route and what it needs.
pub struct CreateExport {
    /// The exports that were asked for.
    pub exports: Exports,
    /// The queue of the worker that builds it.
    pub export_queue: ExportQueue,
    /// Exports that a user may ask for in a day.
    pub most: u32,
}

#[async_trait]
impl Route for CreateExport {
    fn spec() -> Spec {
        Spec::post("/v1/me/exports").scope(Scope::Account)
    }

    fn doc() -> Doc {
        Doc::new("Ask for all that belongs to the caller")
            .about(
                "ZIP files of at most two gigabytes each: photos as they were uploaded, JSON of \
                 all else, and a manifest with the SHA-256 of each file. One export is made at a \
                 time; while one is, it is the answer. The one before is kept until the new one is \
                 ready; there are so many a day.",
            )
            .gives::<ExportView>(202, example())
            .fails(&["too-many"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let user = call.caller().await?.user;
        let export = self
            .exports
            .create(call.fresh(user.shard()), user, self.most)
            .await?;
        self.export_queue.request_next_part(export.id).await?;
        let location = format!("/v1/me/exports/{}", export.id);
        Ok(Reply::json(StatusCode::ACCEPTED, &export).with(header::LOCATION, &location))
    }
}

/// An example of an export that has just been asked for.
pub(crate) fn example() -> Value {
    json!({
        "id": example::EXPORT, "state": "queued", "photos": 0, "bytes": 0, "parts": 0,
        "created_at": example::MOMENT, "expires_at": null,
    })
}
