//! Which format, and how large: read from the header alone.

use crate::{Error, Limits, jpeg, png, webp};
use std::fmt;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// JPEG: baseline, extended or progressive, 8 bits a sample.
    Jpeg,
    /// PNG; of an animated one the default image.
    Png,
    /// WebP, lossy or lossless; of an animated one the first frame.
    WebP,
}

impl Format {
    /// The format's media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
        })
    }
}

/// What the header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The format, from the bytes; a name or a media type that says otherwise is wrong.
    pub format: Format,
    /// Pixels across as stored, before any rotation.
    pub width: u32,
    /// Pixels down as stored, before any rotation.
    pub height: u32,
}

/// Reads the header only, and holds what it claims against the limits.
///
/// # Errors
/// As [`crate::render`], save that damage past the header is not seen.
pub fn inspect(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    let format = sniff(bytes)?;
    let (width, height) = match format {
        Format::Jpeg => jpeg::size(bytes)?,
        Format::Png => png::size(bytes)?,
        Format::WebP => webp::size(bytes)?,
    };
    limits.check_size(width, height)?;
    Ok(Header { format, width, height })
}

const JPEG: &[u8] = b"\xFF\xD8\xFF";
const PNG: &[u8] = b"\x89PNG\r\n\x1A\n";

fn sniff(bytes: &[u8]) -> Result<Format, Error> {
    let cut = |signature: &[u8]| bytes.len() < signature.len() && signature.starts_with(bytes);
    if bytes.is_empty() {
        Err(Error::Empty)
    } else if bytes.starts_with(JPEG) {
        Ok(Format::Jpeg)
    } else if bytes.starts_with(PNG) {
        Ok(Format::Png)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Ok(Format::WebP)
    } else if cut(JPEG) || cut(PNG) || cut(b"RIFF") || (bytes.starts_with(b"RIFF") && bytes.len() < 12) {
        Err(Error::Truncated)
    } else {
        Err(Error::UnsupportedFormat("neither JPEG nor PNG nor WebP"))
    }
}
