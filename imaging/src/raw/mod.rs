//! RAW files: facts from their EXIF, pixels from the largest preview in JPEG that the camera put
//! in.
//!
//! DNG, NEF, ARW, CR2, PEF, ORF and RW2 are TIFF structures; RAF has a header of its own, and CR3
//! is made of boxes as films are. What is behind the preview is not looked at, so that a file that
//! was cut off there still has its picture.

mod cr3;
mod previews;
mod tiff;

use crate::decoded::DecodedImage;
use crate::exif::Exif;
use crate::exif::tiff::Tiff;
use crate::picture::Picture;
use crate::{DecodeLimits, Error, jpeg, metadata};
use previews::Previews;

pub(crate) use cr3::is_cr3;

/// The first bytes of RAF.
const RAF: &[u8] = b"FUJIFILMCCD-RAW ";

/// The offset in RAF at which offset and length of its preview stand.
const RAF_PREVIEW: usize = 84;

/// The first bytes of files that are RAW and not TIFF.
pub(crate) const SIGNATURES: [&[u8]; 5] = [RAF, b"IIRO", b"IIRS", b"MMOR", b"IIU\0"];

const DNG_VERSION: u16 = 50706;

/// Returns true if a TIFF structure is a RAW file.
pub(crate) fn is_raw_tiff(bytes: &[u8]) -> bool {
    let is_canon = bytes.get(8..10) == Some(b"CR");
    if is_canon {
        return true;
    }
    let Some(structure) = Tiff::new(bytes) else { return false };
    let is_dng = structure.first().number(DNG_VERSION).is_some();
    is_dng || tiff::directories(structure).iter().any(tiff::is_sensor)
}

/// Returns width and height of the preview in pixels.
pub(crate) fn size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    jpeg::size(find_previews(bytes).largest()?)
}

/// Decodes the preview at the smallest scale whose long edge is at least `long_edge` pixels.
///
/// # Errors
/// [`Error::Truncated`] or [`Error::UnsupportedFormat`] without a preview, and those of JPEG.
pub(crate) fn decode(
    bytes: &[u8],
    long_edge: u32,
    limits: &DecodeLimits,
) -> Result<DecodedImage, Error> {
    let decoded = jpeg::decode(find_previews(bytes).largest()?, long_edge, limits)?;
    if bytes.starts_with(RAF) {
        return Ok(decoded); // its EXIF is in the preview
    }
    let own = if is_cr3(bytes) { cr3::exif(bytes) } else { metadata::of_tiff(bytes) };
    let exif = Exif { adobe_rgb: own.adobe_rgb || decoded.exif.adobe_rgb, ..own };
    // As luma and chroma it would be taken for sRGB.
    let picture = if exif.adobe_rgb {
        Picture::Interleaved(decoded.picture.into_pixels())
    } else {
        decoded.picture
    };
    Ok(DecodedImage { picture, exif, ..decoded })
}

fn find_previews(bytes: &[u8]) -> Previews<'_> {
    let mut previews = Previews::default();
    if is_cr3(bytes) {
        cr3::add_previews(bytes, &mut previews);
    }
    if let Some(structure) = Tiff::new(bytes) {
        tiff::add_previews(structure, bytes, &mut previews);
    }
    if bytes.starts_with(RAF) {
        match (number(bytes, RAF_PREVIEW), number(bytes, RAF_PREVIEW + 4)) {
            (Some(offset), Some(length)) => previews.add_span(bytes, offset, length),
            _ => previews.is_cut = true,
        }
    }
    previews
}

/// Reads the big-endian number at an offset.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_be_bytes(*field))
}
