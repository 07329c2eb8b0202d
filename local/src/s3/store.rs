//! The objects, by `s3s-fs`, behind one lock a key.
//!
//! By itself `s3s-fs` checks checksums after the object has appeared, writes what belongs to it
//! (content type, `ETag`) after that, tests `If-None-Match` apart from the write, and copies in
//! place. Here a body is checked first, readers of a key wait for its writer, and a copy is a read
//! and a write.

use std::{
    hash::{BuildHasher, Hash, RandomState},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use s3s::{
    S3, S3Error, S3Request, S3Response, S3Result,
    dto::{ETag, PutObjectInput, PutObjectOutput, StreamingBlob},
    s3_error,
};
use s3s_fs::FileSystem;
use tokio::sync::RwLock;

use super::{
    Event, Hook, ObjectCreated,
    journal::Journal,
    spool::{Claims, Spooled, spool},
    uploads::Uploads,
};

// Keys that share a lock wait for each other, which is harmless.
const LOCKS: usize = 256;

/// The objects and who waits for them. Clones share them.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    root: PathBuf,
    files: FileSystem,
    uploads: Uploads,
    keys: Locks,
    /// Who needs two locks takes the upload's before the key's.
    parts: Locks,
    created: Option<Hook>,
    journal: Journal,
}

/// A lock for whatever has a name.
struct Locks {
    locks: Vec<RwLock<()>>,
    hash: RandomState,
}

impl Locks {
    fn new() -> Self {
        Self {
            locks: std::iter::repeat_with(RwLock::default)
                .take(LOCKS)
                .collect(),
            hash: RandomState::new(),
        }
    }

    fn of(&self, name: impl Hash) -> &RwLock<()> {
        &self.locks[usize::try_from(self.hash.hash_one(name) % LOCKS as u64).unwrap_or(0)]
    }
}

impl Store {
    pub fn open(root: &Path, created: Option<Hook>) -> Result<Self, String> {
        std::fs::create_dir_all(root).map_err(|cause| cause.to_string())?;
        let root = root.canonicalize().map_err(|cause| cause.to_string())?;
        let files = FileSystem::new(&root).map_err(|cause| format!("{cause:?}"))?;
        let uploads = Uploads::open(&root).map_err(|cause| cause.to_string())?;
        let journal = Journal::open(&root).map_err(|cause| cause.to_string())?;
        let (keys, parts) = (Locks::new(), Locks::new());
        Ok(Self {
            shared: Arc::new(Shared { root, files, uploads, keys, parts, created, journal }),
        })
    }

    pub fn root(&self) -> &Path {
        &self.shared.root
    }

    pub fn files(&self) -> &FileSystem {
        &self.shared.files
    }

    pub fn uploads(&self) -> &Uploads {
        &self.shared.uploads
    }

    pub fn lock(&self, bucket: &str, key: &str) -> &RwLock<()> {
        self.shared.keys.of((bucket, key))
    }

    pub fn upload_lock(&self, id: &str) -> &RwLock<()> {
        self.shared.parts.of(id)
    }

    /// Checks a body. Nothing is left of it when it is refused, or when the process ends.
    pub async fn spool(&self, body: Option<StreamingBlob>, claims: Claims) -> S3Result<Spooled> {
        let nameless = tempfile::tempfile_in(self.root()).map_err(S3Error::internal_error)?;
        spool(nameless, body, claims).await
    }

    // An object that is not there has not been created: a write that was killed too early, or one
    // deleted since.
    async fn notify(&self, bucket: &str, key: &str, event: Event) {
        let Some(created) = &self.shared.created else { return };
        let head = {
            let _guard = self.lock(bucket, key).read().await;
            self.head(bucket, key).await
        };
        if let Ok(head) = head {
            let size = u64::try_from(head.content_length.unwrap_or(0)).unwrap_or(0);
            let etag = head.e_tag.map(ETag::into_value).unwrap_or_default();
            created(ObjectCreated {
                bucket: bucket.to_owned(),
                key: key.to_owned(),
                size,
                etag,
                event,
            })
            .await;
        }
    }

    /// Puts bytes that were checked.
    pub async fn put(
        &self,
        mut req: S3Request<PutObjectInput>,
        spooled: Spooled,
        event: Event,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        let (bucket, key) = (req.input.bucket.clone(), req.input.key.clone());
        let input = &mut req.input;
        input.content_length = i64::try_from(spooled.size).ok();
        let checksum = spooled.checksum.clone();
        input.checksum_crc32 = checksum.checksum_crc32;
        input.checksum_crc32c = checksum.checksum_crc32c;
        input.checksum_sha1 = checksum.checksum_sha1;
        input.checksum_sha256 = checksum.checksum_sha256;
        input.checksum_crc64nvme = checksum.checksum_crc64nvme;
        input.body = Some(spooled.into_body());
        (input.checksum_algorithm, input.content_md5, req.trailing_headers) = (None, None, None);
        let (store, place) = (self.clone(), (bucket.clone(), key.clone()));
        let write = async move {
            let _guard = store.lock(&bucket, &key).write().await;
            store.shared.files.put_object(req).await
        };
        self.tell(place, event, write).await
    }

    /// Writes an object and tells of it: to the end, though the client may leave, and once more at
    /// the next start, though the store may be killed in between.
    pub async fn tell<T: Send + 'static>(
        &self,
        (bucket, key): (String, String),
        event: Event,
        write: impl Future<Output = S3Result<T>> + Send + 'static,
    ) -> S3Result<T> {
        let store = self.clone();
        let told = tokio::spawn(async move {
            let entry = store
                .shared
                .journal
                .begin(&bucket, &key, event)
                .map_err(S3Error::internal_error)?;
            let written = write.await;
            if written.is_ok() {
                store.notify(&bucket, &key, event).await;
            }
            entry.end();
            written
        });
        told.await.map_err(S3Error::internal_error)?
    }

    /// Finishes what a store that was killed had begun, and tells of what it had written.
    pub async fn recover(&self) -> io::Result<()> {
        self.finish_uploads().await?;
        for entry in self.shared.journal.left()? {
            self.notify(&entry.bucket, &entry.key, entry.event).await;
            entry.end();
        }
        Ok(())
    }

    /// `s3s-fs` keeps an object's checksums when it is deleted, and would take them for those of
    /// the next one.
    pub fn forget(&self, bucket: &str, key: &str) {
        for path in [self.beside(bucket, key, "internal"), self.beside(bucket, key, "metadata")] {
            // Not there is as good as gone.
            let _ = std::fs::remove_file(path);
        }
    }

    /// Gives an object another `ETag` than the MD5 of its bytes, and a checksum that is not of its
    /// bytes either. The caller holds the key's lock.
    pub fn stamp(
        &self,
        bucket: &str,
        key: &str,
        etag: &str,
        checksum: Option<&(String, String)>,
    ) -> io::Result<()> {
        let mut info = serde_json::json!({ "e_tag": etag });
        if let Some((algorithm, sum)) = checksum {
            info[format!("checksum_{}", algorithm.to_lowercase())] = serde_json::json!(sum);
        }
        let draft = tempfile::NamedTempFile::new_in(self.root())?;
        std::fs::write(draft.path(), info.to_string())?;
        draft
            .persist(self.beside(bucket, key, "internal"))
            .map(drop)
            .map_err(|failed| failed.error)
    }

    // Where s3s-fs keeps what belongs to an object.
    fn beside(&self, bucket: &str, key: &str, kind: &str) -> PathBuf {
        let encode = |name: &str| BASE64_URL_SAFE_NO_PAD.encode(name);
        self.root()
            .join(format!(".bucket-{}.object-{}.{kind}.json", encode(bucket), encode(key)))
    }

    /// Bytes of the object. Fails as S3 does when there is none, though there may be a folder of
    /// others.
    pub async fn object_size(&self, bucket: &str, key: &str) -> S3Result<u64> {
        match tokio::fs::metadata(self.root().join(bucket).join(key)).await {
            Ok(found) if found.is_file() || key.ends_with('/') => Ok(found.len()),
            _ => Err(s3_error!(NoSuchKey)),
        }
    }

    /// Whether there is an object and not only a folder of others.
    pub async fn is_object(&self, bucket: &str, key: &str) -> bool {
        tokio::fs::metadata(self.root().join(bucket).join(key))
            .await
            .is_ok_and(|found| found.is_file())
    }

    /// Fails as S3 does when there is no such bucket.
    pub async fn bucket_exists(&self, bucket: &str) -> S3Result<()> {
        let found = tokio::fs::metadata(self.root().join(bucket))
            .await
            .is_ok_and(|found| found.is_dir());
        if found { Ok(()) } else { Err(s3_error!(NoSuchBucket)) }
    }
}
