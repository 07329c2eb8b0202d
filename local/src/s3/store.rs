//! The objects, by `s3s-fs`, behind one lock a key.
//!
//! By itself `s3s-fs` checks checksums after the object has appeared, writes what belongs to it (content type, `ETag`) after
//! that, tests `If-None-Match` apart from the write, and copies in place. Here a body is checked first, readers of a key wait
//! for its writer, and a copy is a read and a write.

use std::{
    hash::{BuildHasher, RandomState},
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
#[allow(clippy::wildcard_imports)] // sixty names, all of the S3 API
use s3s::dto::*;
use s3s::{S3, S3Error, S3Request, S3Response, S3Result, s3_error};
use s3s_fs::FileSystem;
use tokio::sync::RwLock;

use super::{
    Event, Hook, ObjectCreated,
    journal::Journal,
    request,
    spool::{Claims, Spooled, spool},
};

// Keys that share a lock wait for each other, which is harmless.
const LOCKS: usize = 256;

// What a request says of its body. The two inputs have these fields in common and no trait that says so.
macro_rules! claims_of {
    ($input:expr, $trailers:expr) => {
        Claims {
            length: $input.content_length,
            md5: $input.content_md5.take(),
            algorithm: $input.checksum_algorithm.take(),
            checksum: Checksum {
                checksum_crc32: $input.checksum_crc32.take(),
                checksum_crc32c: $input.checksum_crc32c.take(),
                checksum_sha1: $input.checksum_sha1.take(),
                checksum_sha256: $input.checksum_sha256.take(),
                checksum_crc64nvme: $input.checksum_crc64nvme.take(),
                ..Checksum::default()
            },
            trailers: $trailers,
        }
    };
}

/// The objects and who waits for them. Clones share them.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    root: PathBuf,
    files: FileSystem,
    locks: Vec<RwLock<()>>,
    hash: RandomState,
    created: Option<Hook>,
    journal: Journal,
}

impl Store {
    pub fn open(root: &Path, created: Option<Hook>) -> Result<Self, String> {
        std::fs::create_dir_all(root).map_err(|cause| cause.to_string())?;
        let root = root.canonicalize().map_err(|cause| cause.to_string())?;
        let files = FileSystem::new(&root).map_err(|cause| format!("{cause:?}"))?;
        let locks = std::iter::repeat_with(RwLock::default).take(LOCKS).collect();
        let journal = Journal::open(&root).map_err(|cause| cause.to_string())?;
        Ok(Self { shared: Arc::new(Shared { root, files, locks, hash: RandomState::new(), created, journal }) })
    }

    pub fn root(&self) -> &Path {
        &self.shared.root
    }

    pub fn files(&self) -> &FileSystem {
        &self.shared.files
    }

    pub fn lock(&self, bucket: &str, key: &str) -> &RwLock<()> {
        let hash = self.shared.hash.hash_one((bucket, key));
        &self.shared.locks[usize::try_from(hash % LOCKS as u64).unwrap_or(0)]
    }

    async fn spool(&self, body: Option<StreamingBlob>, claims: Claims) -> S3Result<Spooled> {
        let body = body.ok_or_else(|| s3_error!(IncompleteBody))?;
        spool(self.root(), body, claims).await
    }

    // An object that is not there has not been created: a write that was killed too early, or one deleted since.
    async fn notify(&self, bucket: &str, key: &str, event: Event) {
        let Some(created) = &self.shared.created else { return };
        let head = {
            let _guard = self.lock(bucket, key).read().await;
            self.head(bucket, key).await
        };
        if let Ok(head) = head {
            let size = u64::try_from(head.content_length.unwrap_or(0)).unwrap_or(0);
            let etag = head.e_tag.map(ETag::into_value).unwrap_or_default();
            created(ObjectCreated { bucket: bucket.to_owned(), key: key.to_owned(), size, etag, event }).await;
        }
    }

    // Puts bytes that were checked.
    async fn put(
        &self,
        mut req: S3Request<PutObjectInput>,
        spooled: Spooled,
        event: Event,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        let (bucket, key) = (req.input.bucket.clone(), req.input.key.clone());
        let input = &mut req.input;
        input.content_length = i64::try_from(spooled.size).ok();
        input.body = Some(spooled.body);
        input.checksum_crc32 = spooled.checksum.checksum_crc32;
        input.checksum_crc32c = spooled.checksum.checksum_crc32c;
        input.checksum_sha1 = spooled.checksum.checksum_sha1;
        input.checksum_sha256 = spooled.checksum.checksum_sha256;
        input.checksum_crc64nvme = spooled.checksum.checksum_crc64nvme;
        (input.checksum_algorithm, input.content_md5, req.trailing_headers) = (None, None, None);
        let (store, place) = (self.clone(), (bucket.clone(), key.clone()));
        let write = async move {
            let _guard = store.lock(&bucket, &key).write().await;
            store.shared.files.put_object(req).await
        };
        self.tell(place, event, write).await
    }

    // Writes an object and tells of it: to the end, though the client may leave, and once more at the next start, though the
    // store may be killed in between.
    async fn tell<T: Send + 'static>(
        &self,
        (bucket, key): (String, String),
        event: Event,
        write: impl Future<Output = S3Result<T>> + Send + 'static,
    ) -> S3Result<T> {
        let store = self.clone();
        let told = tokio::spawn(async move {
            let entry = store.shared.journal.begin(&bucket, &key, event).map_err(S3Error::internal_error)?;
            let written = write.await;
            if written.is_ok() {
                store.notify(&bucket, &key, event).await;
            }
            entry.end();
            written
        });
        told.await.map_err(S3Error::internal_error)?
    }

    /// Tells of objects that were written when the store was killed.
    pub async fn recover(&self) -> std::io::Result<()> {
        for entry in self.shared.journal.left()? {
            self.notify(&entry.bucket, &entry.key, entry.event).await;
            entry.end();
        }
        Ok(())
    }

    // s3s-fs keeps an object's checksums when it is deleted, and would take them for those of the next one.
    fn forget(&self, bucket: &str, key: &str) {
        let encode = |name: &str| BASE64_URL_SAFE_NO_PAD.encode(name);
        for kind in ["internal", "metadata"] {
            let name = format!(".bucket-{}.object-{}.{kind}.json", encode(bucket), encode(key));
            // Not there is as good as gone.
            let _ = std::fs::remove_file(self.root().join(name));
        }
    }

    async fn bucket_exists(&self, bucket: &str) -> S3Result<()> {
        let found = tokio::fs::metadata(self.root().join(bucket)).await.is_ok_and(|found| found.is_dir());
        if found { Ok(()) } else { Err(s3_error!(NoSuchBucket)) }
    }
}

#[async_trait]
impl S3 for Store {
    async fn put_object(&self, mut req: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        self.bucket_exists(&req.input.bucket).await?;
        if req.input.key.ends_with('/') {
            return self.shared.files.put_object(req).await;
        }
        let input = &mut req.input;
        let claims = claims_of!(input, req.trailing_headers.clone());
        let spooled = self.spool(input.body.take(), claims).await?;
        self.put(req, spooled, Event::Put).await
    }

    async fn copy_object(&self, req: S3Request<CopyObjectInput>) -> S3Result<S3Response<CopyObjectOutput>> {
        let CopyObjectInput { bucket, key, copy_source, metadata_directive, .. } = &req.input;
        let input = &req.input;
        let CopySource::Bucket { bucket: from, key: source, .. } = copy_source else {
            return Err(s3_error!(NotImplemented));
        };
        if input.copy_source_if_match.is_some() || input.copy_source_if_none_match.is_some() {
            return Err(s3_error!(NotImplemented, "A copy with a condition is not available locally."));
        }
        self.bucket_exists(bucket).await?;
        let get = GetObjectInput { bucket: from.to_string(), key: source.to_string(), ..GetObjectInput::default() };
        let original = self.get_object(request(get)).await?.output;
        let replace =
            metadata_directive.as_ref().is_some_and(|directive| directive.as_str() == MetadataDirective::REPLACE);
        let mut put = PutObjectInput { bucket: bucket.clone(), key: key.clone(), ..PutObjectInput::default() };
        if replace {
            put.metadata = input.metadata.clone();
            put.content_type = input.content_type.clone();
            put.content_encoding = input.content_encoding.clone();
            put.content_disposition = input.content_disposition.clone();
            put.content_language = input.content_language.clone();
            put.cache_control = input.cache_control.clone();
        } else {
            put.metadata = original.metadata;
            put.content_type = original.content_type;
            put.content_encoding = original.content_encoding;
            put.content_disposition = original.content_disposition;
            put.content_language = original.content_language;
            put.cache_control = original.cache_control;
        }
        let checksum = Checksum { checksum_sha256: original.checksum_sha256, ..Checksum::default() };
        let claims = Claims { length: original.content_length, checksum, ..Claims::default() };
        let spooled = self.spool(original.body, claims).await?;
        let written = self.put(request(put), spooled, Event::Copy).await?.output;
        let result = CopyObjectResult {
            e_tag: written.e_tag,
            last_modified: Some(std::time::SystemTime::now().into()),
            ..CopyObjectResult::default()
        };
        Ok(S3Response::new(CopyObjectOutput { copy_object_result: Some(result), ..CopyObjectOutput::default() }))
    }

    async fn upload_part(&self, mut req: S3Request<UploadPartInput>) -> S3Result<S3Response<UploadPartOutput>> {
        let input = &mut req.input;
        let claims = claims_of!(input, req.trailing_headers.take());
        let spooled = self.spool(input.body.take(), claims).await?;
        input.body = Some(spooled.body);
        let mut written = self.shared.files.upload_part(req).await?;
        // Clients give these back when they complete the upload.
        let output = &mut written.output;
        output.checksum_crc32 = spooled.checksum.checksum_crc32;
        output.checksum_crc32c = spooled.checksum.checksum_crc32c;
        output.checksum_sha1 = spooled.checksum.checksum_sha1;
        output.checksum_sha256 = spooled.checksum.checksum_sha256;
        output.checksum_crc64nvme = spooled.checksum.checksum_crc64nvme;
        Ok(written)
    }

    async fn complete_multipart_upload(
        &self,
        req: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let (bucket, key) = (req.input.bucket.clone(), req.input.key.clone());
        let conditional = req.input.if_match.is_some() || req.input.if_none_match.is_some();
        let (store, place) = (self.clone(), (bucket.clone(), key.clone()));
        let write = async move {
            let _guard = store.lock(&bucket, &key).write().await;
            // The new object's checksums are not known; those of the old one must not stay. With a condition the old one may.
            if !conditional {
                store.forget(&bucket, &key);
            }
            let mut answer = store.shared.files.complete_multipart_upload(req).await?;
            if let Some(completed) = answer.output.future.take() {
                answer.output = completed.await?;
            }
            Ok(answer)
        };
        self.tell(place, Event::CompleteMultipartUpload, write).await
    }

    async fn get_object(&self, req: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        self.bucket_exists(&req.input.bucket).await?;
        let _guard = self.lock(&req.input.bucket, &req.input.key).read().await;
        self.shared.files.get_object(req).await
    }

    async fn head_object(&self, req: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        let _guard = self.lock(&req.input.bucket, &req.input.key).read().await;
        self.shared.files.head_object(req).await
    }

    async fn delete_object(&self, req: S3Request<DeleteObjectInput>) -> S3Result<S3Response<DeleteObjectOutput>> {
        let (bucket, key) = (req.input.bucket.clone(), req.input.key.clone());
        let _guard = self.lock(&bucket, &key).write().await;
        let answer = self.shared.files.delete_object(req).await?;
        self.forget(&bucket, &key);
        Ok(answer)
    }

    async fn delete_objects(&self, req: S3Request<DeleteObjectsInput>) -> S3Result<S3Response<DeleteObjectsOutput>> {
        let mut deleted = Vec::new();
        for object in req.input.delete.objects {
            let input = DeleteObjectInput {
                bucket: req.input.bucket.clone(),
                key: object.key.clone(),
                ..DeleteObjectInput::default()
            };
            self.delete_object(request(input)).await?;
            deleted.push(DeletedObject { key: Some(object.key), ..DeletedObject::default() });
        }
        Ok(S3Response::new(DeleteObjectsOutput { deleted: Some(deleted), ..DeleteObjectsOutput::default() }))
    }

    // The rest is as s3s-fs has it.

    async fn create_bucket(&self, req: S3Request<CreateBucketInput>) -> S3Result<S3Response<CreateBucketOutput>> {
        self.shared.files.create_bucket(req).await
    }

    async fn delete_bucket(&self, req: S3Request<DeleteBucketInput>) -> S3Result<S3Response<DeleteBucketOutput>> {
        self.shared.files.delete_bucket(req).await
    }

    async fn get_bucket_location(
        &self,
        req: S3Request<GetBucketLocationInput>,
    ) -> S3Result<S3Response<GetBucketLocationOutput>> {
        self.shared.files.get_bucket_location(req).await
    }

    async fn head_bucket(&self, req: S3Request<HeadBucketInput>) -> S3Result<S3Response<HeadBucketOutput>> {
        self.shared.files.head_bucket(req).await
    }

    async fn list_buckets(&self, req: S3Request<ListBucketsInput>) -> S3Result<S3Response<ListBucketsOutput>> {
        self.shared.files.list_buckets(req).await
    }

    async fn list_objects(&self, req: S3Request<ListObjectsInput>) -> S3Result<S3Response<ListObjectsOutput>> {
        self.shared.files.list_objects(req).await
    }

    async fn list_objects_v2(&self, req: S3Request<ListObjectsV2Input>) -> S3Result<S3Response<ListObjectsV2Output>> {
        self.shared.files.list_objects_v2(req).await
    }

    async fn create_multipart_upload(
        &self,
        req: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        self.bucket_exists(&req.input.bucket).await?;
        self.shared.files.create_multipart_upload(req).await
    }

    async fn list_parts(&self, req: S3Request<ListPartsInput>) -> S3Result<S3Response<ListPartsOutput>> {
        self.shared.files.list_parts(req).await
    }

    async fn abort_multipart_upload(
        &self,
        req: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        self.shared.files.abort_multipart_upload(req).await
    }
}
