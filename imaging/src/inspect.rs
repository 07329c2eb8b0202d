//! Recognising the format and reading the size, from the header alone.

use crate::{DecodeLimits, Error, Format, bmp, gif, heif, jpeg, png, raw, tiff, webp};

/// Format and size of a photograph, as its header states them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageHeader {
    /// The format, from the bytes; a name or a media type that says otherwise is wrong.
    pub format: Format,
    /// Pixels across as stored, before any rotation.
    pub width: u32,
    /// Pixels down as stored, before any rotation.
    pub height: u32,
}

/// Reads the header only, and checks the size that it claims against the limits.
///
/// # Errors
/// As [`crate::render`], save that damage past the header is not seen.
pub fn inspect(bytes: &[u8], limits: &DecodeLimits) -> Result<ImageHeader, Error> {
    let header = read_header(bytes)?;
    limits.check_size(header.width, header.height)?;
    Ok(header)
}

fn read_header(bytes: &[u8]) -> Result<ImageHeader, Error> {
    let format = sniff(bytes)?;
    let (width, height) = match format {
        Format::Jpeg => jpeg::size(bytes)?,
        Format::Png => png::size(bytes)?,
        Format::WebP => webp::size(bytes)?,
        Format::Gif => gif::size(bytes)?,
        Format::Bmp => bmp::size(bytes)?,
        Format::Tiff => tiff::size(bytes)?,
        Format::Raw => raw::size(bytes)?,
        Format::Heic | Format::Avif => {
            // Only the primary picture tells HEVC from AV1.
            let (format, width, height) = heif::header(bytes)?;
            return Ok(ImageHeader { format, width, height });
        }
    };
    Ok(ImageHeader { format, width, height })
}

/// The first bytes of the formats that these bytes alone identify.
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

/// The first bytes of JPEG XL, bare and in boxes. It is recognised so that the refusal names it.
const JPEG_XL: [&[u8]; 2] = [b"\xFF\x0A", b"\0\0\0\x0CJXL \r\n\x87\n"];

/// Recognises the format by the first bytes. HEIF is reported as [`Format::Heic`], whatever its
/// codec.
///
/// # Errors
/// [`Error::Truncated`] for a beginning that is too short to tell, and
/// [`Error::UnsupportedFormat`] for anything else.
fn sniff(bytes: &[u8]) -> Result<Format, Error> {
    if bytes.is_empty() {
        return Err(Error::Empty);
    }
    if let Some(format) = format_of_signature(bytes) {
        return Ok(format);
    }
    if JPEG_XL.iter().any(|signature| bytes.starts_with(signature)) {
        return Err(Error::UnsupportedFormat("JPEG XL"));
    }
    if raw::is_cr3(bytes) {
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
    if is_cut_signature(bytes) {
        return Err(Error::Truncated);
    }
    Err(Error::UnsupportedFormat("none of the formats that are read here"))
}

fn format_of_signature(bytes: &[u8]) -> Option<Format> {
    if raw::SIGNATURES
        .iter()
        .any(|signature| bytes.starts_with(signature))
    {
        return Some(Format::Raw);
    }
    let (_, format) = SIGNATURES
        .iter()
        .find(|(signature, _)| bytes.starts_with(signature))?;
    match format {
        Format::Tiff if raw::is_raw_tiff(bytes) => Some(Format::Raw),
        format => Some(*format),
    }
}

/// Returns true for a file so short that it ends within a signature.
fn is_cut_signature(bytes: &[u8]) -> bool {
    let is_cut = |signature: &[u8]| bytes.len() < signature.len() && signature.starts_with(bytes);
    if SIGNATURES.iter().any(|(signature, _)| is_cut(signature)) {
        return true;
    }
    if raw::SIGNATURES.iter().any(|signature| is_cut(signature)) {
        return true;
    }
    if is_cut(b"RIFF") || is_cut(b"BM") {
        return true;
    }
    if bytes.starts_with(b"RIFF") && bytes.len() < 12 {
        return true;
    }
    is_cut_box(bytes)
}

/// Returns true for the beginning of a first box of HEIF. That box is small, so its size begins
/// with two zeros.
fn is_cut_box(bytes: &[u8]) -> bool {
    let (size, name) = bytes.split_at(bytes.len().min(4));
    let is_small = size.iter().take(2).all(|byte| *byte == 0);
    bytes.len() < 8 && is_small && b"ftyp".starts_with(name)
}
