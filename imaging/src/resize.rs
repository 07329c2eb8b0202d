//! Sizes of renditions, and shrinking to them.

use crate::pixels::Pixels;
use resample::Picture;

/// The size with this long edge and the same proportions; never larger than it is, never zero.
pub(crate) fn fit(width: u32, height: u32, long_edge: u32) -> (u32, u32) {
    let (long, edge) = (u64::from(width.max(height)), u64::from(long_edge.max(1)));
    if edge >= long {
        return (width, height);
    }
    // Rounded to the nearest pixel. At most `edge`, which came from 32 bits.
    let side = |side: u32| {
        u32::try_from(((u64::from(side) * edge + long / 2) / long).max(1)).unwrap_or(long_edge)
    };
    (side(width), side(height))
}

/// Shrinks with Lanczos3. Gives the picture back as it is where the size is the same.
pub(crate) fn shrink(mut pixels: Pixels, width: u32, height: u32) -> Pixels {
    if (pixels.width, pixels.height) == (width, height) {
        return pixels;
    }
    // Transparent pixels must not bleed their colour into others. Done here, in place, and not by
    // the resizer, which would take a second copy of what may be a hundred megapixels.
    multiply_alpha(&mut pixels);
    let whole = (f64::from(pixels.width), f64::from(pixels.height));
    let mut small = region(&pixels, whole, width, height);
    divide_alpha(&mut small);
    small
}

/// The part of a picture that begins at its corner and is `(across, down)` pixels large, at this
/// size, with Lanczos3. Pixels beyond the part still count for those at its border.
pub(crate) fn region(
    pixels: &Pixels,
    (across, down): (f64, f64),
    width: u32,
    height: u32,
) -> Pixels {
    let is_all = (across, down) == (f64::from(pixels.width), f64::from(pixels.height));
    if is_all && (pixels.width, pixels.height) == (width, height) {
        return pixels.clone();
    }
    rows(pixels, 0.0, (across, down), width, height)
}

/// The same of a part that begins `top` pixels below the corner.
pub(crate) fn rows(
    pixels: &Pixels,
    top: f64,
    (across, down): (f64, f64),
    width: u32,
    height: u32,
) -> Pixels {
    let &Pixels { width: from_width, height: from_height, layout, ref data } = pixels;
    let picture = Picture { width: from_width, height: from_height, channels: layout.size(), data };
    Pixels::new(
        width,
        height,
        layout,
        resample::resample(&picture, top, (across, down), width, height),
    )
}

/// Multiplies colours by alpha, if there is one.
pub(crate) fn multiply_alpha(pixels: &mut Pixels) {
    if pixels.layout.has_alpha() {
        resample::multiply_alpha(&mut pixels.data, pixels.layout.size());
    }
}

/// Takes that back.
pub(crate) fn divide_alpha(pixels: &mut Pixels) {
    if pixels.layout.has_alpha() {
        resample::divide_alpha(&mut pixels.data, pixels.layout.size());
    }
}
