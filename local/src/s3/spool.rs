//! A body is first written to a nameless file and checked, and only then given to the store.

use std::{fs::File, io, path::Path};

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
    pub body: StreamingBlob,
    pub size: u64,
    pub checksum: Checksum,
}

/// Reads the body to its end and checks it. Nothing is left behind when it is refused, or when the process ends.
pub async fn spool(folder: &Path, mut body: StreamingBlob, claims: Claims) -> S3Result<Spooled> {
    let failed = |cause: io::Error| S3Error::internal_error(cause);
    let mut file = tokio::fs::File::from_std(nameless(folder).map_err(failed)?);
    let (mut size, mut md5, mut hasher) = (0_u64, Md5::new(), hasher_for(&claims)?);
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|cause| S3Error::with_source(S3ErrorCode::IncompleteBody, cause))?;
        size += chunk.len() as u64;
        md5.update(&chunk);
        hasher.update(&chunk);
        file.write_all(&chunk).await.map_err(failed)?;
    }
    file.flush().await.map_err(failed)?;
    let checksum = hasher.finalize();
    check(&claims, size, &BASE64_STANDARD.encode(md5.finalize()), &checksum)?;
    file.rewind().await.map_err(failed)?;
    Ok(Spooled { body: StreamingBlob::wrap(ReaderStream::with_capacity(file, 65_536)), size, checksum })
}

fn nameless(folder: &Path) -> io::Result<File> {
    tempfile::tempfile_in(folder)
}

fn hasher_for(claims: &Claims) -> S3Result<ChecksumHasher> {
    let said = &claims.checksum;
    let named = claims.algorithm.as_ref().map(ChecksumAlgorithm::as_str);
    if let Some(other) = named.filter(|name| !ALGORITHMS.contains(name)) {
        return Err(s3_error!(NotImplemented, "checksum algorithm {other}"));
    }
    let wants = |name: &str, value: &Option<String>| named == Some(name) || value.is_some();
    Ok(ChecksumHasher {
        crc32: wants(ChecksumAlgorithm::CRC32, &said.checksum_crc32).then(Default::default),
        crc32c: wants(ChecksumAlgorithm::CRC32C, &said.checksum_crc32c).then(Default::default),
        sha1: wants(ChecksumAlgorithm::SHA1, &said.checksum_sha1).then(Default::default),
        sha256: wants(ChecksumAlgorithm::SHA256, &said.checksum_sha256).then(Default::default),
        crc64nvme: wants(ChecksumAlgorithm::CRC64NVME, &said.checksum_crc64nvme).then(Default::default),
    })
}

const ALGORITHMS: [&str; 5] = [
    ChecksumAlgorithm::CRC32,
    ChecksumAlgorithm::CRC32C,
    ChecksumAlgorithm::SHA1,
    ChecksumAlgorithm::SHA256,
    ChecksumAlgorithm::CRC64NVME,
];

fn check(claims: &Claims, size: u64, md5: &str, found: &Checksum) -> S3Result<()> {
    if claims.length.is_some_and(|length| u64::try_from(length) != Ok(size)) {
        return Err(s3_error!(IncompleteBody, "The body does not have the length that was declared."));
    }
    if claims.md5.as_ref().is_some_and(|said| said != md5) {
        return Err(s3_error!(BadDigest, "The Content-MD5 you specified did not match the calculated MD5."));
    }
    // The body is at its end, so the trailers are there.
    let trailers = claims.trailers.as_ref().and_then(TrailingHeaders::take).unwrap_or_default();
    let said = &claims.checksum;
    let pairs = [
        ("crc32", &said.checksum_crc32, &found.checksum_crc32),
        ("crc32c", &said.checksum_crc32c, &found.checksum_crc32c),
        ("sha1", &said.checksum_sha1, &found.checksum_sha1),
        ("sha256", &said.checksum_sha256, &found.checksum_sha256),
        ("crc64nvme", &said.checksum_crc64nvme, &found.checksum_crc64nvme),
    ];
    for (name, said, found) in pairs {
        let said = said.clone().or_else(|| trailer(&trailers, name));
        if said.is_some() && said != *found {
            return Err(s3_error!(BadDigest, "The {name} you specified did not match the calculated checksum."));
        }
    }
    Ok(())
}

fn trailer(trailers: &HeaderMap, name: &str) -> Option<String> {
    trailers.get(format!("x-amz-checksum-{name}"))?.to_str().ok().map(str::to_owned)
}
