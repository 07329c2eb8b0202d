//! The files of a part: in its ZIP, or where it was unpacked.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufReader, Read},
    path::{Component, Path, PathBuf},
};

use sha2::{Digest, Sha256};
use zip::ZipArchive;

/// The bytes of a file that are in memory at a time.
const PIECE: usize = 1 << 16;

enum FileSource {
    Zip(Box<ZipArchive<BufReader<File>>>),
    Folder(PathBuf),
}

/// The files of one source, by their path.
pub struct ExportFiles {
    source: FileSource,
    /// The files whose sum was computed.
    read: BTreeSet<String>,
}

/// The size of a file, and the SHA-256 of its bytes in hexadecimal.
pub struct FileSum {
    pub bytes: u64,
    pub sha256: String,
}

impl ExportFiles {
    /// Opens the files of a ZIP file.
    pub fn zip(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| format!("cannot be opened: {error}"))?;
        let zip = ZipArchive::new(BufReader::new(file))
            .map_err(|error| format!("is no whole ZIP file: {error}"))?;
        Ok(Self { source: FileSource::Zip(Box::new(zip)), read: BTreeSet::new() })
    }

    /// Takes the files of a folder.
    pub fn folder(path: &Path) -> Self {
        Self { source: FileSource::Folder(path.to_owned()), read: BTreeSet::new() }
    }

    /// Returns the names of the manifests.
    pub fn manifests(&self) -> Vec<String> {
        let mut names = self.names();
        names.retain(|name| is_manifest(name));
        names
    }

    /// Returns the paths of all files; of a folder, of those that are in no folder below it.
    pub fn names(&self) -> Vec<String> {
        match &self.source {
            FileSource::Zip(zip) => {
                let mut names = Vec::new();
                for name in zip.file_names() {
                    // A file whose name cannot be read is in no manifest.
                    names.push(match name {
                        Ok(name) => name.into_owned(),
                        Err(_) => "(unreadable)".to_owned(),
                    });
                }
                names
            }
            FileSource::Folder(path) => folder_names(path),
        }
    }

    /// Returns whether [`ExportFiles::sum`] has read this file.
    pub fn was_read(&self, name: &str) -> bool {
        self.read.contains(name)
    }

    /// Reads a file that is known to be small.
    pub fn bytes(&mut self, name: &str) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        self.open(name, |file| file.read_to_end(&mut bytes).map(drop))?;
        Ok(bytes)
    }

    /// Reads a file and returns its size and sum.
    pub fn sum(&mut self, name: &str) -> Result<FileSum, String> {
        self.read.insert(name.to_owned());
        let mut hasher = Sha256::new();
        let mut bytes = 0;
        self.open(name, |file| {
            let mut piece = vec![0; PIECE];
            loop {
                let length = file.read(&mut piece)?;
                if length == 0 {
                    return Ok(());
                }
                hasher.update(&piece[..length]);
                bytes += length as u64;
            }
        })?;
        Ok(FileSum { bytes, sha256: hex::encode(hasher.finalize()) })
    }

    fn open(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut dyn Read) -> io::Result<()>,
    ) -> Result<(), String> {
        let mut components = Path::new(name).components();
        if !components.all(|part| matches!(part, Component::Normal(_))) {
            return Err("leads out of the export".to_owned());
        }
        let outcome = match &mut self.source {
            FileSource::Zip(zip) => match zip.by_name(name) {
                Ok(mut file) => read(&mut file),
                Err(error) => return Err(format!("missing: {error}")),
            },
            FileSource::Folder(path) => match File::open(path.join(name)) {
                Ok(mut file) => read(&mut file),
                Err(error) => return Err(format!("missing: {error}")),
            },
        };
        outcome.map_err(|error| format!("cannot be read: {error}"))
    }
}

/// `manifest-….json`, in no folder.
fn is_manifest(name: &str) -> bool {
    let is_json = Path::new(name).extension() == Some("json".as_ref());
    is_json && name.starts_with("manifest-") && !name.contains('/')
}

/// Returns the names in a folder, in order; none of one that cannot be read.
fn folder_names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return names };
    for entry in entries.flatten() {
        if let Ok(name) = entry.file_name().into_string() {
            names.push(name);
        }
    }
    names.sort();
    names
}
