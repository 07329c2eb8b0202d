//! The objects, by `s3s-fs`, behind one lock a key.
//!
//! By itself `s3s-fs` checks checksums after the object has appeared, writes its sidecars (content
//! type, `ETag`) after that, tests `If-None-Match` apart from the write, and copies in place. Here
//! a body is checked first, readers of a key wait for its writer, and a copy is a read and a write.

use std::{io, path::Path, sync::Arc, time::Duration};

use s3s::{
    S3, S3Error, S3ErrorCode, S3Request, S3Response, S3Result,
    dto::{
        ETag, HeadObjectInput, HeadObjectOutput, PutObjectInput, PutObjectOutput, StreamingBlob,
    },
    s3_error,
};
use s3s_fs::FileSystem;
use tokio::sync::RwLock;

use super::{
    CreationEvent, ObjectCreated, ObjectCreatedHook,
    checksums::set_checksums,
    internal_request,
    journal::{Journal, JournalEntry},
    locks::LockTable,
    spooled_body::{DeclaredBody, SpooledBody, spool},
    upload_store::UploadStore,
};

/// The pause after which a notification that did not work is tried again.
const NOTIFY_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The objects and their locks. Clones share them.
#[derive(Clone)]
pub struct ObjectStore {
    shared: Arc<StoreState>,
}

struct StoreState {
    root: std::path::PathBuf,
    files: FileSystem,
    uploads: UploadStore,
    key_locks: LockTable,
    /// A task that needs two locks takes the upload's before the key's.
    upload_locks: LockTable,
    created: Option<ObjectCreatedHook>,
    journal: Journal,
}

impl ObjectStore {
    /// Opens the store in a folder, made when missing.
    pub fn open(root: &Path, created: Option<ObjectCreatedHook>) -> Result<Self, String> {
        std::fs::create_dir_all(root).map_err(|cause| cause.to_string())?;
        let root = root.canonicalize().map_err(|cause| cause.to_string())?;
        let state = StoreState {
            files: FileSystem::new(&root).map_err(|cause| format!("{cause:?}"))?,
            uploads: UploadStore::open(&root).map_err(|cause| cause.to_string())?,
            journal: Journal::open(&root).map_err(|cause| cause.to_string())?,
            key_locks: LockTable::new(),
            upload_locks: LockTable::new(),
            created,
            root,
        };
        Ok(Self { shared: Arc::new(state) })
    }

    pub fn root(&self) -> &Path {
        &self.shared.root
    }

    pub fn files(&self) -> &FileSystem {
        &self.shared.files
    }

    pub fn uploads(&self) -> &UploadStore {
        &self.shared.uploads
    }

    /// Returns the lock of a key.
    pub fn lock(&self, bucket: &str, key: &str) -> &RwLock<()> {
        self.shared.key_locks.of((bucket, key))
    }

    /// Returns the lock of an upload in parts.
    pub fn upload_lock(&self, id: &str) -> &RwLock<()> {
        self.shared.upload_locks.of(id)
    }

    /// Checks a body. Nothing is left of it when it is refused, or when the process ends.
    pub async fn spool(
        &self,
        body: Option<StreamingBlob>,
        declared: DeclaredBody,
    ) -> S3Result<SpooledBody> {
        let nameless = tempfile::tempfile_in(self.root()).map_err(S3Error::internal_error)?;
        spool(nameless, body, declared).await
    }

    /// Puts a body that was checked.
    pub async fn put(
        &self,
        mut request: S3Request<PutObjectInput>,
        body: SpooledBody,
        event: CreationEvent,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        // Declared are from here on the sums that were calculated.
        request.trailing_headers = None;
        let input = &mut request.input;
        input.checksum_algorithm = None;
        input.content_md5 = None;
        input.content_length = i64::try_from(body.size).ok();
        set_checksums!(input, body.checksum.clone());
        input.body = Some(body.into_body());
        let bucket = input.bucket.clone();
        let key = input.key.clone();
        let store = self.clone();
        self.write_and_notify(&bucket, &key, event, async move {
            let _guard = store
                .lock(&request.input.bucket, &request.input.key)
                .write()
                .await;
            store.shared.files.put_object(request).await
        })
        .await
    }

    /// Writes an object and notifies of it: to the end, though the client may leave, and once more
    /// at the next start, though the store may be killed in between. A write that broke may have
    /// left the object, which the client finds there when it tries again: that is notified of, too.
    pub async fn write_and_notify<T: Send + 'static>(
        &self,
        bucket: &str,
        key: &str,
        event: CreationEvent,
        write: impl Future<Output = S3Result<T>> + Send + 'static,
    ) -> S3Result<T> {
        let store = self.clone();
        let bucket = bucket.to_owned();
        let key = key.to_owned();
        let task = tokio::spawn(async move {
            let entry = store
                .shared
                .journal
                .begin(&bucket, &key, event)
                .map_err(S3Error::internal_error)?;
            let written = write.await;
            let is_refused = written.as_ref().is_err_and(is_refusal);
            if is_refused || store.notify(&bucket, &key, event).await {
                entry.end();
            } else {
                store.notify_later(entry);
            }
            written
        });
        task.await.map_err(S3Error::internal_error)?
    }

    /// Tries again to notify of an object until it works: a queue that has no room now has some
    /// later.
    fn notify_later(&self, entry: JournalEntry) {
        let store = self.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(NOTIFY_AGAIN_AFTER).await;
                if store.notify(&entry.bucket, &entry.key, entry.event).await {
                    return entry.end();
                }
            }
        });
    }

    /// Calls the hook; returns whether it worked. An object that is not there has not been created: a
    /// write that was killed too early, or one deleted since. One that cannot be read now is there.
    async fn notify(&self, bucket: &str, key: &str, event: CreationEvent) -> bool {
        let Some(created) = &self.shared.created else { return true };
        let head = {
            let _guard = self.lock(bucket, key).read().await;
            self.head(bucket, key).await
        };
        let head = match head {
            Ok(head) => head,
            Err(error) => return is_refusal(&error),
        };
        let object = ObjectCreated {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            size: u64::try_from(head.content_length.unwrap_or(0)).unwrap_or(0),
            etag: head.e_tag.map(ETag::into_value).unwrap_or_default(),
            event,
        };
        created(object).await
    }

    /// Finishes completions that a store which was killed had begun, and notifies of the objects
    /// that it had written.
    pub async fn recover(&self) -> io::Result<()> {
        self.finish_completions().await?;
        for entry in self.shared.journal.open_entries()? {
            if self.notify(&entry.bucket, &entry.key, entry.event).await {
                entry.end();
            } else {
                self.notify_later(entry);
            }
        }
        Ok(())
    }

    /// Returns the attributes of an object. The caller holds the key's lock.
    pub async fn head(&self, bucket: &str, key: &str) -> S3Result<HeadObjectOutput> {
        let input = HeadObjectInput {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            ..HeadObjectInput::default()
        };
        let response = self.files().head_object(internal_request(input)).await?;
        Ok(response.output)
    }

    /// Returns the bytes of the object. Fails as S3 does when there is none, though there may be a
    /// folder of others.
    pub async fn object_size(&self, bucket: &str, key: &str) -> S3Result<u64> {
        match tokio::fs::metadata(self.root().join(bucket).join(key)).await {
            Ok(found) if found.is_file() || key.ends_with('/') => Ok(found.len()),
            _ => Err(s3_error!(NoSuchKey)),
        }
    }

    /// Returns whether there is an object and not only a folder of others.
    pub async fn is_object(&self, bucket: &str, key: &str) -> bool {
        let path = self.root().join(bucket).join(key);
        match tokio::fs::metadata(path).await {
            Ok(found) => found.is_file(),
            Err(_) => false,
        }
    }

    /// Fails as S3 does when there is no such bucket.
    pub async fn bucket_exists(&self, bucket: &str) -> S3Result<()> {
        match tokio::fs::metadata(self.root().join(bucket)).await {
            Ok(found) if found.is_dir() => Ok(()),
            _ => Err(s3_error!(NoSuchBucket)),
        }
    }
}

/// Returns whether an error says that nothing was written.
fn is_refusal(error: &S3Error) -> bool {
    *error.code() != S3ErrorCode::InternalError
}
