//! Sizes of renditions, and shrinking to them.

use crate::pixels::Pixels;
use resample::ImageView;

/// Returns the size with this long edge and the same proportions, in pixels; never larger than the
/// picture is, never zero.
pub(crate) fn fit(width: u32, height: u32, long_edge: u32) -> (u32, u32) {
    let own_edge = u64::from(width.max(height));
    let wanted_edge = u64::from(long_edge.max(1));
    if wanted_edge >= own_edge {
        return (width, height);
    }
    let scaled = |side: u32| {
        // Rounded to the nearest pixel. At most the wanted edge, which came from 32 bits.
        let nearest = (u64::from(side) * wanted_edge + own_edge / 2) / own_edge;
        u32::try_from(nearest.max(1)).unwrap_or(long_edge)
    };
    (scaled(width), scaled(height))
}

/// Shrinks to this size in pixels with Lanczos3. Returns the picture as it is where the size is the
/// same.
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

/// Resizes the part of a picture that begins at its corner and is `(across, down)` pixels large to
/// this size, with Lanczos3. Pixels beyond the part still count for those at its border.
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

/// As [`region`], of a part that begins `top` pixels below the corner.
pub(crate) fn rows(
    pixels: &Pixels,
    top: f64,
    (across, down): (f64, f64),
    width: u32,
    height: u32,
) -> Pixels {
    let view = ImageView {
        width: pixels.width,
        height: pixels.height,
        channels: pixels.layout.size(),
        data: &pixels.data,
    };
    let data = resample::resample(&view, top, (across, down), width, height);
    Pixels::new(width, height, pixels.layout, data)
}

/// Multiplies colours by alpha, if there is one.
pub(crate) fn multiply_alpha(pixels: &mut Pixels) {
    if pixels.layout.has_alpha() {
        resample::multiply_alpha(&mut pixels.data, pixels.layout.size());
    }
}

/// Undoes [`multiply_alpha`].
pub(crate) fn divide_alpha(pixels: &mut Pixels) {
    if pixels.layout.has_alpha() {
        resample::divide_alpha(&mut pixels.data, pixels.layout.size());
    }
}
