//! `POST /v1/albums/{album}/photos`: announces a photo; the answer says how to send its bytes.
//!
//! One transaction makes or finds the row; run twice, it finds the same photo and answers with
//! another URL for the same object. Bytes that never come leave a `pending` photo, which the next
//! announcement of the same bytes takes up.

use async_trait::async_trait;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{AlbumId, Caption, ContentType, FileName, Moment, Sha256, Size, example, view::PhotoView},
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{Originals, Projector, Upload, library::NewPhoto},
};

request! {
    /// The photo to be uploaded.
    struct Body {
        /// The name of its file.
        name: FileName,
        /// The size of its file in bytes.
        size: Size,
        /// Its media type.
        content_type: ContentType,
        /// The sum of its bytes.
        sha256: Sha256,
        /// When it was taken, for when its own bytes do not say.
        taken_at: Option<Moment>,
        /// What it shows.
        caption: Option<Caption>,
    }
}

#[derive(Serialize, JsonSchema)]
struct Announced {
    photo: PhotoView,
    #[serde(skip_serializing_if = "Option::is_none")]
    upload: Option<Upload>,
}

/// The route and what it needs.
pub struct CreatePhoto {
    /// The library and its projection.
    pub projector: Projector,
    /// Where the bytes go.
    pub originals: Originals,
    /// Bytes an owner may keep.
    pub quota: u64,
}

#[async_trait]
impl Route for CreatePhoto {
    fn spec() -> Spec {
        Spec::post("/v1/albums/{album}/photos")
    }

    fn doc() -> Doc {
        Doc::new("Announce a photo")
            .about(
                "201: send its bytes as `upload` says. 200: the album's owner has these bytes already, and the photo \
                 joins the album.",
            )
            .takes::<Body>(json!({
                "name": "IMG_0042.jpg", "size": 4_218_331, "content_type": "image/jpeg",
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            }))
            .gives::<Announced>(
                201,
                json!({"photo": example::photo(), "upload": {
                    "method": "PUT", "url": "https://originals.s3.eu-central-1.amazonaws.com/originals/…",
                    "headers": {"content-type": "image/jpeg"}, "expires_at": example::MOMENT,
                }}),
            )
            .gives::<Announced>(200, json!({"photo": example::photo()}))
            .fails(&["not-allowed", "over-quota"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (album, caller): (AlbumId, _) = (call.id("album")?, call.caller().await?.user);
        let Body { name, size, content_type, sha256, taken_at, caption } = call.body()?;
        let quota = self.quota;
        let id = call.fresh(album.shard());
        let new = NewPhoto { id, album, caller, name, size, content_type, sha256, taken_at, caption, quota };
        let announced = self.projector.library.announce(&new).await?;
        self.projector.settle(&announced.changes).await;
        let upload = match announced.upload {
            Some(upload) => {
                Some(self.originals.upload(&upload, size.bytes(), new.content_type.as_str(), &sha256).await?)
            }
            None => None,
        };
        let status = if upload.is_some() { StatusCode::CREATED } else { StatusCode::OK };
        let location = format!("/v1/photos/{}", announced.photo.id);
        let reply = Reply::json(status, &Announced { photo: announced.photo, upload });
        Ok(reply.with(http::header::LOCATION, &location).uncached())
    }
}
