//! `POST /v1/uploads/{upload}/parts`: where to send parts of an upload.
//!
//! Signs URLs; run twice, it signs others for the same parts. A part that is sent twice replaces
//! itself.

use std::collections::BTreeSet;

use async_trait::async_trait;
use futures::future::try_join_all;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::{
    Result,
    domain::{BoundedList, Sha256, UploadId, example},
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{Library, Originals, PresignedUpload},
};

use crate::progress::UploadProgress;

request! {
    /// Parts that are to be sent.
    struct Body {
        /// The numbers of the parts, each once.
        parts: BoundedList<Part, 100>,
    }
}

/// A part that is to be sent.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PartToSend")]
struct Part {
    /// Its number, from 1.
    number: u16,
    /// The sum of its bytes.
    sha256: Sha256,
}

/// The request that sends a part.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PartUpload")]
struct Signed {
    /// Its number.
    number: u16,
    /// Its size in bytes.
    size: u64,
    #[serde(flatten)]
    upload: PresignedUpload,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PartUploads")]
struct Answer {
    /// In the order of the request.
    parts: Vec<Signed>,
}

/// The route and what it needs.
pub struct SignUploadParts {
    /// The library.
    pub library: Library,
    /// Originals, and their parts.
    pub originals: Originals,
}

#[async_trait]
impl Route for SignUploadParts {
    fn spec() -> Spec {
        Spec::post("/v1/uploads/{upload}/parts")
    }

    fn doc() -> Doc {
        let sum = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        Doc::new("Get URLs to send parts to")
            .about("Each takes exactly the part that was named: its size and SHA-256 are signed.")
            .takes::<Body>(json!({"parts": [{"number": 1, "sha256": sum}]}))
            .gives::<Answer>(
                200,
                json!({"parts": [{
                    "number": 1, "size": 8_388_608, "method": "PUT",
                    "url": "https://originals.s3.eu-central-1.amazonaws.com/originals/…?partNumber=1&uploadId=…",
                    "headers": {"x-amz-checksum-sha256": "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="},
                    "expires_at": example::MOMENT,
                }]}),
            )
            .fails(&["not-allowed", "in-trash", "already-uploaded"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (id, caller): (UploadId, _) = (call.id("upload")?, call.caller().await?.user);
        let Body { parts } = call.body()?;
        let progress = UploadProgress::of(&self.library, &self.originals, id, caller).await?;
        if progress.complete {
            return Err(Error::AlreadyUploaded);
        }
        let sizes = sizes(&progress, parts.items())?;
        let signed =
            parts.items().iter().zip(sizes).map(|(part, size)| {
                let signed = self
                    .originals
                    .part(&progress.upload, part.number, size, &part.sha256);
                async move {
                    Ok::<_, Error>(Signed { number: part.number, size, upload: signed.await? })
                }
            });
        Ok(Reply::ok(&Answer { parts: try_join_all(signed).await? }).uncached())
    }
}

/// The size of each of these parts.
fn sizes(progress: &UploadProgress, parts: &[Part]) -> Result<Vec<u64>> {
    let mut seen = BTreeSet::new();
    let size = |part: &Part| {
        let size = progress.upload.bytes_of(part.number, progress.photo.bytes);
        let size = size.ok_or_else(|| {
            let last = progress.upload.parts(progress.photo.bytes);
            Error::field(
                "parts",
                format!("has the number {}, and must have numbers from 1 to {last}", part.number),
            )
        })?;
        let first = seen.insert(part.number);
        first
            .then_some(size)
            .ok_or_else(|| Error::field("parts", format!("has the number {} twice", part.number)))
    };
    parts.iter().map(size).collect()
}
