//! Writing renditions.

use crate::jpeg::encoder as jpeg_encoder;
use crate::picture::Picture;
use crate::pixels::PixelLayout;
use crate::planar::SampleRange;
use crate::webp::encoder as webp_encoder;
use crate::{Encoding, Error, LONG_EDGES, RenderOptions};
use std::ffi::c_int;

/// The longest side that WebP can hold, in pixels; that of JPEG is longer.
pub(crate) const MAX_SIDE: u32 = 16_383;

/// Converts the samples as the encoder wants them, so that it is done once for all renditions.
///
/// # Errors
/// [`Error::Encoding`] when the encoder has no memory.
pub(crate) fn prepare(picture: Picture, encoding: Encoding) -> Result<Picture, Error> {
    match (picture, encoding) {
        (Picture::Planar(planar), Encoding::WebP) => {
            Ok(Picture::Planar(planar.into_range(SampleRange::Limited)))
        }
        (Picture::Planar(planar), Encoding::Jpeg) => {
            Ok(Picture::Planar(planar.into_range(SampleRange::Full)))
        }
        // Planes are half of the memory, and what the encoder would make of each rendition.
        (Picture::Interleaved(pixels), Encoding::WebP) if pixels.layout == PixelLayout::Rgb => {
            let planes = webp_encoder::planes(&pixels).map_err(Error::Encoding)?;
            Ok(Picture::Planar(planes))
        }
        (interleaved @ Picture::Interleaved(_), _) => Ok(interleaved),
    }
}

/// Encodes an upright picture in sRGB, once it was prepared, to a file that holds nothing but
/// pixels. `was_lossy_webp` says that it came as lossy WebP.
///
/// # Errors
/// [`Error::Encoding`].
pub(crate) fn encode(
    picture: &Picture,
    options: &RenderOptions,
    was_lossy_webp: bool,
) -> Result<Vec<u8>, Error> {
    let quality = if options.quality.is_nan() { 80.0 } else { options.quality.clamp(0.0, 100.0) };
    let encoded = match options.encoding {
        Encoding::WebP => webp(picture, quality, options.effort.min(6), was_lossy_webp),
        Encoding::Jpeg => jpeg(picture, quality),
    };
    encoded.map_err(Error::Encoding)
}

/// The long edge of the middle rendition, in pixels: up to it the encoder tries as hard as it is
/// asked to, and is asked for a bit more. In a small rendition each pixel shows more, and none of
/// it is shrunk away by a screen. It takes one percent more bytes for the three, and scores half a
/// point of SSIMULACRA2 better.
const SMALL: u32 = LONG_EDGES[1];
const SMALL_QUALITY: f32 = 1.0;
/// The effort at most beyond that. Three quarters of the pixels of a photograph's renditions
/// are in the largest one; there, method 2 takes half of the time of method 4 and some 2 % more
/// bytes.
const LARGE_EFFORT: u8 = 2;
/// Beyond it, less is asked of what was lossy WebP before: it has no noise any more, and what looks
/// like detail may be what the encoder did to it the first time. It takes 7 % fewer bytes for the
/// three.
const AGAIN_QUALITY: f32 = -2.5;

/// Encodes lossy WebP, with alpha kept without loss.
fn webp(
    picture: &Picture,
    quality: f32,
    effort: u8,
    was_lossy_webp: bool,
) -> Result<Vec<u8>, String> {
    let (width, height) = picture.size();
    let is_small = width.max(height) <= SMALL;
    let change = match (is_small, was_lossy_webp) {
        (true, _) => SMALL_QUALITY,
        (false, true) => AGAIN_QUALITY,
        (false, false) => 0.0,
    };
    let own_quality = (quality + change).clamp(0.0, 100.0);
    let own_effort = if is_small { effort } else { effort.min(LARGE_EFFORT) };
    match picture {
        Picture::Interleaved(pixels) => webp_encoder::interleaved(pixels, own_quality, own_effort),
        Picture::Planar(planar) => webp_encoder::planar(planar, own_quality, own_effort),
    }
}

/// Encodes JPEG, with transparency laid on white.
#[expect(clippy::cast_possible_truncation)] // 0 to 100
fn jpeg(picture: &Picture, quality: f32) -> Result<Vec<u8>, String> {
    let whole_quality = (quality.round() as c_int).max(1);
    let encoded = match picture {
        Picture::Interleaved(pixels) if pixels.layout == PixelLayout::Rgba => {
            jpeg_encoder::interleaved(&pixels.on_white(), whole_quality)
        }
        Picture::Interleaved(pixels) => jpeg_encoder::interleaved(pixels, whole_quality),
        Picture::Planar(planar) => jpeg_encoder::planar(planar, whole_quality),
    };
    encoded.map_err(|failure| failure.0)
}
