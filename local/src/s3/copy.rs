//! `CopyObject`: a read and a write, so that neither sees half of the other.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>

use std::time::SystemTime;

use s3s::{
    S3, S3Result,
    dto::{
        Checksum, ChecksumAlgorithm, ChecksumMode, CopyObjectInput, CopyObjectOutput,
        CopyObjectResult, CopySource, GetObjectInput, GetObjectOutput, MetadataDirective,
        PutObjectInput,
    },
    s3_error,
};

use super::{CreationEvent, internal_request, spooled_body::DeclaredBody, store::ObjectStore};

impl ObjectStore {
    /// Copies an object, with its metadata unless the request brings other.
    pub async fn copy(&self, input: CopyObjectInput) -> S3Result<CopyObjectOutput> {
        let CopySource::Bucket { bucket, key, .. } = &input.copy_source else {
            return Err(s3_error!(NotImplemented));
        };
        if input.copy_source_if_match.is_some() || input.copy_source_if_none_match.is_some() {
            return Err(s3_error!(
                NotImplemented,
                "A copy with a condition is not available locally."
            ));
        }
        self.bucket_exists(&input.bucket).await?;
        let get = GetObjectInput {
            bucket: bucket.to_string(),
            key: key.to_string(),
            checksum_mode: Some(ChecksumMode::from_static(ChecksumMode::ENABLED)),
            ..GetObjectInput::default()
        };
        let mut original = self.get_object(internal_request(get)).await?.output;
        let declared = declared_body(&original);
        let body = self.spool(original.body.take(), declared).await?;
        let put = internal_request(put_input(input, original));
        let written = self.put(put, body, CreationEvent::Copy).await?.output;
        let result = CopyObjectResult {
            e_tag: written.e_tag,
            last_modified: Some(SystemTime::now().into()),
            ..CopyObjectResult::default()
        };
        Ok(CopyObjectOutput { copy_object_result: Some(result), ..CopyObjectOutput::default() })
    }
}

/// Returns the size and the sum that the copy must have.
fn declared_body(original: &GetObjectOutput) -> DeclaredBody {
    let mut declared = DeclaredBody { length: original.content_length, ..DeclaredBody::default() };
    if let Some(sum) = &original.checksum_sha256 {
        declared.algorithm = Some(ChecksumAlgorithm::from_static(ChecksumAlgorithm::SHA256));
        // The copy of an object that came in parts is one piece, and its checksum one of bytes.
        if !sum.contains('-') {
            declared.checksum =
                Checksum { checksum_sha256: Some(sum.clone()), ..Checksum::default() };
        }
    }
    declared
}

/// Makes the write of a copy: with the attributes of the request if it replaces them, else with
/// those of the original.
fn put_input(input: CopyObjectInput, original: GetObjectOutput) -> PutObjectInput {
    let directive = input
        .metadata_directive
        .as_ref()
        .map(MetadataDirective::as_str);
    if directive == Some(MetadataDirective::REPLACE) {
        return PutObjectInput {
            bucket: input.bucket,
            key: input.key,
            metadata: input.metadata,
            content_type: input.content_type,
            content_encoding: input.content_encoding,
            content_disposition: input.content_disposition,
            content_language: input.content_language,
            cache_control: input.cache_control,
            ..PutObjectInput::default()
        };
    }
    PutObjectInput {
        bucket: input.bucket,
        key: input.key,
        metadata: original.metadata,
        content_type: original.content_type,
        content_encoding: original.content_encoding,
        content_disposition: original.content_disposition,
        content_language: original.content_language,
        cache_control: original.cache_control,
        ..PutObjectInput::default()
    }
}
