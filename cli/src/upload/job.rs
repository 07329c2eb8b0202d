//! A picture on its way to an album.

use std::{path::PathBuf, sync::Arc};

use client::PhotoId;

use crate::upload::{copies::LocalCopy, index::FoundFile, sidecar::Details};

/// A picture that is to be sent, or to join its album.
#[derive(Clone, Debug)]
pub struct Job {
    /// The name by which it is told; its last part is the name that the photo gets.
    pub label: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
    /// The title of its album.
    pub title: String,
    /// The words about it; none for a file, whose sidecars have them.
    pub details: Option<Details>,
    /// Its bytes.
    pub bytes: Bytes,
}

/// The bytes of a picture.
#[derive(Clone, Debug)]
pub enum Bytes {
    /// A file of this machine.
    File(FoundFile),
    /// A copy of what another service has.
    Copy(Arc<LocalCopy>),
    /// The service has them already.
    There(PhotoId),
}

impl Job {
    /// Returns the job of a file.
    pub fn of_file(file: FoundFile, sha256: String, title: String) -> Self {
        Self {
            label: file.path.clone(),
            size: file.size,
            sha256,
            title,
            details: None,
            bytes: Bytes::File(file),
        }
    }
}
