//! The placeholder: some twenty bytes that unfold into a blur.

use crate::pixels::{Layout, Pixels};
use crate::resize;

/// The long edge that `ThumbHash` takes at most, in pixels.
pub(crate) const LONG_EDGE: u32 = 100;

/// The `ThumbHash` of an upright picture in RGB or RGBA.
pub(crate) fn thumb_hash(pixels: &Pixels) -> Vec<u8> {
    let (width, height) = resize::fit(pixels.width, pixels.height, LONG_EDGE);
    let small = resize::shrink(pixels.clone(), width, height);
    let small = match small.layout {
        Layout::Rgb => small.map(Layout::Rgba, |[r, g, b]| [r, g, b, 255]),
        _ => small,
    };
    thumbhash::rgba_to_thumb_hash(width as usize, height as usize, &small.data)
}
