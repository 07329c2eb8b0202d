//! The manifest of a part: its list of files.

use serde::Deserialize;

/// A part's manifest, as the export's worker writes it.
#[derive(Deserialize)]
pub struct ExportManifest {
    /// The format's version.
    pub version: u32,
    /// The id of the export.
    pub export: String,
    /// The part's number, from 1.
    pub part: u32,
    /// No other part follows.
    pub last: bool,
    /// Its files.
    pub files: Vec<ManifestFile>,
}

/// A file of a part.
#[derive(Deserialize)]
pub struct ManifestFile {
    /// Its path in the part.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

impl ExportManifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// JSON that is no manifest, or one of a version that is not known here.
    pub fn read(json: &[u8]) -> Result<Self, String> {
        let manifest: Self = serde_json::from_slice(json)
            .map_err(|error| format!("its manifest is none: {error}"))?;
        match manifest.version {
            1 => Ok(manifest),
            other => Err(format!("its manifest has the unknown version {other}")),
        }
    }
}
