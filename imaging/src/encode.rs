//! Writing renditions.

use crate::picture::Picture;
use crate::pixels::Layout;
use crate::planar::Range;
use crate::{Encoding, Error, Options, jpeg, webp};
use std::ffi::c_int;

/// The longest side that WebP can hold, in pixels; that of JPEG is longer.
pub(crate) const MAX_SIDE: u32 = 16_383;

/// The picture with its samples as the encoder wants them, so that it is done once for all
/// renditions.
///
/// # Errors
/// [`Error::Encoding`] when the encoder has no memory.
pub(crate) fn prepare(picture: Picture, encoding: Encoding) -> Result<Picture, Error> {
    Ok(match (picture, encoding) {
        (Picture::Planar(planar), Encoding::WebP) => {
            Picture::Planar(planar.into_range(Range::Limited))
        }
        (Picture::Planar(planar), Encoding::Jpeg) => {
            Picture::Planar(planar.into_range(Range::Full))
        }
        // Planes are half of the memory, and what the encoder would make of each rendition.
        (Picture::Interleaved(pixels), Encoding::WebP) if pixels.layout == Layout::Rgb => {
            Picture::Planar(webp::encoder::planes(&pixels).map_err(Error::Encoding)?)
        }
        (interleaved @ Picture::Interleaved(_), _) => interleaved,
    })
}

/// A file of an upright picture in sRGB, once it was prepared, that holds nothing but pixels.
/// `was_webp` says that it was lossy WebP before.
pub(crate) fn encode(
    picture: &Picture,
    options: &Options,
    was_webp: bool,
) -> Result<Vec<u8>, Error> {
    let quality = if options.quality.is_nan() { 80.0 } else { options.quality.clamp(0.0, 100.0) };
    match options.encoding {
        Encoding::WebP => webp(picture, quality, options.effort.min(6), was_webp),
        Encoding::Jpeg => jpeg(picture, quality),
    }
    .map_err(Error::Encoding)
}

/// The long edge, in pixels, up to which the encoder tries as hard as it is asked to, and is asked
/// for a bit more: in a small rendition each pixel shows more, and none of it is shrunk away by a
/// screen. It takes one percent more bytes for the three, and scores half a point of SSIMULACRA2
/// better.
const SMALL: u32 = 1024;
const SMALL_QUALITY: f32 = 1.0;
/// How hard it tries at most beyond that. Three quarters of the pixels of a photograph's renditions
/// are in the largest one; there, method 2 takes half of the time of method 4 and some 2 % more
/// bytes.
const LARGE_EFFORT: u8 = 2;
/// Beyond it, less is asked of what was lossy WebP before: it has no noise any more, and what looks
/// like detail may be what the encoder did to it the first time. It takes 7 % fewer bytes for the
/// three.
const AGAIN_QUALITY: f32 = -2.5;

/// Lossy, with alpha kept without loss.
fn webp(picture: &Picture, quality: f32, effort: u8, was_webp: bool) -> Result<Vec<u8>, String> {
    let (width, height) = picture.size();
    let (change, effort) = match width.max(height) {
        0..=SMALL => (SMALL_QUALITY, effort),
        _ if was_webp => (AGAIN_QUALITY, effort.min(LARGE_EFFORT)),
        _ => (0.0, effort.min(LARGE_EFFORT)),
    };
    let quality = (quality + change).clamp(0.0, 100.0);
    match picture {
        Picture::Interleaved(pixels) => webp::encoder::interleaved(pixels, quality, effort),
        Picture::Planar(planar) => webp::encoder::planar(planar, quality, effort),
    }
}

/// Transparency is laid on white.
#[expect(clippy::cast_possible_truncation)] // 0 to 100
fn jpeg(picture: &Picture, quality: f32) -> Result<Vec<u8>, String> {
    let quality = (quality.round() as c_int).max(1);
    match picture {
        Picture::Interleaved(pixels) if pixels.layout == Layout::Rgba => {
            jpeg::encoder::interleaved(&pixels.on_white(), quality)
        }
        Picture::Interleaved(pixels) => jpeg::encoder::interleaved(pixels, quality),
        Picture::Planar(planar) => jpeg::encoder::planar(planar, quality),
    }
    .map_err(|failure| failure.0)
}
