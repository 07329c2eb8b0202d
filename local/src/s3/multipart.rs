//! Uploads in parts, by S3's rules; [`super::completion`] makes objects of them.
//!
//! A part appears, whole and checked, with the rename of the file that names it; the same part sent
//! again replaces it. An upload that was begun with a checksum algorithm takes only parts with such
//! a checksum, as S3 does.

use std::{io, time::SystemTime};

use s3s::{
    S3Error, S3Request, S3Result,
    dto::{
        AbortMultipartUploadInput, AbortMultipartUploadOutput, Checksum, ChecksumAlgorithm,
        ChecksumType, CreateMultipartUploadInput, CreateMultipartUploadOutput, ETag,
        ListMultipartUploadsInput, ListMultipartUploadsOutput, ListPartsInput, ListPartsOutput,
        MultipartUpload, UploadPartInput, UploadPartOutput,
    },
    s3_error,
};

use super::{
    spool::{by_algorithm, checksum_of, claims_of, spool},
    store::Store,
    uploads::{Attributes, Begun, Part, Upload},
};

/// Most entries of a page, and how many there are when the request does not say.
const PAGE: i32 = 1000;
/// The highest number of a part.
const MOST_PARTS: i32 = 10_000;
/// Algorithms whose checksum of an upload is one of its parts' checksums.
const COMPOSITE: [&str; 4] = [
    ChecksumAlgorithm::CRC32,
    ChecksumAlgorithm::CRC32C,
    ChecksumAlgorithm::SHA1,
    ChecksumAlgorithm::SHA256,
];

impl Store {
    /// `CreateMultipartUpload`.
    pub async fn begin(
        &self,
        input: CreateMultipartUploadInput,
    ) -> S3Result<CreateMultipartUploadOutput> {
        self.bucket_exists(&input.bucket).await?;
        let full = input
            .checksum_type
            .as_ref()
            .is_some_and(|kind| kind.as_str() == ChecksumType::FULL_OBJECT);
        let algorithm = input
            .checksum_algorithm
            .map(|algorithm| algorithm.as_str().to_owned());
        if full
            || algorithm
                .as_deref()
                .is_some_and(|name| !COMPOSITE.contains(&name))
        {
            return Err(s3_error!(
                NotImplemented,
                "Parts have checksums here, not the whole object."
            ));
        }
        let begun = Begun {
            id: uuid::Uuid::now_v7().to_string(),
            bucket: input.bucket,
            key: input.key,
            at: SystemTime::now(),
            algorithm,
            attributes: Attributes {
                metadata: input
                    .metadata
                    .map(|metadata| metadata.into_iter().collect()),
                content_type: input.content_type,
                content_encoding: input.content_encoding,
                content_disposition: input.content_disposition,
                content_language: input.content_language,
                cache_control: input.cache_control,
            },
        };
        let Begun { id, bucket, key, algorithm, .. } =
            self.uploads().begin(begun).map_err(failed)?.begun;
        Ok(CreateMultipartUploadOutput {
            bucket: Some(bucket),
            key: Some(key),
            upload_id: Some(id),
            checksum_type: algorithm.as_ref().map(|_| composite()),
            checksum_algorithm: algorithm.map(ChecksumAlgorithm::from),
            ..CreateMultipartUploadOutput::default()
        })
    }

    /// The upload, which its caller has locked, or S3's error.
    pub fn upload(&self, id: &str, bucket: &str, key: &str) -> S3Result<Upload> {
        let found = self.uploads().find(id, bucket, key).map_err(failed)?;
        found.ok_or_else(|| {
            s3_error!(
                NoSuchUpload,
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been \
                 aborted or completed."
            )
        })
    }

    /// `UploadPart`.
    pub async fn upload_a_part(
        &self,
        mut req: S3Request<UploadPartInput>,
    ) -> S3Result<UploadPartOutput> {
        let trailers = req.trailing_headers.take();
        let mut input = req.input;
        let number = input.part_number;
        if !(1..=MOST_PARTS).contains(&number) {
            return Err(s3_error!(
                InvalidArgument,
                "Part number must be an integer between 1 and 10000, inclusive"
            ));
        }
        // Before its bytes are read, though the upload may end while they are.
        self.upload(&input.upload_id, &input.bucket, &input.key)?;
        let draft = self.uploads().draft().map_err(failed)?;
        let file = draft.reopen().map_err(failed)?;
        let claims = claims_of!(input, trailers);
        let spooled = spool(file, input.body.take(), claims).await?;
        let _guard = self.upload_lock(&input.upload_id).write().await;
        let upload = self.upload(&input.upload_id, &input.bucket, &input.key)?;
        require(upload.begun.algorithm.as_deref(), &spooled.checksum)?;
        upload
            .keep(number, draft, spooled.size, spooled.md5, &spooled.checksum)
            .map_err(failed)?;
        let checksum = spooled.checksum;
        Ok(UploadPartOutput {
            e_tag: Some(ETag::Strong(hex::encode(spooled.md5))),
            // Clients give these back when they complete the upload.
            checksum_crc32: checksum.checksum_crc32,
            checksum_crc32c: checksum.checksum_crc32c,
            checksum_sha1: checksum.checksum_sha1,
            checksum_sha256: checksum.checksum_sha256,
            checksum_crc64nvme: checksum.checksum_crc64nvme,
            ..UploadPartOutput::default()
        })
    }

    /// `ListParts`.
    pub async fn parts(&self, input: ListPartsInput) -> S3Result<ListPartsOutput> {
        let _guard = self.upload_lock(&input.upload_id).read().await;
        let upload = self.upload(&input.upload_id, &input.bucket, &input.key)?;
        let (after, most) = (input.part_number_marker.unwrap_or(0), page(input.max_parts));
        let mut parts: Vec<_> = upload
            .parts()
            .map_err(failed)?
            .into_values()
            .filter(|p| p.number > after)
            .collect();
        let truncated = parts.len() > most;
        parts.truncate(most);
        let algorithm = upload.begun.algorithm;
        Ok(ListPartsOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(input.upload_id),
            max_parts: i32::try_from(most).ok(),
            part_number_marker: Some(after),
            next_part_number_marker: parts.last().map(|part| part.number),
            is_truncated: Some(truncated),
            parts: Some(
                parts
                    .iter()
                    .map(|part| listed(part, algorithm.as_deref()))
                    .collect(),
            ),
            checksum_type: algorithm.as_ref().map(|_| composite()),
            checksum_algorithm: algorithm.map(ChecksumAlgorithm::from),
            ..ListPartsOutput::default()
        })
    }

    /// `ListMultipartUploads`.
    pub async fn list_uploads(
        &self,
        input: ListMultipartUploadsInput,
    ) -> S3Result<ListMultipartUploadsOutput> {
        self.bucket_exists(&input.bucket).await?;
        if input.delimiter.is_some() {
            return Err(s3_error!(
                NotImplemented,
                "Uploads are not grouped by a delimiter locally."
            ));
        }
        let prefix = input.prefix.as_deref().unwrap_or("");
        let is_after = |begun: &Begun| match (&input.key_marker, &input.upload_id_marker) {
            (None, _) => true,
            (Some(key), None) => begun.key > *key,
            (Some(key), Some(id)) => (&begun.key, &begun.id) > (key, id),
        };
        let wanted = |begun: &Begun| {
            begun.bucket == input.bucket && begun.key.starts_with(prefix) && is_after(begun)
        };
        let all = self
            .uploads()
            .all()
            .map_err(failed)?
            .into_iter()
            .map(|upload| upload.begun);
        let mut found: Vec<_> = all.filter(wanted).collect();
        let most = page(input.max_uploads);
        let truncated = found.len() > most;
        found.truncate(most);
        let last = found.last().filter(|_| truncated);
        Ok(ListMultipartUploadsOutput {
            next_key_marker: last.map(|begun| begun.key.clone()),
            next_upload_id_marker: last.map(|begun| begun.id.clone()),
            bucket: Some(input.bucket),
            prefix: input.prefix,
            key_marker: input.key_marker,
            upload_id_marker: input.upload_id_marker,
            max_uploads: i32::try_from(most).ok(),
            is_truncated: Some(truncated),
            uploads: Some(found.into_iter().map(listed_upload).collect()),
            ..ListMultipartUploadsOutput::default()
        })
    }

    /// `AbortMultipartUpload`. The parts go with it, also one that is still on its way.
    pub async fn abort(
        &self,
        input: AbortMultipartUploadInput,
    ) -> S3Result<AbortMultipartUploadOutput> {
        let _guard = self.upload_lock(&input.upload_id).write().await;
        self.upload(&input.upload_id, &input.bucket, &input.key)?
            .remove()
            .map_err(failed)?;
        Ok(AbortMultipartUploadOutput::default())
    }
}

/// A failure of the disk.
pub fn failed(cause: io::Error) -> S3Error {
    S3Error::internal_error(cause)
}

/// The checksum of an object that came in parts.
pub fn composite() -> ChecksumType {
    ChecksumType::from_static(ChecksumType::COMPOSITE)
}

// The part must have the checksum that its upload was begun for.
fn require(algorithm: Option<&str>, found: &Checksum) -> S3Result<()> {
    let Some(expected) = algorithm else { return Ok(()) };
    let found = by_algorithm(found);
    if found.contains_key(expected) {
        return Ok(());
    }
    let actual = found
        .keys()
        .next()
        .map_or("null".to_owned(), |name| name.to_lowercase());
    let expected = expected.to_lowercase();
    Err(s3_error!(
        InvalidRequest,
        "Checksum Type mismatch occurred, expected checksum Type: {expected}, actual checksum Type: {actual}"
    ))
}

fn page(wish: Option<i32>) -> usize {
    usize::try_from(wish.unwrap_or(PAGE).clamp(0, PAGE)).unwrap_or(0)
}

fn listed(part: &Part, algorithm: Option<&str>) -> s3s::dto::Part {
    let checksum = checksum_of(
        part.checksums
            .iter()
            .filter(|(name, _)| Some(name.as_str()) == algorithm),
    );
    s3s::dto::Part {
        part_number: Some(part.number),
        size: i64::try_from(part.size).ok(),
        e_tag: Some(ETag::Strong(hex::encode(part.md5))),
        last_modified: Some(part.at.into()),
        checksum_crc32: checksum.checksum_crc32,
        checksum_crc32c: checksum.checksum_crc32c,
        checksum_sha1: checksum.checksum_sha1,
        checksum_sha256: checksum.checksum_sha256,
        checksum_crc64nvme: checksum.checksum_crc64nvme,
    }
}

fn listed_upload(begun: Begun) -> MultipartUpload {
    MultipartUpload {
        key: Some(begun.key),
        upload_id: Some(begun.id),
        initiated: Some(begun.at.into()),
        checksum_type: begun.algorithm.as_ref().map(|_| composite()),
        checksum_algorithm: begun.algorithm.map(ChecksumAlgorithm::from),
        ..MultipartUpload::default()
    }
}
