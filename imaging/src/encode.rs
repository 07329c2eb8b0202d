//! Writing renditions.

use crate::pixels::{Layout, Pixels};
use crate::{Error, webp};

/// The longest side that WebP can hold, in pixels.
pub(crate) const MAX_SIDE: u32 = 16_383;

/// A lossy WebP file of a picture in RGB or RGBA; alpha is kept without loss. Holds nothing but pixels.
pub(crate) fn webp(pixels: &Pixels, quality: f32, effort: u8) -> Result<Vec<u8>, Error> {
    let quality = if quality.is_nan() { 80.0 } else { quality.clamp(0.0, 100.0) };
    let has_alpha = pixels.layout == Layout::Rgba;
    webp::codec::encode(&pixels.data, pixels.width, pixels.height, has_alpha, quality, effort.min(6))
        .map_err(Error::Encoding)
}
