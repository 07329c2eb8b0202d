//! `POST /v1/shared/{token}/photos`: a guest announces a photo; the answer says how to send its
//! bytes.
//!
//! As the owner's own announcement, it makes or finds the row in one transaction; run twice, it
//! finds the same photo. Whether the share allows it is asked again in the transaction, because it
//! may have been revoked meanwhile.

use async_trait::async_trait;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{
        Caption, ContentType, FileName, PhotoId, Sha256, Size, ZonedMoment, example, view::Status,
    },
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{Originals, PresignedUpload, Projector, library::NewPhoto},
};

use crate::guest;

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
    }
}

/// No more of the photo than the guest has said: the owner may have had it, with words of their
/// own.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "GuestUpload")]
struct Announced {
    photo: AnnouncedPhoto,
    /// The request that sends the bytes; left out when they are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    upload: Option<PresignedUpload>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "GuestUploadPhoto")]
struct AnnouncedPhoto {
    id: PhotoId,
    status: Status,
}

/// The route and what it needs.
pub struct CreateSharedPhoto {
    /// The library and its projection.
    pub projector: Projector,
    /// Originals.
    pub originals: Originals,
    /// Bytes an owner may keep.
    pub quota: u64,
}

#[async_trait]
impl Route for CreateSharedPhoto {
    fn spec() -> Spec {
        Spec::post("/v1/shared/{token}/photos").open()
    }

    fn doc() -> Doc {
        let photo = json!({"id": example::PHOTO, "status": "pending"});
        let upload = json!({"method": "PUT", "url": "https://…", "headers": {}, "expires_at": example::MOMENT});
        Doc::new("Announce a photo as a guest")
            .about(
                "Of shares with `allow_upload`; of others, it is not found. The photo is the owner's, and counts \
                 against their quota, up to what the link allows. Send the bytes as `upload` says; the photo is shown \
                 once it is ready.",
            )
            .takes::<Body>(json!({
                "name": "IMG_0042.jpg", "size": 4_218_331, "content_type": "image/jpeg",
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            }))
            .gives::<Announced>(201, json!({"photo": photo, "upload": upload}))
            .gives::<Announced>(200, json!({"photo": photo}))
            .fails(&["share-locked", "over-quota", "too-many-albums", "too-many"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let share = guest::open(call, &self.projector.hot).await?;
        if !share.allows.uploads {
            return Err(guest::NONE);
        }
        let Body { name, size, content_type, sha256, taken_at, caption } = call.body()?;
        let (id, album, caller, quota) =
            (call.fresh(share.album.shard()), share.album, share.owner, self.quota);
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
        let announced = self
            .projector
            .library
            .announce_as_guest(share.id, &new)
            .await?;
        self.projector.settle(&announced.changes).await;
        if let Some(replaced) = &announced.replaced {
            self.originals.delete(&[&replaced.key()]).await?;
        }
        let upload = match announced.upload {
            Some(upload) => Some(
                self.originals
                    .upload(&upload, size.bytes(), new.content_type.as_str(), &sha256)
                    .await?,
            ),
            None => None,
        };
        let status = if upload.is_some() { StatusCode::CREATED } else { StatusCode::OK };
        let photo = AnnouncedPhoto { id: announced.photo.id, status: announced.photo.status };
        Ok(Reply::json(status, &Announced { photo, upload }).uncached())
    }
}
