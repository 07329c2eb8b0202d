//! The files of a part: in its ZIP, or where it was unpacked.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    fs::{self, File},
    io::{BufReader, Read},
    path::{Component, Path, PathBuf},
};

use sha2::{Digest, Sha256};
use zip::ZipArchive;

/// How much of a file is in memory.
const PIECE: usize = 1 << 16;

enum Source {
    Zip(Box<ZipArchive<BufReader<File>>>),
    Folder(PathBuf),
}

/// Files by their path.
pub struct Files {
    source: Source,
    read: BTreeSet<String>,
}

impl Files {
    /// Those of a ZIP file.
    pub fn zip(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| format!("cannot be opened: {error}"))?;
        let zip = ZipArchive::new(BufReader::new(file))
            .map_err(|error| format!("is no whole ZIP file: {error}"))?;
        Ok(Self { source: Source::Zip(Box::new(zip)), read: BTreeSet::new() })
    }

    /// Those of a folder.
    pub fn folder(path: &Path) -> Self {
        Self { source: Source::Folder(path.to_owned()), read: BTreeSet::new() }
    }

    /// The names of the manifests.
    pub fn manifests(&self) -> Vec<String> {
        let is_manifest = |name: &String| {
            !name.contains('/')
                && name.starts_with("manifest-")
                && Path::new(name).extension() == Some("json".as_ref())
        };
        self.names().into_iter().filter(is_manifest).collect()
    }

    /// The paths of all files; of a folder, of those that are in no folder below it.
    pub fn names(&self) -> Vec<String> {
        match &self.source {
            Source::Zip(zip) => {
                // What has no name that can be read is in no manifest.
                let name = |name: Result<_, _>| {
                    name.map_or_else(|_| "(unreadable)".to_owned(), Cow::into_owned)
                };
                zip.file_names().map(name).collect()
            }
            Source::Folder(path) => {
                let entries = fs::read_dir(path).into_iter().flatten().flatten();
                let mut names: Vec<_> = entries
                    .filter_map(|entry| entry.file_name().into_string().ok())
                    .collect();
                names.sort();
                names
            }
        }
    }

    /// Whether [`Files::sum`] has been asked for this one.
    pub fn was_read(&self, name: &str) -> bool {
        self.read.contains(name)
    }

    /// A file's bytes: only of what is known to be small.
    pub fn bytes(&mut self, name: &str) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        self.open(name, |file| file.read_to_end(&mut bytes).map(drop))?;
        Ok(bytes)
    }

    /// A file's size and the SHA-256 of its bytes, hexadecimal.
    pub fn sum(&mut self, name: &str) -> Result<(u64, String), String> {
        self.read.insert(name.to_owned());
        let (mut sum, mut size) = (Sha256::new(), 0);
        self.open(name, |file| {
            let mut piece = vec![0; PIECE];
            loop {
                match file.read(&mut piece)? {
                    0 => return Ok(()),
                    n => {
                        sum.update(&piece[..n]);
                        size += n as u64;
                    }
                }
            }
        })?;
        Ok((size, hex::encode(sum.finalize())))
    }

    fn open(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut dyn Read) -> std::io::Result<()>,
    ) -> Result<(), String> {
        let inside = Path::new(name)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return Err("leads out of the export".to_owned());
        }
        let done = match &mut self.source {
            Source::Zip(zip) => match zip.by_name(name) {
                Ok(mut file) => read(&mut file),
                Err(error) => return Err(format!("missing: {error}")),
            },
            Source::Folder(path) => match File::open(path.join(name)) {
                Ok(mut file) => read(&mut file),
                Err(error) => return Err(format!("missing: {error}")),
            },
        };
        done.map_err(|error| format!("cannot be read: {error}"))
    }
}
