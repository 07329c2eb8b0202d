//! The S3 API of the [`Store`]: what is ours goes to it, the rest to `s3s-fs`.

use async_trait::async_trait;
#[allow(clippy::wildcard_imports)] // sixty names, all of the S3 API
use s3s::dto::*;
use s3s::{S3, S3Request, S3Response, S3Result};

use super::{Event, request, spool::claims_of, store::Store};

// S3 tells a checksum only to who asks for it. The two outputs have these fields in common and no
// trait that says so.
macro_rules! only_when_asked {
    ($output:expr, $asked:expr) => {
        let output = &mut $output;
        if $asked {
            let sums = [
                &output.checksum_crc32,
                &output.checksum_crc32c,
                &output.checksum_sha1,
                &output.checksum_sha256,
                &output.checksum_crc64nvme,
            ];
            output.checksum_type = sums.into_iter().flatten().next().map(|sum| kind_of(sum));
        } else {
            output.checksum_crc32 = None;
            output.checksum_crc32c = None;
            output.checksum_sha1 = None;
            output.checksum_sha256 = None;
            output.checksum_crc64nvme = None;
        }
    };
}

// The checksum of a sum of checksums ends with their number.
fn kind_of(sum: &str) -> ChecksumType {
    let kind = if sum.contains('-') { ChecksumType::COMPOSITE } else { ChecksumType::FULL_OBJECT };
    ChecksumType::from_static(kind)
}

#[async_trait]
impl S3 for Store {
    async fn put_object(
        &self,
        mut req: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        self.bucket_exists(&req.input.bucket).await?;
        if req.input.key.ends_with('/') {
            return self.files().put_object(req).await;
        }
        let input = &mut req.input;
        let claims = claims_of!(input, req.trailing_headers.clone());
        let spooled = self.spool(input.body.take(), claims).await?;
        self.put(req, spooled, Event::Put).await
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
        self.upload_a_part(req).await.map(S3Response::new)
    }

    async fn complete_multipart_upload(
        &self,
        req: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        self.complete(req.input).await.map(S3Response::new)
    }

    async fn get_object(
        &self,
        mut req: S3Request<GetObjectInput>,
    ) -> S3Result<S3Response<GetObjectOutput>> {
        let GetObjectInput { bucket, key, checksum_mode, .. } = &req.input;
        let (bucket, key, wants_checksum) = (bucket.clone(), key.clone(), checksum_mode.is_some());
        self.bucket_exists(&bucket).await?;
        let _guard = self.lock(&bucket, &key).read().await;
        let size = self.object_size(&bucket, &key).await?;
        if matches!(req.input.range, Some(Range::Suffix { length }) if length > size) {
            // The last hundred bytes of ten are all ten.
            req.input.range = Some(Range::Suffix { length: size });
        }
        let mut answer = self.files().get_object(req).await?;
        only_when_asked!(answer.output, wants_checksum);
        Ok(answer)
    }

    async fn head_object(
        &self,
        req: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        let HeadObjectInput { bucket, key, checksum_mode, .. } = &req.input;
        let (bucket, key, wants_checksum) = (bucket.clone(), key.clone(), checksum_mode.is_some());
        self.bucket_exists(&bucket).await?;
        let _guard = self.lock(&bucket, &key).read().await;
        self.object_size(&bucket, &key).await?;
        let mut answer = self.files().head_object(req).await?;
        only_when_asked!(answer.output, wants_checksum);
        Ok(answer)
    }

    async fn delete_object(
        &self,
        req: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let (bucket, key) = (req.input.bucket.clone(), req.input.key.clone());
        self.bucket_exists(&bucket).await?;
        let _guard = self.lock(&bucket, &key).write().await;
        if !key.ends_with('/') && !self.is_object(&bucket, &key).await {
            return Ok(S3Response::new(DeleteObjectOutput::default()));
        }
        let answer = self.files().delete_object(req).await?;
        self.forget(&bucket, &key);
        Ok(answer)
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
            self.delete_object(request(input)).await?;
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
        self.begin(req.input).await.map(S3Response::new)
    }

    async fn list_parts(
        &self,
        req: S3Request<ListPartsInput>,
    ) -> S3Result<S3Response<ListPartsOutput>> {
        self.parts(req.input).await.map(S3Response::new)
    }

    async fn list_multipart_uploads(
        &self,
        req: S3Request<ListMultipartUploadsInput>,
    ) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
        self.list_uploads(req.input).await.map(S3Response::new)
    }

    async fn abort_multipart_upload(
        &self,
        req: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        self.abort(req.input).await.map(S3Response::new)
    }
}
