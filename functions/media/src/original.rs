//! Reads an original, and sums and inspects it while it comes.

use imaging::{DecodeLimits, Error};
use shared::{
    Result,
    domain::{FailureCode, Sha256, Summing},
    stores::ObjectStream,
};

/// The number of bytes after which the header is inspected: it is within them, save where a large
/// preview comes first.
const HEAD: usize = 64 << 10;

/// Returns the bytes if they are those that were announced, else the code of what is wrong. A
/// picture that is too large by its own header is refused before the rest of it is read.
///
/// # Errors
/// When S3 fails.
pub async fn read(
    mut incoming: ObjectStream,
    announced: &Sha256,
) -> Result<std::result::Result<Vec<u8>, FailureCode>> {
    let mut bytes = Vec::with_capacity(incoming.size);
    let mut sum = Summing::default();
    let mut is_inspected = false;
    while let Some(next) = incoming.next().await? {
        sum.add(&next);
        bytes.extend_from_slice(&next);
        if !is_inspected && bytes.len() >= HEAD {
            is_inspected = true;
            if let Some(code) = too_large(&bytes) {
                return Ok(Err(code));
            }
        }
    }
    if sum.sum() != *announced {
        return Ok(Err(FailureCode::ChecksumMismatch));
    }
    Ok(Ok(bytes))
}

/// Returns the code of a picture that is too large by its header. Nothing else counts here, since
/// more bytes could change it.
fn too_large(head: &[u8]) -> Option<FailureCode> {
    match imaging::inspect(head, &DecodeLimits::default()) {
        Err(Error::TooManyPixels { .. }) => Some(FailureCode::TooManyPixels),
        Err(Error::TooLargeSide { .. }) => Some(FailureCode::TooLargeSide),
        _ => None,
    }
}
