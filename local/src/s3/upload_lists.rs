//! Lists of an upload's parts and of a bucket's uploads, by page.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html>

use s3s::{
    S3Result,
    dto::{
        ChecksumAlgorithm, ETag, ListMultipartUploadsInput, ListMultipartUploadsOutput,
        ListPartsInput, ListPartsOutput, MultipartUpload, Part,
    },
    s3_error,
};

use super::{
    checksums::{self, set_checksums},
    multipart::{checksum_type, disk_error},
    store::ObjectStore,
    upload_store::{StoredPart, UploadInfo},
};

/// The most entries of a page, and their number if the request names none.
const MAX_PAGE_SIZE: i32 = 1000;

impl ObjectStore {
    /// `ListParts`.
    pub async fn list_upload_parts(&self, input: ListPartsInput) -> S3Result<ListPartsOutput> {
        let _guard = self.upload_lock(&input.upload_id).read().await;
        let upload = self.upload(&input.upload_id, &input.bucket, &input.key)?;
        let algorithm = upload.info.algorithm.as_deref();
        let after = input.part_number_marker.unwrap_or(0);
        let page_size = page_size(input.max_parts);
        let mut stored = upload.parts().map_err(disk_error)?;
        stored.retain(|number, _| *number > after);
        let is_truncated = stored.len() > page_size;
        let mut parts = Vec::new();
        let mut last_number = None;
        for part in stored.values().take(page_size) {
            parts.push(part_entry(part, algorithm));
            last_number = Some(part.number);
        }
        Ok(ListPartsOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(input.upload_id),
            max_parts: i32::try_from(page_size).ok(),
            part_number_marker: Some(after),
            next_part_number_marker: last_number,
            is_truncated: Some(is_truncated),
            parts: Some(parts),
            checksum_type: checksum_type(algorithm),
            checksum_algorithm: upload.info.algorithm.map(ChecksumAlgorithm::from),
            ..ListPartsOutput::default()
        })
    }

    /// `ListMultipartUploads`.
    pub async fn list_bucket_uploads(
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
        let page_size = page_size(input.max_uploads);
        let mut matching = Vec::new();
        for upload in self.uploads().all().map_err(disk_error)? {
            if is_listed(&upload.info, &input) {
                matching.push(upload.info);
            }
        }
        let is_truncated = matching.len() > page_size;
        matching.truncate(page_size);
        let mut output = ListMultipartUploadsOutput {
            bucket: Some(input.bucket),
            prefix: input.prefix,
            key_marker: input.key_marker,
            upload_id_marker: input.upload_id_marker,
            max_uploads: i32::try_from(page_size).ok(),
            is_truncated: Some(is_truncated),
            ..ListMultipartUploadsOutput::default()
        };
        if is_truncated && let Some(last) = matching.last() {
            output.next_key_marker = Some(last.key.clone());
            output.next_upload_id_marker = Some(last.id.clone());
        }
        output.uploads = Some(matching.into_iter().map(upload_entry).collect());
        Ok(output)
    }
}

fn page_size(requested: Option<i32>) -> usize {
    let size = requested.unwrap_or(MAX_PAGE_SIZE).clamp(0, MAX_PAGE_SIZE);
    usize::try_from(size).unwrap_or(0)
}

/// Returns whether a list has the upload: it is of the bucket and the prefix, and behind the
/// markers.
fn is_listed(info: &UploadInfo, input: &ListMultipartUploadsInput) -> bool {
    let prefix = input.prefix.as_deref().unwrap_or_default();
    if info.bucket != input.bucket || !info.key.starts_with(prefix) {
        return false;
    }
    match (&input.key_marker, &input.upload_id_marker) {
        (None, _) => true,
        (Some(key), None) => info.key > *key,
        (Some(key), Some(id)) => (&info.key, &info.id) > (key, id),
    }
}

fn part_entry(part: &StoredPart, algorithm: Option<&str>) -> Part {
    let mut entry = Part {
        part_number: Some(part.number),
        size: i64::try_from(part.size).ok(),
        e_tag: Some(ETag::Strong(hex::encode(part.md5))),
        last_modified: Some(part.at.into()),
        ..Part::default()
    };
    if let Some(name) = algorithm
        && let Some(sum) = part.checksums.get(name)
    {
        set_checksums!(entry, checksums::of_algorithm(name, sum));
    }
    entry
}

fn upload_entry(info: UploadInfo) -> MultipartUpload {
    MultipartUpload {
        key: Some(info.key),
        upload_id: Some(info.id),
        initiated: Some(info.at.into()),
        checksum_type: checksum_type(info.algorithm.as_deref()),
        checksum_algorithm: info.algorithm.map(ChecksumAlgorithm::from),
        ..MultipartUpload::default()
    }
}
