//! `GET /v1/uploads/{upload}`: which parts of an upload have arrived: where to go on.
//!
//! Writes only when S3 has given the upload up: then it is begun again, on condition that nobody
//! else has.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::example,
    http::{Call, Doc, Reply, Route, Spec},
    stores::{ArrivedPart, Library, Originals, library::UploadView},
};

use crate::progress::UploadProgress;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UploadProgress")]
struct Answer {
    #[serde(flatten)]
    upload: UploadView,
    /// True if all bytes are there, and the upload is over.
    complete: bool,
    /// The parts that have arrived, by number; none once it is complete.
    arrived: Vec<ArrivedPart>,
}

/// The route and what it needs.
pub struct GetUpload {
    /// The library.
    pub library: Library,
    /// Originals, and their parts.
    pub originals: Originals,
}

#[async_trait]
impl Route for GetUpload {
    fn spec() -> Spec {
        Spec::get("/v1/uploads/{upload}")
    }

    fn doc() -> Doc {
        let sum = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        let arrived = json!({"arrived": [{"number": 1, "size": 8_388_608, "sha256": sum}], "complete": false});
        Doc::new("Which parts of an upload have arrived")
            .gives::<Answer>(200, example::with(example::upload(), &arrived))
            .fails(&["not-allowed", "in-trash"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (id, caller) = (call.id("upload")?, call.caller().await?.user);
        let progress = UploadProgress::of(&self.library, &self.originals, id, caller).await?;
        let UploadProgress { upload, photo, complete, arrived } = progress;
        Ok(Reply::ok(&Answer { upload: upload.view(photo.bytes), complete, arrived }))
    }
}
