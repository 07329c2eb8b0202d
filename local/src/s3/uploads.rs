//! Uploads in parts that are not complete: a folder each, which outlives the process.
//!
//! `upload.json` makes the upload, `7.json` its part 7, and names the file with the part's bytes;
//! both appear whole, by a rename. `plan.json` says that the upload is being completed: what it
//! says is done to its end, by the next process if this one is killed. What no such file names is
//! left of something that was killed, and goes at the next start.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use s3s::dto::Checksum;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tempfile::NamedTempFile;

use super::spool::by_algorithm;

const UPLOAD: &str = "upload.json";
const PLAN: &str = "plan.json";

/// All uploads of a store.
pub struct Uploads {
    folder: PathBuf,
}

/// What the upload was begun with.
#[derive(Debug, Serialize, Deserialize)]
pub struct Begun {
    /// Grows with time, so that uploads are ordered by their ids.
    #[serde(skip)]
    pub id: String,
    pub bucket: String,
    pub key: String,
    pub at: SystemTime,
    /// Every part has a checksum of this kind.
    pub algorithm: Option<String>,
    pub attributes: Attributes,
}

/// What the object will have besides its bytes.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct Attributes {
    pub metadata: Option<BTreeMap<String, String>>,
    pub content_type: Option<String>,
    pub content_encoding: Option<String>,
    pub content_disposition: Option<String>,
    pub content_language: Option<String>,
    pub cache_control: Option<String>,
}

/// An upload and where it is kept.
pub struct Upload {
    pub begun: Begun,
    folder: PathBuf,
}

/// A part that was stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Part {
    pub number: i32,
    pub size: u64,
    pub md5: [u8; 16],
    /// Base64 by algorithm: what the client said, and was found right.
    pub checksums: BTreeMap<String, String>,
    pub at: SystemTime,
    file: String,
}

/// The object that the parts become.
#[derive(Debug, Serialize, Deserialize)]
pub struct Plan {
    pub parts: Vec<Part>,
    pub etag: String,
    /// Algorithm and checksum of checksums.
    pub checksum: Option<(String, String)>,
}

impl Uploads {
    pub fn open(root: &Path) -> io::Result<Self> {
        let uploads = Self { folder: root.join(".uploads") };
        fs::create_dir_all(&uploads.folder)?;
        for found in fs::read_dir(&uploads.folder)? {
            let path = found?.path();
            if path.is_file() {
                fs::remove_file(path)?;
            } else if path.join(UPLOAD).is_file() {
                Upload::read(path)?.sweep()?;
            } else {
                fs::remove_dir_all(path)?;
            }
        }
        Ok(uploads)
    }

    pub fn begin(&self, begun: Begun) -> io::Result<Upload> {
        let folder = self.folder.join(&begun.id);
        fs::create_dir(&folder)?;
        write(&folder, UPLOAD, &begun)?;
        Ok(Upload { begun, folder })
    }

    /// The upload with this id of this key; another key's has nothing to do with it.
    pub fn find(&self, id: &str, bucket: &str, key: &str) -> io::Result<Option<Upload>> {
        // An id becomes part of a path.
        let Ok(id) = uuid::Uuid::parse_str(id) else { return Ok(None) };
        let folder = self.folder.join(id.to_string());
        if !folder.join(UPLOAD).is_file() {
            return Ok(None);
        }
        let upload = Upload::read(folder)?;
        Ok((upload.begun.bucket == bucket && upload.begun.key == key).then_some(upload))
    }

    /// By key, then by age.
    pub fn all(&self) -> io::Result<Vec<Upload>> {
        let mut all = Vec::new();
        for found in fs::read_dir(&self.folder)? {
            match Upload::read(found?.path()) {
                Ok(upload) => all.push(upload),
                // A part on its way, or an upload that has ended since.
                Err(cause)
                    if matches!(
                        cause.kind(),
                        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                    ) => {}
                Err(cause) => return Err(cause),
            }
        }
        all.sort_by(|a, b| (&a.begun.key, &a.begun.id).cmp(&(&b.begun.key, &b.begun.id)));
        Ok(all)
    }

    /// A file for the bytes of a part, gone with its value unless a part is made of it.
    pub fn draft(&self) -> io::Result<NamedTempFile> {
        NamedTempFile::new_in(&self.folder)
    }
}

impl Upload {
    fn read(folder: PathBuf) -> io::Result<Self> {
        let id = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok(Self { begun: Begun { id, ..read(&folder.join(UPLOAD))? }, folder })
    }

    /// Makes the draft the part of this number, in place of the one before.
    pub fn keep(
        &self,
        number: i32,
        draft: NamedTempFile,
        size: u64,
        md5: [u8; 16],
        sums: &Checksum,
    ) -> io::Result<()> {
        let before = self.part(number)?;
        let file = format!("{number}.{}.bytes", uuid::Uuid::now_v7());
        draft
            .persist(self.folder.join(&file))
            .map_err(|failed| failed.error)?;
        let part =
            Part { number, size, md5, checksums: by_algorithm(sums), at: SystemTime::now(), file };
        write(&self.folder, &format!("{number}.json"), &part)?;
        before.map_or(Ok(()), |before| fs::remove_file(self.bytes(&before)))
    }

    fn part(&self, number: i32) -> io::Result<Option<Part>> {
        let path = self.folder.join(format!("{number}.json"));
        path.is_file().then(|| read(&path)).transpose()
    }

    /// By number.
    pub fn parts(&self) -> io::Result<BTreeMap<i32, Part>> {
        let mut parts = BTreeMap::new();
        for found in fs::read_dir(&self.folder)? {
            let name = found?.file_name().to_string_lossy().into_owned();
            let number = name
                .strip_suffix(".json")
                .and_then(|number| number.parse::<i32>().ok());
            if let Some(part) = number
                .map(|number| self.part(number))
                .transpose()?
                .flatten()
            {
                parts.insert(part.number, part);
            }
        }
        Ok(parts)
    }

    /// The file with a part's bytes.
    pub fn bytes(&self, part: &Part) -> PathBuf {
        self.folder.join(&part.file)
    }

    pub fn decide(&self, plan: &Plan) -> io::Result<()> {
        write(&self.folder, PLAN, plan)
    }

    pub fn plan(&self) -> io::Result<Option<Plan>> {
        let path = self.folder.join(PLAN);
        path.is_file().then(|| read(&path)).transpose()
    }

    /// Takes the decision back, when it could not be carried out.
    pub fn reconsider(&self) -> io::Result<()> {
        fs::remove_file(self.folder.join(PLAN))
    }

    /// Ends the upload: it is gone with its first file, and its space with the folder.
    pub fn remove(&self) -> io::Result<()> {
        fs::remove_file(self.folder.join(UPLOAD))?;
        fs::remove_dir_all(&self.folder)
    }

    fn sweep(&self) -> io::Result<()> {
        let kept: Vec<_> = self
            .parts()?
            .values()
            .map(|part| self.bytes(part))
            .collect();
        for found in fs::read_dir(&self.folder)? {
            let path = found?.path();
            if path.extension().is_none_or(|extension| extension != "json") && !kept.contains(&path)
            {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> io::Result<T> {
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}

fn write(folder: &Path, name: &str, value: &impl Serialize) -> io::Result<()> {
    let draft = NamedTempFile::new_in(folder)?;
    fs::write(draft.path(), serde_json::to_vec(value)?)?;
    draft
        .persist(folder.join(name))
        .map(drop)
        .map_err(|failed| failed.error)
}
