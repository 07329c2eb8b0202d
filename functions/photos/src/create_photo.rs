//! `POST /v1/albums/{album}/photos`: announces a photo; the answer says how to send its bytes.
//!
//! One transaction makes or finds the row; run twice, it finds the same photo and answers with
//! another URL for the same object. Bytes that never come leave a `pending` photo, which the next
//! announcement of the same bytes takes up. When a failed photo is announced again, the object of
//! its earlier attempt goes; dying before that leaves it to `sweep-objects`.
//!
//! A large file is sent in parts. S3 begins the upload, then its row is kept, unless there is one:
//! an announcement that dies between the two leaves an upload that nobody uses, and that a
//! lifecycle rule takes away.

use async_trait::async_trait;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{
        AlbumId, Caption, ContentType, FileName, Original, Sha256, Size, UploadId, ZonedMoment,
        example, view::PhotoView,
    },
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{
        Originals, PresignedUpload, Projector,
        library::{NewPhoto, UploadInParts, UploadView},
    },
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
        /// The moment at which it was taken, for when its own bytes do not say, in the zone of the
        /// place: `2026-07-14T09:30:00+02:00`. With `Z` the zone is unknown, and the time is what
        /// the clock there showed.
        taken_at: Option<ZonedMoment>,
        /// Its caption.
        caption: Option<Caption>,
        /// True to send it in parts, false not to; in parts from 16 MiB on unless said.
        multipart: Option<bool>,
    }
}

/// Files of this many bytes are sent in parts, unless the caller wants it otherwise.
const LARGE: u64 = 16 * 1024 * 1024;
/// Bytes of a part: S3 takes 5 MiB and more, and one of these is soon sent again.
const PART: u32 = 8 * 1024 * 1024;

#[derive(Serialize, JsonSchema)]
struct Announced {
    photo: PhotoView,
    #[serde(skip_serializing_if = "Option::is_none")]
    upload: Option<Way>,
}

/// The way in which the bytes are sent.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Sending")]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Way {
    /// In one request.
    Whole(PresignedUpload),
    /// In parts, to the URLs of `POST /v1/uploads/{upload}/parts`.
    InParts(UploadView),
}

/// The route and what it needs.
pub struct CreatePhoto {
    /// The library and its projection.
    pub projector: Projector,
    /// Originals.
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
                "201: send its bytes as `upload` says: in one request, or, if the file has 16 MiB or more and `multipart` \
                 is not `false`, in parts; announced again, the upload is the same and can be resumed. 200: the \
                 bytes are there, and the photo joins the album: the caller's own, or for an editor one that stands in \
                 it. What an editor sends beside that is a photo of its own, whatever its owner has elsewhere.",
            )
            .takes::<Body>(json!({
                "name": "IMG_0042.jpg", "size": 4_218_331, "content_type": "image/jpeg",
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            }))
            .gives::<Announced>(
                201,
                json!({"photo": example::photo(), "upload": {
                    "kind": "whole", "method": "PUT",
                    "url": "https://originals.s3.eu-central-1.amazonaws.com/originals/…",
                    "headers": {"content-type": "image/jpeg"}, "expires_at": example::MOMENT,
                }}),
            )
            .gives::<Announced>(200, json!({"photo": example::photo()}))
            .fails(&["not-allowed", "over-quota", "too-many-albums", "too-many"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (album, caller): (AlbumId, _) = (call.id("album")?, call.caller().await?.user);
        let Body { name, size, content_type, sha256, taken_at, caption, multipart } =
            call.body()?;
        let quota = self.quota;
        let id = call.fresh(album.shard());
        let new = NewPhoto {
            id,
            album,
            caller,
            name,
            size,
            content_type,
            sha256,
            taken_at,
            caption,
            quota,
        };
        let announced = self.projector.library.announce(&new).await?;
        self.projector.settle(&announced.changes).await;
        if let Some(replaced) = &announced.replaced {
            self.forget(replaced).await?;
        }
        let upload = match announced.upload {
            Some(upload) if multipart.unwrap_or(size.bytes() >= LARGE) => {
                Some(self.in_parts(&upload, &new).await?)
            }
            Some(upload) => Some(self.whole(&upload, &new).await?),
            None => None,
        };
        let status = if upload.is_some() { StatusCode::CREATED } else { StatusCode::OK };
        let location = format!("/v1/photos/{}", announced.photo.id);
        let reply = Reply::json(status, &Announced { photo: announced.photo, upload });
        Ok(reply.with(http::header::LOCATION, &location).uncached())
    }
}

impl CreatePhoto {
    async fn whole(&self, upload: &Original, new: &NewPhoto) -> Result<Way> {
        let (size, content_type) = (new.size.bytes(), new.content_type.as_str());
        Ok(Way::Whole(
            self.originals
                .upload(upload, size, content_type, &new.sha256)
                .await?,
        ))
    }

    /// Has S3 forget an earlier attempt. What comes late by its URLs is deleted by the worker.
    async fn forget(&self, replaced: &Original) -> Result<()> {
        if let Some(parts) = self.projector.library.upload_of(replaced).await? {
            self.originals
                .abort_parts(replaced, &parts.s3_upload)
                .await?;
            self.projector.library.forget_upload(&parts).await?;
        }
        self.originals.delete(&[&replaced.key()]).await
    }

    /// The upload that the photo has, or one that is begun.
    async fn in_parts(&self, upload: &Original, new: &NewPhoto) -> Result<Way> {
        let library = &self.projector.library;
        if let Some(kept) = library.upload_of(upload).await? {
            return Ok(Way::InParts(kept.view(new.size.bytes())));
        }
        let s3_upload = self
            .originals
            .begin_parts(upload, new.content_type.as_str())
            .await?;
        let id = UploadId::new(upload.photo.shard());
        let begun = UploadInParts { id, original: *upload, s3_upload, part_size: PART };
        let kept = library.keep_upload(&begun).await?;
        if kept.id != begun.id {
            self.originals.give_up_parts(upload, &begun.s3_upload).await; // another announcement was first
        }
        Ok(Way::InParts(kept.view(new.size.bytes())))
    }
}
