//! Exports: all that belongs to a user, as ZIP files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ExportId, Moment, Sha256};

/// The state of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportState {
    /// Nobody has begun.
    Queued,
    /// Its parts are being made.
    Running,
    /// All parts are there.
    Ready,
    /// It could not be made; ask for another.
    Failed,
}

/// An export.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Export")]
pub struct ExportView {
    /// The export.
    pub id: ExportId,
    /// Its state.
    pub state: ExportState,
    /// Photos in the parts that are there.
    pub photos: u32,
    /// Bytes of the parts that are there.
    pub bytes: u64,
    /// Number of parts that are there.
    pub parts: u32,
    /// The moment at which it was asked for.
    pub created_at: Moment,
    /// Until when its parts are kept; `null` until it is ready.
    pub expires_at: Option<Moment>,
}

/// A part of an export, and where it is had.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ExportPart")]
pub struct ExportPartView {
    /// Its number, from 1.
    pub number: u32,
    /// The name of its file.
    pub name: String,
    /// Photos in it.
    pub photos: u32,
    /// Its size in bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes, hexadecimal.
    pub sha256: Sha256,
    /// A URL that gives it, until `links_expire_at`.
    pub url: String,
}

/// The manifest of an export's part: its own files, in `manifest-0001.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportManifest {
    /// The format's version: 1.
    pub version: u32,
    /// The export.
    pub export: ExportId,
    /// The part's number, from 1.
    pub part: u32,
    /// True if no part follows.
    pub last: bool,
    /// Every file of the part but this.
    pub files: Vec<ManifestFile>,
}

/// A file of an export's part.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Its path in the ZIP.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// The SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
}
