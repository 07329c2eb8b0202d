//! A body is first written to a file that no reader knows and checked, and only then given to the
//! store.

use std::{fs::File, io};

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

use super::checksums::{self, ALGORITHMS};

/// The bytes of a body that are read at a time.
const PIECE: usize = 65_536;

/// The size and the checksums that the client has declared of a body.
#[derive(Default)]
pub struct DeclaredBody {
    pub length: Option<i64>,
    pub md5: Option<String>,
    pub algorithm: Option<ChecksumAlgorithm>,
    pub checksum: Checksum,
    pub trailers: Option<TrailingHeaders>,
}

// The inputs of `PutObject` and `UploadPart` have these fields in common and no trait that says so.
macro_rules! declared_body {
    ($input:expr, $trailers:expr) => {
        $crate::s3::spooled_body::DeclaredBody {
            length: $input.content_length,
            md5: $input.content_md5.take(),
            algorithm: $input.checksum_algorithm.take(),
            checksum: $crate::s3::checksums::take_checksums!($input),
            trailers: $trailers,
        }
    };
}
pub(super) use declared_body;

/// A body that is as it was declared.
pub struct SpooledBody {
    /// The file, at its beginning.
    pub file: tokio::fs::File,
    pub size: u64,
    pub md5: [u8; 16],
    pub checksum: Checksum,
}

impl SpooledBody {
    pub fn into_body(self) -> StreamingBlob {
        StreamingBlob::wrap(ReaderStream::with_capacity(self.file, PIECE))
    }
}

/// Reads the body to its end into a file, and checks it.
///
/// # Errors
/// `BadDigest` or `IncompleteBody` if it is not as it was declared.
pub async fn spool(
    file: File,
    body: Option<StreamingBlob>,
    declared: DeclaredBody,
) -> S3Result<SpooledBody> {
    let Some(mut body) = body else { return Err(s3_error!(IncompleteBody)) };
    let failed = |cause: io::Error| S3Error::internal_error(cause);
    let mut file = tokio::fs::File::from_std(file);
    let mut size = 0;
    let mut md5_hasher = Md5::new();
    let mut hasher = declared.hasher()?;
    while let Some(received) = body.next().await {
        let chunk =
            received.map_err(|cause| S3Error::with_source(S3ErrorCode::IncompleteBody, cause))?;
        size += chunk.len() as u64;
        md5_hasher.update(&chunk);
        hasher.update(&chunk);
        file.write_all(&chunk).await.map_err(failed)?;
    }
    file.flush().await.map_err(failed)?;
    let md5 = md5_hasher.finalize();
    let checksum = hasher.finalize();
    declared.check(size, &md5, &checksum)?;
    file.rewind().await.map_err(failed)?;
    Ok(SpooledBody { file, size, md5, checksum })
}

impl DeclaredBody {
    /// Returns a hasher of every algorithm that the client has named.
    fn hasher(&self) -> S3Result<ChecksumHasher> {
        let named = self.algorithm.as_ref().map(ChecksumAlgorithm::as_str);
        if let Some(name) = named
            && !ALGORITHMS.contains(&name)
        {
            return Err(s3_error!(NotImplemented, "checksum algorithm {name}"));
        }
        let declared = checksums::to_map(&self.checksum);
        Ok(checksums::hasher(|name| named == Some(name) || declared.contains_key(name)))
    }

    /// Checks the size and the sums of the whole body.
    fn check(&self, size: u64, md5: &[u8; 16], found: &Checksum) -> S3Result<()> {
        if let Some(length) = self.length
            && u64::try_from(length) != Ok(size)
        {
            return Err(s3_error!(
                IncompleteBody,
                "The body does not have the length that was declared."
            ));
        }
        if let Some(declared) = &self.md5
            && *declared != BASE64_STANDARD.encode(md5)
        {
            return Err(s3_error!(
                BadDigest,
                "The Content-MD5 you specified did not match the calculated MD5."
            ));
        }
        // The body is at its end, so the trailers are there.
        let trailers = match &self.trailers {
            Some(trailers) => trailers.take().unwrap_or_default(),
            None => HeaderMap::new(),
        };
        let declared = checksums::to_map(&self.checksum);
        let calculated = checksums::to_map(found);
        for name in ALGORITHMS {
            let in_headers = declared.get(name).map(String::as_str);
            let Some(sum) = in_headers.or(trailer(&trailers, name)) else { continue };
            if calculated
                .get(name)
                .is_none_or(|calculated| calculated != sum)
            {
                return Err(s3_error!(
                    BadDigest,
                    "The {name} you specified did not match the calculated checksum."
                ));
            }
        }
        Ok(())
    }
}

/// Returns the checksum of this algorithm in the trailers.
fn trailer<'a>(trailers: &'a HeaderMap, algorithm: &str) -> Option<&'a str> {
    let name = format!("x-amz-checksum-{}", algorithm.to_lowercase());
    trailers.get(name)?.to_str().ok()
}
