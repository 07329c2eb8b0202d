//! Photos that are announced, and ways of their bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    ids::{PhotoId, UploadId},
    types::Photo,
};

/// A file that is going to be sent.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Announcement<'a> {
    /// The name of the file, of at most 255 bytes.
    pub name: &'a str,
    /// Its size in bytes.
    pub size: u64,
    /// Its type.
    pub content_type: &'a str,
    /// Its SHA-256, in hexadecimal.
    pub sha256: &'a str,
    /// The caption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<&'a str>,
    /// The moment at which it was taken, for a file that does not say so itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<&'a str>,
    /// False for one request, whatever the size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multipart: Option<bool>,
}

/// The answer to an announcement.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Announced {
    /// The photo.
    pub photo: Photo,
    /// The way of its bytes; none if they are there.
    pub upload: Option<Sending>,
}

/// The way of a file's bytes.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Sending {
    /// One request.
    Whole(UploadWhole),
    /// A request a part.
    InParts(UploadInParts),
}

/// A request that takes exactly a file's bytes.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct UploadWhole {
    /// The method.
    pub method: String,
    /// The address.
    pub url: String,
    /// The headers, which are signed.
    pub headers: BTreeMap<String, String>,
}

/// An upload in parts.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct UploadInParts {
    /// The upload's id.
    pub id: UploadId,
    /// Its photo.
    pub photo: PhotoId,
    /// The size of the file in bytes.
    pub size: u64,
    /// The size of each part but the last, in bytes.
    pub part_size: u32,
    /// The number of parts.
    pub parts: u16,
}

/// An upload in parts, with those that have arrived.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct UploadProgress {
    /// True when it has been completed.
    pub complete: bool,
    /// The parts that have arrived.
    pub arrived: Vec<ArrivedPart>,
}

/// A part that has arrived.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ArrivedPart {
    /// The part's number, from 1.
    pub number: u16,
}

/// A part that is going to be sent.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PartDigest {
    /// The part's number, from 1.
    pub number: u16,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// The ways of parts.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PartUploads {
    /// One for each part that was asked for.
    pub parts: Vec<PartUpload>,
}

/// A request that takes exactly one part.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PartUpload {
    /// The part's number, from 1.
    pub number: u16,
    /// The request.
    #[serde(flatten)]
    pub request: UploadWhole,
}
