//! Uploads in parts that are not complete: a folder each, which outlives the process.
//!
//! `upload.json` makes the upload, `7.json` its part 7, and names the file with the part's bytes;
//! both appear whole, by a rename. `plan.json` says that the upload is being completed: the next
//! process finishes it if this one is killed. A file that none of these names was left by a process
//! that was killed, and is removed at the next start.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use s3s::dto::Checksum;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tempfile::NamedTempFile;

use super::checksums::{self, ChecksumMap};

const UPLOAD: &str = "upload.json";
const PLAN: &str = "plan.json";

/// All uploads of a store.
pub struct UploadStore {
    folder: PathBuf,
}

/// The facts with which an upload was begun.
#[derive(Debug, Serialize, Deserialize)]
pub struct UploadInfo {
    /// Grows with time, so that uploads are ordered by their ids.
    #[serde(skip)]
    pub id: String,
    pub bucket: String,
    pub key: String,
    pub at: SystemTime,
    /// The algorithm of the checksums that every part must have.
    pub algorithm: Option<String>,
    pub attributes: ObjectAttributes,
}

/// The attributes of an object besides its bytes.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct ObjectAttributes {
    pub metadata: Option<BTreeMap<String, String>>,
    pub content_type: Option<String>,
    pub content_encoding: Option<String>,
    pub content_disposition: Option<String>,
    pub content_language: Option<String>,
    pub cache_control: Option<String>,
}

/// An upload and its folder.
pub struct StoredUpload {
    pub info: UploadInfo,
    folder: PathBuf,
}

/// A part that was stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoredPart {
    pub number: i32,
    pub size: u64,
    pub md5: [u8; 16],
    /// The checksums that the client had declared, and that were right.
    pub checksums: ChecksumMap,
    pub at: SystemTime,
    file: String,
}

/// The object that the parts become.
#[derive(Debug, Serialize, Deserialize)]
pub struct CompletionPlan {
    pub parts: Vec<StoredPart>,
    pub etag: String,
    /// Algorithm and checksum of checksums.
    pub checksum: Option<(String, String)>,
}

impl UploadStore {
    /// Opens the uploads of a store, and removes the files that a killed process has left.
    pub fn open(root: &Path) -> io::Result<Self> {
        let uploads = Self { folder: root.join(".uploads") };
        fs::create_dir_all(&uploads.folder)?;
        for found in fs::read_dir(&uploads.folder)? {
            let path = found?.path();
            if path.is_file() {
                fs::remove_file(path)?;
            } else if path.join(UPLOAD).is_file() {
                StoredUpload::read(path)?.remove_unnamed_files()?;
            } else {
                fs::remove_dir_all(path)?;
            }
        }
        Ok(uploads)
    }

    /// Begins an upload.
    pub fn begin(&self, info: UploadInfo) -> io::Result<StoredUpload> {
        let folder = self.folder.join(&info.id);
        fs::create_dir(&folder)?;
        write_json(&folder, UPLOAD, &info)?;
        Ok(StoredUpload { info, folder })
    }

    /// Returns the upload with this id, if it is of this key.
    pub fn find(&self, id: &str, bucket: &str, key: &str) -> io::Result<Option<StoredUpload>> {
        // An id becomes part of a path.
        let Ok(id) = uuid::Uuid::parse_str(id) else { return Ok(None) };
        let folder = self.folder.join(id.to_string());
        if !folder.join(UPLOAD).is_file() {
            return Ok(None);
        }
        let upload = StoredUpload::read(folder)?;
        if upload.info.bucket == bucket && upload.info.key == key {
            Ok(Some(upload))
        } else {
            Ok(None)
        }
    }

    /// Returns all uploads, by key, then by age.
    pub fn all(&self) -> io::Result<Vec<StoredUpload>> {
        let mut uploads = Vec::new();
        for found in fs::read_dir(&self.folder)? {
            match StoredUpload::read(found?.path()) {
                Ok(upload) => uploads.push(upload),
                // A part on its way, or an upload that has ended since.
                Err(cause) if is_missing(&cause) => {}
                Err(cause) => return Err(cause),
            }
        }
        uploads.sort_by(|a, b| (&a.info.key, &a.info.id).cmp(&(&b.info.key, &b.info.id)));
        Ok(uploads)
    }

    /// Makes a file for the bytes of a part, removed with its value unless a part is made of it.
    pub fn draft(&self) -> io::Result<NamedTempFile> {
        NamedTempFile::new_in(&self.folder)
    }
}

impl StoredUpload {
    fn read(folder: PathBuf) -> io::Result<Self> {
        let mut info: UploadInfo = read_json(&folder.join(UPLOAD))?;
        let name = folder.file_name().unwrap_or_default();
        info.id = name.to_string_lossy().into_owned();
        Ok(Self { info, folder })
    }

    /// Makes the draft the part of this number, in place of the one before.
    pub fn save_part(
        &self,
        number: i32,
        draft: NamedTempFile,
        size: u64,
        md5: [u8; 16],
        checksum: &Checksum,
    ) -> io::Result<()> {
        let before = self.part(number)?;
        let file = format!("{number}.{}.bytes", uuid::Uuid::now_v7());
        draft
            .persist(self.folder.join(&file))
            .map_err(|failed| failed.error)?;
        let checksums = checksums::to_map(checksum);
        let part = StoredPart { number, size, md5, checksums, at: SystemTime::now(), file };
        write_json(&self.folder, &format!("{number}.json"), &part)?;
        match before {
            Some(before) => fs::remove_file(self.part_file(&before)),
            None => Ok(()),
        }
    }

    fn part(&self, number: i32) -> io::Result<Option<StoredPart>> {
        read_json_if_present(&self.folder.join(format!("{number}.json")))
    }

    /// Returns the parts, by number.
    pub fn parts(&self) -> io::Result<BTreeMap<i32, StoredPart>> {
        let mut parts = BTreeMap::new();
        for found in fs::read_dir(&self.folder)? {
            let name = found?.file_name();
            if let Some(number) = part_number(&name.to_string_lossy())
                && let Some(part) = self.part(number)?
            {
                parts.insert(number, part);
            }
        }
        Ok(parts)
    }

    /// Returns the file with a part's bytes.
    pub fn part_file(&self, part: &StoredPart) -> PathBuf {
        self.folder.join(&part.file)
    }

    /// Saves the decision to complete the upload.
    pub fn save_plan(&self, plan: &CompletionPlan) -> io::Result<()> {
        write_json(&self.folder, PLAN, plan)
    }

    /// Returns the plan of a completion that was decided.
    pub fn plan(&self) -> io::Result<Option<CompletionPlan>> {
        read_json_if_present(&self.folder.join(PLAN))
    }

    /// Discards the decision, when it could not be carried out.
    pub fn discard_plan(&self) -> io::Result<()> {
        fs::remove_file(self.folder.join(PLAN))
    }

    /// Ends the upload: it is gone with its first file, and its space with the folder.
    pub fn remove(&self) -> io::Result<()> {
        fs::remove_file(self.folder.join(UPLOAD))?;
        fs::remove_dir_all(&self.folder)
    }

    /// Removes every file that is neither JSON nor the bytes of a part.
    fn remove_unnamed_files(&self) -> io::Result<()> {
        let mut part_files = Vec::new();
        for part in self.parts()?.values() {
            part_files.push(self.part_file(part));
        }
        for found in fs::read_dir(&self.folder)? {
            let path = found?.path();
            let is_json = path.extension() == Some("json".as_ref());
            if !is_json && !part_files.contains(&path) {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

/// Returns the number of `7.json`.
fn part_number(file_name: &str) -> Option<i32> {
    file_name.strip_suffix(".json")?.parse().ok()
}

fn is_missing(cause: &io::Error) -> bool {
    matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn read_json<T: DeserializeOwned>(path: &Path) -> io::Result<T> {
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}

fn read_json_if_present<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    if path.is_file() { Ok(Some(read_json(path)?)) } else { Ok(None) }
}

/// Writes a value, which appears whole.
fn write_json(folder: &Path, name: &str, value: &impl Serialize) -> io::Result<()> {
    let draft = NamedTempFile::new_in(folder)?;
    fs::write(draft.path(), serde_json::to_vec(value)?)?;
    draft
        .persist(folder.join(name))
        .map_err(|failed| failed.error)?;
    Ok(())
}
