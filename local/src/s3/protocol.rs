//! The S3 API of the [`ObjectStore`]: our part of it goes to the store, the rest to `s3s-fs`.

use async_trait::async_trait;
#[allow(clippy::wildcard_imports)] // sixty names, all of the S3 API
use s3s::dto::*;
use s3s::{S3, S3Request, S3Response, S3Result};

use super::{
    CreationEvent,
    checksums::{set_checksums, take_checksums},
    internal_request, sidecars,
    spooled_body::declared_body,
    store::ObjectStore,
};

// S3 sends a checksum only to callers that ask for it. The two outputs have these fields in common
// and no trait that says so.
macro_rules! remove_checksums_unless {
    ($requested:expr, $output:expr) => {
        let checksum = take_checksums!($output);
        if $requested {
            $output.checksum_type = checksum_type(&checksum);
            set_checksums!($output, checksum);
        }
    };
}

/// Returns the type of a checksum: one of checksums ends with their number.
fn checksum_type(checksum: &Checksum) -> Option<ChecksumType> {
    let sums = super::checksums::to_map(checksum);
    let (_, sum) = sums.first_key_value()?;
    let is_composite = sum.contains('-');
    let name = if is_composite { ChecksumType::COMPOSITE } else { ChecksumType::FULL_OBJECT };
    Some(ChecksumType::from_static(name))
}

#[async_trait]
impl S3 for ObjectStore {
    async fn put_object(
        &self,
        mut req: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        self.bucket_exists(&req.input.bucket).await?;
        if req.input.key.ends_with('/') {
            return self.files().put_object(req).await;
        }
        let trailers = req.trailing_headers.clone();
        let input = &mut req.input;
        let declared = declared_body!(input, trailers);
        let body = self.spool(input.body.take(), declared).await?;
        self.put(req, body, CreationEvent::Put).await
    }

    async fn copy_object(
        &self,
        req: S3Request<CopyObjectInput>,
    ) -> S3Result<S3Response<CopyObjectOutput>> {
        self.copy(req.input).await.map(S3Response::new)
    }

    async fn upload_part(
        &self,
        req: S3Request<UploadPartInput>,
    ) -> S3Result<S3Response<UploadPartOutput>> {
        self.store_part(req).await.map(S3Response::new)
    }

    async fn complete_multipart_upload(
        &self,
        req: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        self.complete_upload(req.input).await.map(S3Response::new)
    }

    async fn get_object(
        &self,
        mut req: S3Request<GetObjectInput>,
    ) -> S3Result<S3Response<GetObjectOutput>> {
        let bucket = req.input.bucket.clone();
        let key = req.input.key.clone();
        let is_checksum_requested = req.input.checksum_mode.is_some();
        self.bucket_exists(&bucket).await?;
        let _guard = self.lock(&bucket, &key).read().await;
        let size = self.object_size(&bucket, &key).await?;
        if matches!(req.input.range, Some(Range::Suffix { length }) if length > size) {
            // The last hundred bytes of ten are all ten.
            req.input.range = Some(Range::Suffix { length: size });
        }
        let mut response = self.files().get_object(req).await?;
        remove_checksums_unless!(is_checksum_requested, response.output);
        Ok(response)
    }

    async fn head_object(
        &self,
        req: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        let bucket = req.input.bucket.clone();
        let key = req.input.key.clone();
        let is_checksum_requested = req.input.checksum_mode.is_some();
        self.bucket_exists(&bucket).await?;
        let _guard = self.lock(&bucket, &key).read().await;
        self.object_size(&bucket, &key).await?;
        let mut response = self.files().head_object(req).await?;
        remove_checksums_unless!(is_checksum_requested, response.output);
        Ok(response)
    }

    async fn delete_object(
        &self,
        req: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let bucket = req.input.bucket.clone();
        let key = req.input.key.clone();
        self.bucket_exists(&bucket).await?;
        let _guard = self.lock(&bucket, &key).write().await;
        if !key.ends_with('/') && !self.is_object(&bucket, &key).await {
            return Ok(S3Response::new(DeleteObjectOutput::default()));
        }
        let response = self.files().delete_object(req).await?;
        sidecars::remove_sidecars(self.root(), &bucket, &key);
        Ok(response)
    }

    async fn delete_objects(
        &self,
        req: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        let mut deleted = Vec::new();
        for object in req.input.delete.objects {
            let input = DeleteObjectInput {
                bucket: req.input.bucket.clone(),
                key: object.key.clone(),
                ..DeleteObjectInput::default()
            };
            self.delete_object(internal_request(input)).await?;
            deleted.push(DeletedObject { key: Some(object.key), ..DeletedObject::default() });
        }
        Ok(S3Response::new(DeleteObjectsOutput {
            deleted: Some(deleted),
            ..DeleteObjectsOutput::default()
        }))
    }

    // The rest is as s3s-fs has it.

    async fn create_bucket(
        &self,
        req: S3Request<CreateBucketInput>,
    ) -> S3Result<S3Response<CreateBucketOutput>> {
        self.files().create_bucket(req).await
    }

    async fn delete_bucket(
        &self,
        req: S3Request<DeleteBucketInput>,
    ) -> S3Result<S3Response<DeleteBucketOutput>> {
        self.files().delete_bucket(req).await
    }

    async fn get_bucket_location(
        &self,
        req: S3Request<GetBucketLocationInput>,
    ) -> S3Result<S3Response<GetBucketLocationOutput>> {
        self.files().get_bucket_location(req).await
    }

    async fn head_bucket(
        &self,
        req: S3Request<HeadBucketInput>,
    ) -> S3Result<S3Response<HeadBucketOutput>> {
        self.files().head_bucket(req).await
    }

    async fn list_buckets(
        &self,
        req: S3Request<ListBucketsInput>,
    ) -> S3Result<S3Response<ListBucketsOutput>> {
        self.files().list_buckets(req).await
    }

    async fn list_objects(
        &self,
        req: S3Request<ListObjectsInput>,
    ) -> S3Result<S3Response<ListObjectsOutput>> {
        self.files().list_objects(req).await
    }

    async fn list_objects_v2(
        &self,
        req: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        self.files().list_objects_v2(req).await
    }

    async fn create_multipart_upload(
        &self,
        req: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        self.create_upload(req.input).await.map(S3Response::new)
    }

    async fn list_parts(
        &self,
        req: S3Request<ListPartsInput>,
    ) -> S3Result<S3Response<ListPartsOutput>> {
        self.list_upload_parts(req.input).await.map(S3Response::new)
    }

    async fn list_multipart_uploads(
        &self,
        req: S3Request<ListMultipartUploadsInput>,
    ) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
        self.list_bucket_uploads(req.input)
            .await
            .map(S3Response::new)
    }

    async fn abort_multipart_upload(
        &self,
        req: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        self.abort_upload(req.input).await.map(S3Response::new)
    }
}
