//! What a part says of its files.

use serde::Deserialize;

/// A part's manifest, as the export's worker writes it.
#[derive(Deserialize)]
pub struct Manifest {
    /// The format's version.
    pub version: u32,
    /// The export.
    pub export: String,
    /// The part's number.
    pub part: u32,
    /// Whether none follows.
    pub last: bool,
    /// Its files.
    pub files: Vec<File>,
}

/// A file of a part.
#[derive(Deserialize)]
pub struct File {
    /// Its path.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// The SHA-256 of its bytes.
    pub sha256: String,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// What is none, or of a version that is not known here.
    pub fn read(json: &[u8]) -> Result<Self, String> {
        let manifest: Self = serde_json::from_slice(json)
            .map_err(|error| format!("its manifest is none: {error}"))?;
        match manifest.version {
            1 => Ok(manifest),
            other => Err(format!("its manifest has the unknown version {other}")),
        }
    }
}
