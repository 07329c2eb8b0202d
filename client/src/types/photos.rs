//! Photos.

use serde::{Deserialize, Serialize};

use crate::ids::PhotoId;

/// A photo.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Photo {
    /// The photo's id.
    pub id: PhotoId,
    /// The name of the file.
    pub name: String,
    /// The size of the original in bytes.
    pub bytes: u64,
    /// The type of the original.
    pub content_type: String,
    /// The SHA-256 of the original, in hexadecimal.
    pub sha256: String,
    /// Its state.
    pub status: Status,
    /// The reason for which it failed.
    pub error: Option<Failure>,
    /// The width in pixels, once it is known.
    pub width: Option<u32>,
    /// The height in pixels, once it is known.
    pub height: Option<u32>,
    /// The moment at which it was taken.
    pub taken_at: String,
    /// The minutes by which the clock of the place was before UTC.
    pub taken_offset: Option<i16>,
    /// The caption.
    pub caption: String,
    /// The camera.
    pub camera: Option<Camera>,
    /// The place.
    pub place: Option<Place>,
    /// The tags.
    pub tags: Vec<String>,
    /// The number of those whose favourite it is.
    pub favourites: u32,
    /// The renditions; their URLs take the query of the answer's `media`.
    pub renditions: Vec<Rendition>,
    /// The moment at which it went to the trash.
    pub deleted_at: Option<String>,
    /// The number of its version.
    pub version: u32,
}

/// The state of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Its bytes have not arrived.
    Pending,
    /// Its renditions are being made.
    Processing,
    /// It can be seen.
    Ready,
    /// It cannot be shown; the error says why.
    Failed,
    /// A state that this client does not know.
    #[serde(other)]
    Unknown,
}

impl Status {
    /// Returns the API's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

/// The reason for which a photo failed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Failure {
    /// A stable code, such as `unsupported_format`.
    pub code: String,
    /// The same in words.
    pub detail: String,
}

/// The camera that took a photo.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Camera {
    /// The maker.
    pub make: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The lens.
    pub lens: Option<String>,
}

/// A place on Earth, in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Place {
    /// Degrees north of the equator.
    pub latitude: f64,
    /// Degrees east of Greenwich.
    pub longitude: f64,
}

/// A smaller picture of a photo.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Rendition {
    /// The long edge that was asked for, in pixels.
    pub size: u32,
    /// Its bytes.
    pub bytes: u64,
    /// Its URL, without the query that opens it.
    pub url: String,
}

/// New values of a photo; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PhotoUpdate {
    /// The caption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// The moment at which it was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<String>,
    /// The place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// The photos that the caller already has.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct KnownPhotos {
    /// One for each file that is there.
    pub found: Vec<KnownPhoto>,
}

/// A file that the caller already has.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct KnownPhoto {
    /// The file's SHA-256, in hexadecimal.
    pub sha256: String,
    /// Its photo.
    pub photo: PhotoId,
    /// The photo's state.
    pub status: Status,
    /// The moment at which the photo went to the trash.
    pub deleted_at: Option<String>,
}

impl KnownPhoto {
    /// Returns whether the bytes are there, whole.
    pub fn has_arrived(&self) -> bool {
        matches!(self.status, Status::Processing | Status::Ready)
    }
}
