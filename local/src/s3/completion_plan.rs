//! The plan of a completion: the parts that the request lists, checked against those that were
//! stored.

use base64::{Engine, prelude::BASE64_STANDARD};
use s3s::{
    S3Result,
    crypto::{Checksum as _, Md5},
    dto::{Checksum, CompleteMultipartUploadInput, CompletedPart},
    s3_error,
};

use super::{
    checksums,
    multipart::disk_error,
    upload_store::{CompletionPlan, StoredPart, StoredUpload},
};

/// The least bytes of every part but the last.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>
const MIN_PART_SIZE: u64 = 5 * 1024 * 1024;

/// Plans the object that the request describes.
///
/// # Errors
/// S3's error if the list of parts is not one of parts that were stored.
pub fn plan(
    upload: &StoredUpload,
    input: &CompleteMultipartUploadInput,
) -> S3Result<CompletionPlan> {
    let mut listed: &[CompletedPart] = &[];
    if let Some(list) = &input.multipart_upload
        && let Some(parts) = &list.parts
    {
        listed = parts;
    }
    if listed.is_empty() {
        return Err(s3_error!(MalformedXML, "You must specify at least one part"));
    }
    let algorithm = upload.info.algorithm.as_deref();
    check_order(listed, algorithm)?;
    let mut stored = upload.parts().map_err(disk_error)?;
    let mut parts = Vec::new();
    for part in listed {
        let with_number = stored.remove(&number(part));
        parts.push(matching_part(part, with_number, algorithm)?);
    }
    check_sizes(&parts, input.mpu_object_size)?;
    let checksum = match algorithm {
        Some(algorithm) => Some((algorithm.to_owned(), composite_checksum(&parts, algorithm)?)),
        None => None,
    };
    Ok(CompletionPlan { etag: composite_etag(&parts), checksum, parts })
}

/// Returns the number of a part in the request; 0 is none of S3's.
fn number(part: &CompletedPart) -> i32 {
    part.part_number.unwrap_or(0)
}

/// Checks the numbers of the parts: with checksums they must be without a gap, else only in order.
fn check_order(listed: &[CompletedPart], algorithm: Option<&str>) -> S3Result<()> {
    let mut previous = 0;
    for (part, expected) in listed.iter().zip(1..) {
        let number = number(part);
        let has_gap = algorithm.is_some() && number != expected;
        let is_in_order = expected == 1 || number > previous;
        if has_gap || !is_in_order {
            return Err(s3_error!(InvalidPartOrder));
        }
        previous = number;
    }
    Ok(())
}

fn check_sizes(parts: &[StoredPart], declared: Option<i64>) -> S3Result<()> {
    let mut size = 0;
    for (index, part) in parts.iter().enumerate() {
        let is_last = index + 1 == parts.len();
        if !is_last && part.size < MIN_PART_SIZE {
            return Err(s3_error!(EntityTooSmall));
        }
        size += part.size;
    }
    if let Some(declared) = declared
        && u64::try_from(declared) != Ok(size)
    {
        return Err(s3_error!(
            InvalidRequest,
            "The parts do not add up to the size that was declared."
        ));
    }
    Ok(())
}

/// Returns the stored part that an entry of the list stands for.
fn matching_part(
    listed: &CompletedPart,
    stored: Option<StoredPart>,
    algorithm: Option<&str>,
) -> S3Result<StoredPart> {
    let declared = checksums::to_map(&Checksum {
        checksum_crc32: listed.checksum_crc32.clone(),
        checksum_crc32c: listed.checksum_crc32c.clone(),
        checksum_sha1: listed.checksum_sha1.clone(),
        checksum_sha256: listed.checksum_sha256.clone(),
        checksum_crc64nvme: listed.checksum_crc64nvme.clone(),
        ..Checksum::default()
    });
    if let Some(algorithm) = algorithm
        && !declared.contains_key(algorithm)
    {
        let name = algorithm.to_lowercase();
        let number = number(listed);
        return Err(s3_error!(
            InvalidRequest,
            "The upload was created using a {name} checksum. The complete request must include \
             the checksum for each part. It was missing for part {number} in the request."
        ));
    }
    if let Some(part) = stored
        && has_etag(listed, &part)
        && part.has_no_other(&declared)
    {
        return Ok(part);
    }
    Err(s3_error!(
        InvalidPart,
        "One or more of the specified parts could not be found. The part may not have been \
         uploaded, or the specified entity tag may not match the part's entity tag."
    ))
}

/// Returns whether the list names the `ETag` of the part.
fn has_etag(listed: &CompletedPart, part: &StoredPart) -> bool {
    match &listed.e_tag {
        Some(etag) => etag.value() == hex::encode(part.md5),
        None => false,
    }
}

impl StoredPart {
    /// Returns whether each declared checksum is the part's, or of an algorithm that it has none
    /// of.
    fn has_no_other(&self, declared: &checksums::ChecksumMap) -> bool {
        declared.iter().all(|(algorithm, sum)| {
            let stored = self.checksums.get(algorithm);
            stored.is_none_or(|stored| stored == sum)
        })
    }
}

/// Returns the MD5 of the parts' MD5s, and their number.
fn composite_etag(parts: &[StoredPart]) -> String {
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(&part.md5);
    }
    format!("{}-{}", hex::encode(md5.finalize()), parts.len())
}

/// Returns the checksum of the parts' checksums, in base64, and their number.
fn composite_checksum(parts: &[StoredPart], algorithm: &str) -> S3Result<String> {
    let mut hasher = checksums::hasher(|name| name == algorithm);
    for part in parts {
        let encoded = part.checksums.get(algorithm).map_or("", String::as_str);
        let sum = BASE64_STANDARD.decode(encoded).unwrap_or_default();
        if sum.is_empty() {
            return Err(s3_error!(InternalError, "A part has lost its checksum."));
        }
        hasher.update(&sum);
    }
    let sums = checksums::to_map(&hasher.finalize());
    let sum = sums.get(algorithm).map_or("", String::as_str);
    Ok(format!("{sum}-{}", parts.len()))
}
