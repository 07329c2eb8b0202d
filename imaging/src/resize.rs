//! Sizes of renditions, and shrinking to them.

use crate::pixels::{self, Layout, Pixels};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{MulDiv, PixelType, ResizeOptions, Resizer};

/// The size with this long edge and the same proportions; never larger than it is, never zero.
pub(crate) fn fit(width: u32, height: u32, long_edge: u32) -> (u32, u32) {
    let (long, edge) = (u64::from(width.max(height)), u64::from(long_edge.max(1)));
    if edge >= long {
        return (width, height);
    }
    // Rounded to the nearest pixel. At most `edge`, which came from 32 bits.
    let side = |side: u32| u32::try_from(((u64::from(side) * edge + long / 2) / long).max(1)).unwrap_or(long_edge);
    (side(width), side(height))
}

/// Shrinks with Lanczos3. Gives the picture back as it is where the size is the same.
pub(crate) fn shrink(mut pixels: Pixels, width: u32, height: u32) -> Pixels {
    if (pixels.width, pixels.height) == (width, height) {
        return pixels;
    }
    // Transparent pixels must not bleed their colour into others. Done here, in place, and not by the
    // resizer, which would take a second copy of what may be a hundred megapixels.
    let kind = pixel_type(pixels.layout);
    let has_alpha = pixels.layout.has_alpha();
    if has_alpha {
        let mut image = Image::from_slice_u8(pixels.width, pixels.height, &mut pixels.data, kind)
            .expect("a buffer is as large as its picture");
        MulDiv::new().multiply_alpha_inplace(&mut image).expect("this layout has alpha");
    }
    let whole = (f64::from(pixels.width), f64::from(pixels.height));
    let mut small = region(&pixels, whole, width, height);
    if has_alpha {
        let mut image =
            Image::from_slice_u8(width, height, &mut small.data, kind).expect("a buffer is as large as its picture");
        MulDiv::new().divide_alpha_inplace(&mut image).expect("this layout has alpha");
    }
    small
}

/// The part of a picture that begins at its corner and is `(across, down)` pixels large, at this size, with
/// Lanczos3. Pixels beyond the part still count for those at its border.
pub(crate) fn region(pixels: &Pixels, (across, down): (f64, f64), width: u32, height: u32) -> Pixels {
    let is_all = (across, down) == (f64::from(pixels.width), f64::from(pixels.height));
    if is_all && (pixels.width, pixels.height) == (width, height) {
        return pixels.clone();
    }
    let kind = pixel_type(pixels.layout);
    let from =
        ImageRef::new(pixels.width, pixels.height, &pixels.data, kind).expect("a buffer is as large as its picture");
    let data = vec![0; pixels::bytes(width, height, pixels.layout)];
    let mut to = Image::from_vec_u8(width, height, data, kind).expect("a buffer is as large as its picture");
    // The default filter is Lanczos3.
    let options = ResizeOptions::new().use_alpha(false).crop(0.0, 0.0, across, down);
    Resizer::new().resize(&from, &mut to, &options).expect("one pixel type, and a part that is inside");
    Pixels::new(width, height, pixels.layout, to.into_vec())
}

fn pixel_type(layout: Layout) -> PixelType {
    match layout {
        Layout::Grey => PixelType::U8,
        Layout::GreyAlpha => PixelType::U8x2,
        Layout::Rgb => PixelType::U8x3,
        Layout::Rgba | Layout::Cmyk => PixelType::U8x4,
    }
}
