//! An upload in parts becomes an object.
//!
//! The decision is one file, written while upload and key are locked. A process that is killed
//! after it has decided: the next start does the same again, with the same result, before it
//! answers anything. One that is killed before has not decided, and the upload is as it was. The
//! journal's entry, which is older than the decision, sends the object's notification either way.
//!
//! An upload that was completed is gone. S3 may answer a second completion with success for a
//! while, and with `NoSuchUpload` then; here it is always the latter, so that callers learn to look
//! for the object.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>

use futures::{StreamExt, TryStreamExt, stream};
use s3s::{
    S3, S3Result,
    dto::{
        CompleteMultipartUploadInput, CompleteMultipartUploadOutput, ETag, ETagCondition,
        PutObjectInput, StreamingBlob,
    },
    s3_error,
};
use tokio_util::io::ReaderStream;

use super::{
    CreationEvent,
    checksums::{self, set_checksums},
    completion_plan::plan,
    internal_request,
    multipart::{checksum_type, disk_error},
    sidecars,
    store::ObjectStore,
    upload_store::{CompletionPlan, StoredUpload},
};

/// The bytes of a part that are read at a time.
const PIECE: usize = 65_536;

impl ObjectStore {
    /// `CompleteMultipartUpload`.
    pub async fn complete_upload(
        &self,
        input: CompleteMultipartUploadInput,
    ) -> S3Result<CompleteMultipartUploadOutput> {
        // An upload that is not there must leave no trace in the journal.
        self.upload(&input.upload_id, &input.bucket, &input.key)?;
        let bucket = input.bucket.clone();
        let key = input.key.clone();
        let store = self.clone();
        let event = CreationEvent::CompleteMultipartUpload;
        self.write_and_notify(
            &bucket,
            &key,
            event,
            async move { store.complete_locked(input).await },
        )
        .await
    }

    async fn complete_locked(
        &self,
        input: CompleteMultipartUploadInput,
    ) -> S3Result<CompleteMultipartUploadOutput> {
        let _upload_guard = self.upload_lock(&input.upload_id).write().await;
        let upload = self.upload(&input.upload_id, &input.bucket, &input.key)?;
        let plan = plan(&upload, &input)?;
        let _key_guard = self.lock(&input.bucket, &input.key).write().await;
        self.check_conditions(&input).await?;
        upload.save_plan(&plan).map_err(disk_error)?;
        if let Err(cause) = self.write_object(&upload, &plan).await {
            upload.discard_plan().map_err(disk_error)?;
            return Err(cause);
        }
        upload.remove().map_err(disk_error)?;
        let mut output = CompleteMultipartUploadOutput {
            location: Some(format!("/{}/{}", input.bucket, input.key)),
            bucket: Some(input.bucket),
            key: Some(input.key),
            e_tag: Some(ETag::Strong(plan.etag)),
            ..CompleteMultipartUploadOutput::default()
        };
        if let Some((algorithm, sum)) = &plan.checksum {
            output.checksum_type = checksum_type(Some(algorithm));
            set_checksums!(output, checksums::of_algorithm(algorithm, sum));
        }
        Ok(output)
    }

    /// Completes the uploads whose completion was decided when the store was killed.
    pub async fn finish_completions(&self) -> std::io::Result<()> {
        for upload in self.uploads().all()? {
            let Some(plan) = upload.plan()? else { continue };
            let _guard = self
                .lock(&upload.info.bucket, &upload.info.key)
                .write()
                .await;
            self.write_object(&upload, &plan)
                .await
                .map_err(std::io::Error::other)?;
            upload.remove()?;
        }
        Ok(())
    }

    /// Checks the request's conditions on the object that is there. The caller holds the key's
    /// lock.
    async fn check_conditions(&self, input: &CompleteMultipartUploadInput) -> S3Result<()> {
        let exists = self.is_object(&input.bucket, &input.key).await;
        let must_be_new = match &input.if_none_match {
            Some(condition) => condition.is_any(),
            None => false,
        };
        if exists && must_be_new {
            return Err(s3_error!(
                PreconditionFailed,
                "At least one of the pre-conditions you specified did not hold"
            ));
        }
        let Some(condition) = &input.if_match else { return Ok(()) };
        if !exists {
            return Err(s3_error!(NoSuchKey));
        }
        let head = self.head(&input.bucket, &input.key).await?;
        let matches = match (condition, &head.e_tag) {
            (ETagCondition::Any, _) => true,
            (ETagCondition::ETag(wanted), Some(etag)) => etag.strong_cmp(wanted),
            (ETagCondition::ETag(_), None) => false,
        };
        if matches { Ok(()) } else { Err(s3_error!(PreconditionFailed)) }
    }

    /// Writes the object that was decided, the first time or once more. The caller holds the key's
    /// lock.
    async fn write_object(&self, upload: &StoredUpload, plan: &CompletionPlan) -> S3Result<()> {
        let mut part_files = Vec::new();
        for part in &plan.parts {
            part_files.push(upload.part_file(part));
        }
        let bytes = stream::iter(part_files)
            .then(tokio::fs::File::open)
            .map_ok(|file| ReaderStream::with_capacity(file, PIECE))
            .try_flatten();
        let info = &upload.info;
        let attributes = info.attributes.clone();
        let put = PutObjectInput {
            bucket: info.bucket.clone(),
            key: info.key.clone(),
            body: Some(StreamingBlob::wrap(bytes)),
            metadata: attributes
                .metadata
                .map(|metadata| metadata.into_iter().collect()),
            content_type: attributes.content_type,
            content_encoding: attributes.content_encoding,
            content_disposition: attributes.content_disposition,
            content_language: attributes.content_language,
            cache_control: attributes.cache_control,
            ..PutObjectInput::default()
        };
        self.files().put_object(internal_request(put)).await?;
        let checksum = plan.checksum.as_ref();
        sidecars::write_sidecar(self.root(), &info.bucket, &info.key, &plan.etag, checksum)
            .map_err(disk_error)
    }
}
