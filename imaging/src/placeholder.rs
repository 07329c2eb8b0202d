//! The placeholder: some twenty bytes that unfold into a blur.

use crate::picture::Picture;
use crate::pixels::Layout;
use crate::resize;

/// The long edge that `ThumbHash` takes at most, in pixels.
pub(crate) const LONG_EDGE: u32 = 100;

/// The `ThumbHash` of an upright picture.
pub(crate) fn thumb_hash(picture: &Picture) -> Vec<u8> {
    let (width, height) = picture.size();
    let (width, height) = resize::fit(width, height, LONG_EDGE);
    let small = picture.shrink(width, height).into_pixels();
    let small = match small.layout {
        Layout::Rgb => small.map(Layout::Rgba, |[r, g, b]| [r, g, b, 255]),
        _ => small,
    };
    thumbhash::rgba_to_thumb_hash(width as usize, height as usize, &small.data)
}
