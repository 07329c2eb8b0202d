//! A body is first written to a file that no reader knows and checked, and only then given to the
//! store.

use std::{collections::BTreeMap, fs::File, io};

use axum::http::HeaderMap;
use base64::{Engine, prelude::BASE64_STANDARD};
use futures::StreamExt;
use s3s::{
    S3Error, S3ErrorCode, S3Result, TrailingHeaders,
    checksum::ChecksumHasher,
    crypto::{Checksum as _, Md5},
    dto::{Checksum, ChecksumAlgorithm, StreamingBlob},
    s3_error,
};
use tokio::io::{AsyncSeekExt, AsyncWriteExt};
use tokio_util::io::ReaderStream;

// What a request says of its body. The two inputs have these fields in common and no trait that
// says so.
macro_rules! claims_of {
    ($input:expr, $trailers:expr) => {
        $crate::s3::spool::Claims {
            length: $input.content_length,
            md5: $input.content_md5.take(),
            algorithm: $input.checksum_algorithm.take(),
            checksum: s3s::dto::Checksum {
                checksum_crc32: $input.checksum_crc32.take(),
                checksum_crc32c: $input.checksum_crc32c.take(),
                checksum_sha1: $input.checksum_sha1.take(),
                checksum_sha256: $input.checksum_sha256.take(),
                checksum_crc64nvme: $input.checksum_crc64nvme.take(),
                ..s3s::dto::Checksum::default()
            },
            trailers: $trailers,
        }
    };
}
pub(super) use claims_of;

/// What the client said of the bytes.
#[derive(Default)]
pub struct Claims {
    pub length: Option<i64>,
    pub md5: Option<String>,
    pub algorithm: Option<ChecksumAlgorithm>,
    pub checksum: Checksum,
    pub trailers: Option<TrailingHeaders>,
}

/// Bytes that are what the client said they are.
pub struct Spooled {
    /// At its beginning.
    pub file: tokio::fs::File,
    pub size: u64,
    pub md5: [u8; 16],
    pub checksum: Checksum,
}

impl Spooled {
    pub fn into_body(self) -> StreamingBlob {
        StreamingBlob::wrap(ReaderStream::with_capacity(self.file, 65_536))
    }
}

/// Reads the body to its end and checks it.
pub async fn spool(file: File, body: Option<StreamingBlob>, claims: Claims) -> S3Result<Spooled> {
    let mut body = body.ok_or_else(|| s3_error!(IncompleteBody))?;
    let failed = |cause: io::Error| S3Error::internal_error(cause);
    let mut file = tokio::fs::File::from_std(file);
    let (mut size, mut md5, mut hasher) = (0_u64, Md5::new(), hasher_for(&claims)?);
    while let Some(chunk) = body.next().await {
        let chunk =
            chunk.map_err(|cause| S3Error::with_source(S3ErrorCode::IncompleteBody, cause))?;
        size += chunk.len() as u64;
        md5.update(&chunk);
        hasher.update(&chunk);
        file.write_all(&chunk).await.map_err(failed)?;
    }
    file.flush().await.map_err(failed)?;
    let (checksum, md5) = (hasher.finalize(), md5.finalize());
    check(&claims, size, &BASE64_STANDARD.encode(md5), &checksum)?;
    file.rewind().await.map_err(failed)?;
    Ok(Spooled { file, size, md5, checksum })
}

fn hasher_for(claims: &Claims) -> S3Result<ChecksumHasher> {
    let said = &claims.checksum;
    let named = claims.algorithm.as_ref().map(ChecksumAlgorithm::as_str);
    if let Some(other) = named.filter(|name| !ALGORITHMS.contains(name)) {
        return Err(s3_error!(NotImplemented, "checksum algorithm {other}"));
    }
    let said = by_algorithm(said);
    Ok(hasher(|name| named == Some(name) || said.contains_key(name)))
}

/// Computes the checksums that are wanted.
pub fn hasher(wants: impl Fn(&str) -> bool) -> ChecksumHasher {
    ChecksumHasher {
        crc32: wants(ChecksumAlgorithm::CRC32).then(Default::default),
        crc32c: wants(ChecksumAlgorithm::CRC32C).then(Default::default),
        sha1: wants(ChecksumAlgorithm::SHA1).then(Default::default),
        sha256: wants(ChecksumAlgorithm::SHA256).then(Default::default),
        crc64nvme: wants(ChecksumAlgorithm::CRC64NVME).then(Default::default),
    }
}

/// The checksums that are there, by the names of their algorithms.
pub fn by_algorithm(sums: &Checksum) -> BTreeMap<String, String> {
    let all = [
        (ChecksumAlgorithm::CRC32, &sums.checksum_crc32),
        (ChecksumAlgorithm::CRC32C, &sums.checksum_crc32c),
        (ChecksumAlgorithm::SHA1, &sums.checksum_sha1),
        (ChecksumAlgorithm::SHA256, &sums.checksum_sha256),
        (ChecksumAlgorithm::CRC64NVME, &sums.checksum_crc64nvme),
    ];
    all.into_iter()
        .filter_map(|(name, sum)| Some((name.to_owned(), sum.clone()?)))
        .collect()
}

/// The reverse of [`by_algorithm`].
pub fn checksum_of<'a>(sums: impl IntoIterator<Item = (&'a String, &'a String)>) -> Checksum {
    let sums: BTreeMap<_, _> = sums
        .into_iter()
        .map(|(name, sum)| (name.as_str(), sum))
        .collect();
    let sum = |name| sums.get(name).map(|sum| (*sum).clone());
    Checksum {
        checksum_crc32: sum(ChecksumAlgorithm::CRC32),
        checksum_crc32c: sum(ChecksumAlgorithm::CRC32C),
        checksum_sha1: sum(ChecksumAlgorithm::SHA1),
        checksum_sha256: sum(ChecksumAlgorithm::SHA256),
        checksum_crc64nvme: sum(ChecksumAlgorithm::CRC64NVME),
        ..Checksum::default()
    }
}

const ALGORITHMS: [&str; 5] = [
    ChecksumAlgorithm::CRC32,
    ChecksumAlgorithm::CRC32C,
    ChecksumAlgorithm::SHA1,
    ChecksumAlgorithm::SHA256,
    ChecksumAlgorithm::CRC64NVME,
];

fn check(claims: &Claims, size: u64, md5: &str, found: &Checksum) -> S3Result<()> {
    if claims
        .length
        .is_some_and(|length| u64::try_from(length) != Ok(size))
    {
        return Err(s3_error!(
            IncompleteBody,
            "The body does not have the length that was declared."
        ));
    }
    if claims.md5.as_ref().is_some_and(|said| said != md5) {
        return Err(s3_error!(
            BadDigest,
            "The Content-MD5 you specified did not match the calculated MD5."
        ));
    }
    // The body is at its end, so the trailers are there.
    let trailers = claims
        .trailers
        .as_ref()
        .and_then(TrailingHeaders::take)
        .unwrap_or_default();
    let (said, found) = (by_algorithm(&claims.checksum), by_algorithm(found));
    for name in ALGORITHMS {
        let said = said.get(name).cloned().or_else(|| trailer(&trailers, name));
        if said.is_some_and(|said| found.get(name) != Some(&said)) {
            return Err(s3_error!(
                BadDigest,
                "The {name} you specified did not match the calculated checksum."
            ));
        }
    }
    Ok(())
}

fn trailer(trailers: &HeaderMap, name: &str) -> Option<String> {
    trailers
        .get(format!("x-amz-checksum-{}", name.to_lowercase()))?
        .to_str()
        .ok()
        .map(str::to_owned)
}
