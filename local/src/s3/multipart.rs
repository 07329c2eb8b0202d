//! Uploads in parts, by S3's rules; [`super::completion`] makes objects of them.
//!
//! A part appears, whole and checked, with the rename of the file that names it; the same part sent
//! again replaces it. An upload that was begun with a checksum algorithm takes only parts with such
//! a checksum, as S3 does.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>

use std::{io, time::SystemTime};

use s3s::{
    S3Error, S3Request, S3Result,
    dto::{
        AbortMultipartUploadInput, AbortMultipartUploadOutput, Checksum, ChecksumAlgorithm,
        ChecksumType, CreateMultipartUploadInput, CreateMultipartUploadOutput, ETag,
        UploadPartInput, UploadPartOutput,
    },
    s3_error,
};

use super::{
    checksums::{self, set_checksums},
    spooled_body::{declared_body, spool},
    store::ObjectStore,
    upload_store::{ObjectAttributes, StoredUpload, UploadInfo},
};

/// The highest number of a part.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>
const MAX_PART_NUMBER: i32 = 10_000;
/// Algorithms whose checksum of an upload is one of its parts' checksums.
const COMPOSITE_ALGORITHMS: [&str; 4] = [
    ChecksumAlgorithm::CRC32,
    ChecksumAlgorithm::CRC32C,
    ChecksumAlgorithm::SHA1,
    ChecksumAlgorithm::SHA256,
];

impl ObjectStore {
    /// `CreateMultipartUpload`.
    pub async fn create_upload(
        &self,
        input: CreateMultipartUploadInput,
    ) -> S3Result<CreateMultipartUploadOutput> {
        self.bucket_exists(&input.bucket).await?;
        let algorithm = composite_algorithm(&input)?;
        let attributes = ObjectAttributes {
            metadata: input
                .metadata
                .map(|metadata| metadata.into_iter().collect()),
            content_type: input.content_type,
            content_encoding: input.content_encoding,
            content_disposition: input.content_disposition,
            content_language: input.content_language,
            cache_control: input.cache_control,
        };
        let upload = self
            .uploads()
            .begin(UploadInfo {
                id: uuid::Uuid::now_v7().to_string(),
                bucket: input.bucket,
                key: input.key,
                at: SystemTime::now(),
                algorithm,
                attributes,
            })
            .map_err(disk_error)?;
        let info = upload.info;
        Ok(CreateMultipartUploadOutput {
            bucket: Some(info.bucket),
            key: Some(info.key),
            upload_id: Some(info.id),
            checksum_type: checksum_type(info.algorithm.as_deref()),
            checksum_algorithm: info.algorithm.map(ChecksumAlgorithm::from),
            ..CreateMultipartUploadOutput::default()
        })
    }

    /// Returns the upload, or S3's error.
    pub fn upload(&self, id: &str, bucket: &str, key: &str) -> S3Result<StoredUpload> {
        let found = self.uploads().find(id, bucket, key).map_err(disk_error)?;
        found.ok_or_else(|| {
            s3_error!(
                NoSuchUpload,
                "The specified upload does not exist. The upload ID may be invalid, or the upload \
                 may have been aborted or completed."
            )
        })
    }

    /// `UploadPart`.
    pub async fn store_part(
        &self,
        mut request: S3Request<UploadPartInput>,
    ) -> S3Result<UploadPartOutput> {
        let trailers = request.trailing_headers.take();
        let mut input = request.input;
        let number = input.part_number;
        if !(1..=MAX_PART_NUMBER).contains(&number) {
            return Err(s3_error!(
                InvalidArgument,
                "Part number must be an integer between 1 and 10000, inclusive"
            ));
        }
        // Before its bytes are read, though the upload may end while they are.
        self.upload(&input.upload_id, &input.bucket, &input.key)?;
        let draft = self.uploads().draft().map_err(disk_error)?;
        let file = draft.reopen().map_err(disk_error)?;
        let declared = declared_body!(input, trailers);
        let body = spool(file, input.body.take(), declared).await?;
        let _guard = self.upload_lock(&input.upload_id).write().await;
        let upload = self.upload(&input.upload_id, &input.bucket, &input.key)?;
        check_algorithm(upload.info.algorithm.as_deref(), &body.checksum)?;
        upload
            .save_part(number, draft, body.size, body.md5, &body.checksum)
            .map_err(disk_error)?;
        let mut output = UploadPartOutput {
            e_tag: Some(ETag::Strong(hex::encode(body.md5))),
            ..UploadPartOutput::default()
        };
        // Clients give these back when they complete the upload.
        set_checksums!(output, body.checksum);
        Ok(output)
    }

    /// `AbortMultipartUpload`. The parts go with it, also one that is still on its way.
    pub async fn abort_upload(
        &self,
        input: AbortMultipartUploadInput,
    ) -> S3Result<AbortMultipartUploadOutput> {
        let _guard = self.upload_lock(&input.upload_id).write().await;
        let upload = self.upload(&input.upload_id, &input.bucket, &input.key)?;
        upload.remove().map_err(disk_error)?;
        Ok(AbortMultipartUploadOutput::default())
    }
}

/// A failure of the disk.
pub fn disk_error(cause: io::Error) -> S3Error {
    S3Error::internal_error(cause)
}

/// Returns the type of the checksum of an object that came in parts, if they have checksums.
pub fn checksum_type(algorithm: Option<&str>) -> Option<ChecksumType> {
    algorithm?;
    Some(ChecksumType::from_static(ChecksumType::COMPOSITE))
}

/// Returns the algorithm of an upload's checksums; refuses those of the whole object.
fn composite_algorithm(input: &CreateMultipartUploadInput) -> S3Result<Option<String>> {
    let checksum_type = input.checksum_type.as_ref().map(ChecksumType::as_str);
    let algorithm = input
        .checksum_algorithm
        .as_ref()
        .map(ChecksumAlgorithm::as_str);
    let is_composite = algorithm.is_none_or(|name| COMPOSITE_ALGORITHMS.contains(&name));
    if checksum_type == Some(ChecksumType::FULL_OBJECT) || !is_composite {
        return Err(s3_error!(NotImplemented, "Parts have checksums here, not the whole object."));
    }
    Ok(algorithm.map(str::to_owned))
}

/// Refuses a part without the checksum that its upload was begun for.
fn check_algorithm(algorithm: Option<&str>, checksum: &Checksum) -> S3Result<()> {
    let Some(expected) = algorithm else { return Ok(()) };
    let checksums = checksums::to_map(checksum);
    if checksums.contains_key(expected) {
        return Ok(());
    }
    let actual = match checksums.keys().next() {
        Some(name) => name.to_lowercase(),
        None => "null".to_owned(),
    };
    let expected = expected.to_lowercase();
    Err(s3_error!(
        InvalidRequest,
        "Checksum Type mismatch occurred, expected checksum Type: {expected}, actual checksum \
         Type: {actual}"
    ))
}
