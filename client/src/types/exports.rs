//! Exports of all that an account holds.

use serde::{Deserialize, Serialize};

use crate::ids::ExportId;

/// An export.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Export {
    /// The export's id.
    pub id: ExportId,
    /// Its state.
    pub state: ExportState,
    /// The number of its photos.
    pub photos: u32,
    /// The bytes of its files.
    pub bytes: u64,
    /// The moment until which its files are kept.
    pub expires_at: Option<String>,
    /// Its files, when it is ready.
    #[serde(default)]
    pub files: Vec<ExportPart>,
}

/// The state of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ExportState {
    /// It waits for its turn.
    Queued,
    /// It is being made.
    Running,
    /// Its files can be fetched.
    Ready,
    /// It could not be made.
    Failed,
    /// A state that this client does not know.
    #[serde(other)]
    Unknown,
}

/// A file of an export.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ExportPart {
    /// The file's number, from 1.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// Its address, which can be used for an hour.
    pub url: String,
}
