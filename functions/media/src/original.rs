//! Reading an original: summed and looked at while it comes.

use imaging::{Error, DecodeLimits};
use shared::{
    Result,
    domain::{FailureCode, Sha256, Summing},
    stores::ObjectStream,
};

/// Bytes after which the header is looked at: it is within them, save where a large preview comes
/// first.
const HEAD: usize = 64 << 10;

/// The bytes, if they are those that were announced; else the code of what is wrong. A picture that
/// is too large by its own header is refused before the rest of it is read.
///
/// # Errors
/// When S3 fails.
pub async fn read(
    mut incoming: ObjectStream,
    announced: &Sha256,
) -> Result<std::result::Result<Vec<u8>, FailureCode>> {
    let mut bytes = Vec::with_capacity(incoming.size);
    let mut sum = Summing::default();
    let mut looked = false;
    while let Some(next) = incoming.next().await? {
        sum.add(&next);
        bytes.extend_from_slice(&next);
        if !looked && bytes.len() >= HEAD {
            looked = true;
            if let Some(code) = too_large(&bytes) {
                return Ok(Err(code));
            }
        }
    }
    Ok(if sum.sum() == *announced { Ok(bytes) } else { Err(FailureCode::ChecksumMismatch) })
}

/// Only what more bytes could not change counts here.
fn too_large(head: &[u8]) -> Option<FailureCode> {
    match imaging::inspect(head, &DecodeLimits::default()) {
        Err(Error::TooManyPixels { .. }) => Some(FailureCode::TooManyPixels),
        Err(Error::TooLargeSide { .. }) => Some(FailureCode::TooLargeSide),
        _ => None,
    }
}
