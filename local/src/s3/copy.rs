//! `CopyObject`: a read and a write, so that neither sees half of the other.

use s3s::{
    S3, S3Result,
    dto::{
        Checksum, ChecksumAlgorithm, ChecksumMode, CopyObjectInput, CopyObjectOutput,
        CopyObjectResult, CopySource, GetObjectInput, MetadataDirective, PutObjectInput,
    },
    s3_error,
};

use super::{Event, request, spool::Claims, store::Store};

impl Store {
    /// Copies an object, with its metadata unless the request brings other.
    pub async fn copy(&self, input: CopyObjectInput) -> S3Result<CopyObjectOutput> {
        let CopyObjectInput { bucket, key, copy_source, metadata_directive, .. } = &input;
        let CopySource::Bucket { bucket: from, key: source, .. } = copy_source else {
            return Err(s3_error!(NotImplemented));
        };
        if input.copy_source_if_match.is_some() || input.copy_source_if_none_match.is_some() {
            return Err(s3_error!(
                NotImplemented,
                "A copy with a condition is not available locally."
            ));
        }
        self.bucket_exists(bucket).await?;
        let mut get = GetObjectInput {
            bucket: from.to_string(),
            key: source.to_string(),
            ..GetObjectInput::default()
        };
        get.checksum_mode = Some(ChecksumMode::from_static(ChecksumMode::ENABLED));
        let original = self.get_object(request(get)).await?.output;
        let replace = metadata_directive
            .as_ref()
            .is_some_and(|directive| directive.as_str() == MetadataDirective::REPLACE);
        let mut put = PutObjectInput {
            bucket: bucket.clone(),
            key: key.clone(),
            ..PutObjectInput::default()
        };
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
        // The copy of an object that came in parts is one piece, and its checksum one of bytes.
        let algorithm = original
            .checksum_sha256
            .as_ref()
            .map(|_| ChecksumAlgorithm::from_static("SHA256"));
        let checksum_sha256 = original.checksum_sha256.filter(|sum| !sum.contains('-'));
        let checksum = Checksum { checksum_sha256, ..Checksum::default() };
        let claims =
            Claims { length: original.content_length, algorithm, checksum, ..Claims::default() };
        let spooled = self.spool(original.body, claims).await?;
        let written = self.put(request(put), spooled, Event::Copy).await?.output;
        let result = CopyObjectResult {
            e_tag: written.e_tag,
            last_modified: Some(std::time::SystemTime::now().into()),
            ..CopyObjectResult::default()
        };
        Ok(CopyObjectOutput { copy_object_result: Some(result), ..CopyObjectOutput::default() })
    }
}
