//! `POST /v1/photos/check`: which of these files the caller has already. Reads only.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{BoundedList, Scope, Sha256, example},
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{Library, library::ExistingPhoto},
};

request! {
    /// Files that the caller might have.
    struct Body {
        /// The sums of their bytes.
        sha256: BoundedList<Sha256, 500>,
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "KnownPhotos")]
struct Answer {
    /// Those that the caller has, in no order; what is missing here is not there.
    found: Vec<ExistingPhoto>,
}

/// The route and what it needs.
pub struct CheckPhotos {
    /// The library.
    pub library: Library,
}

#[async_trait]
impl Route for CheckPhotos {
    fn spec() -> Spec {
        Spec::post("/v1/photos/check").scope(Scope::Read)
    }

    fn doc() -> Doc {
        let sum = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        let found =
            json!({"sha256": sum, "photo": example::PHOTO, "status": "ready", "deleted_at": null});
        Doc::new("Which files the caller has already, by their SHA-256")
            .about("Asked before a folder is uploaded. Bytes that are `pending` or `failed` have not arrived whole.")
            .takes::<Body>(json!({"sha256": [sum]}))
            .gives::<Answer>(200, json!({"found": [found]}))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (caller, Body { sha256 }) = (call.caller().await?.user, call.body()?);
        Ok(Reply::ok(&Answer { found: self.library.find_existing(caller, sha256.items()).await? }))
    }
}
