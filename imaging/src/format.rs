//! Which format, and how large: read from the header alone.

use crate::{Error, Limits, bmp, gif, heif, jpeg, png, raw, tiff, webp};
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
    /// GIF; of an animated one the first frame.
    Gif,
    /// BMP of Windows.
    Bmp,
    /// HEIF with HEVC: what iPhones write.
    Heic,
    /// HEIF with AV1; of an animated one the still picture.
    Avif,
    /// TIFF; of several pictures the first.
    Tiff,
    /// A camera's own format, of which the largest preview is read: DNG, NEF, ARW, CR2, CR3, PEF,
    /// ORF, RW2 or RAF.
    Raw,
}

impl Format {
    /// The format's media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::Heic => "image/heic",
            Self::Avif => "image/avif",
            Self::Tiff => "image/tiff",
            Self::Raw => "image/x-raw", // each has its own name, and none is registered but DNG's
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
            Self::Tiff => "TIFF",
            Self::Raw => "RAW",
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
    let mut format = sniff(bytes)?;
    let (width, height) = match format {
        Format::Jpeg => jpeg::size(bytes)?,
        Format::Png => png::size(bytes)?,
        Format::WebP => webp::size(bytes)?,
        Format::Gif => gif::size(bytes)?,
        Format::Bmp => bmp::size(bytes)?,
        Format::Tiff => tiff::size(bytes)?,
        Format::Raw => raw::size(bytes)?,
        Format::Heic | Format::Avif => {
            let (codec, width, height) = heif::header(bytes)?;
            format = codec;
            (width, height)
        }
    };
    limits.check_size(width, height)?;
    Ok(Header { format, width, height })
}

/// How files begin that can be told from their first bytes.
const SIGNATURES: &[(&[u8], Format)] = &[
    (b"\xFF\xD8\xFF", Format::Jpeg),
    (b"\x89PNG\r\n\x1A\n", Format::Png),
    (b"GIF87a", Format::Gif),
    (b"GIF89a", Format::Gif),
    (b"II\x2A\0", Format::Tiff),
    (b"MM\0\x2A", Format::Tiff),
    (b"II\x2B\0", Format::Tiff),
    (b"MM\0\x2B", Format::Tiff),
];

/// The first bytes of JPEG XL, bare and in boxes. It is known by name, so that its owner is told
/// what it is.
const JPEG_XL: [&[u8]; 2] = [b"\xFF\x0A", b"\0\0\0\x0CJXL \r\n\x87\n"];

fn sniff(bytes: &[u8]) -> Result<Format, Error> {
    let cut = |signature: &[u8]| bytes.len() < signature.len() && signature.starts_with(bytes);
    if bytes.is_empty() {
        return Err(Error::Empty);
    }
    if let Some((_, format)) = SIGNATURES
        .iter()
        .find(|(signature, _)| bytes.starts_with(signature))
    {
        return Ok(if *format == Format::Tiff && raw::is_raw(bytes) {
            Format::Raw
        } else {
            *format
        });
    }
    if raw::SIGNATURES
        .iter()
        .any(|signature| bytes.starts_with(signature))
    {
        return Ok(Format::Raw);
    }
    if JPEG_XL.iter().any(|signature| bytes.starts_with(signature)) {
        return Err(Error::UnsupportedFormat("JPEG XL"));
    }
    if bytes.get(4..4 + raw::CR3.len()) == Some(raw::CR3) {
        return Ok(Format::Raw);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok(Format::WebP);
    }
    if bytes.starts_with(b"BM") && bmp::is_bmp(bytes)? {
        return Ok(Format::Bmp);
    }
    if bytes.get(4..8) == Some(b"ftyp") && heif::is_heif(bytes)? {
        return Ok(Format::Heic);
    }
    // The first box is small: its size begins with zeros.
    let (size, name) = bytes.split_at(bytes.len().min(4));
    let is_box =
        bytes.len() < 8 && size.iter().take(2).all(|byte| *byte == 0) && b"ftyp".starts_with(name);
    if is_box
        || SIGNATURES.iter().any(|(signature, _)| cut(signature))
        || raw::SIGNATURES.iter().any(|signature| cut(signature))
        || cut(b"RIFF")
        || cut(b"BM")
        || (bytes.starts_with(b"RIFF") && bytes.len() < 12)
    {
        return Err(Error::Truncated);
    }
    Err(Error::UnsupportedFormat("none of the formats that are read here"))
}
