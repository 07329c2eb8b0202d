//! The placeholder: some twenty bytes that unfold into a blur.

use crate::picture::Picture;
use crate::pixels::PixelLayout;
use crate::resize;

/// The long edge that `ThumbHash` takes at most, in pixels.
pub(crate) const LONG_EDGE: u32 = 100;

/// Returns the `ThumbHash` of an upright picture, 5 to 25 bytes.
pub(crate) fn thumb_hash(picture: &Picture) -> Vec<u8> {
    let (whole_width, whole_height) = picture.size();
    let (width, height) = resize::fit(whole_width, whole_height, LONG_EDGE);
    let mut small = picture.shrink(width, height).into_pixels();
    if small.layout == PixelLayout::Rgb {
        small = small.map(PixelLayout::Rgba, |[r, g, b]| [r, g, b, 255]);
    }
    thumbhash::rgba_to_thumb_hash(width as usize, height as usize, &small.data)
}
