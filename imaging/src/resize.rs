//! Sizes of renditions, and shrinking to them.

use crate::pixels::{self, Layout, Pixels};
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x2, U8x3, U8x4};
use fast_image_resize::{MulDiv, PixelTrait, ResizeOptions, Resizer};

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
    multiply_alpha(&mut pixels);
    let whole = (f64::from(pixels.width), f64::from(pixels.height));
    let mut small = region(&pixels, whole, width, height);
    divide_alpha(&mut small);
    small
}

/// The part of a picture that begins at its corner and is `(across, down)` pixels large, at this size, with
/// Lanczos3. Pixels beyond the part still count for those at its border.
pub(crate) fn region(pixels: &Pixels, (across, down): (f64, f64), width: u32, height: u32) -> Pixels {
    let is_all = (across, down) == (f64::from(pixels.width), f64::from(pixels.height));
    if is_all && (pixels.width, pixels.height) == (width, height) {
        return pixels.clone();
    }
    rows(pixels, 0.0, (across, down), width, height)
}

/// The same of a part that begins `top` pixels below the corner.
pub(crate) fn rows(pixels: &Pixels, top: f64, (across, down): (f64, f64), width: u32, height: u32) -> Pixels {
    // The default filter is Lanczos3.
    let options = ResizeOptions::new().use_alpha(false).crop(0.0, top, across, down);
    let data = match pixels.layout {
        Layout::Grey => resample::<U8>(pixels, &options, width, height),
        Layout::GreyAlpha => resample::<U8x2>(pixels, &options, width, height),
        Layout::Rgb => resample::<U8x3>(pixels, &options, width, height),
        Layout::Rgba | Layout::Cmyk => resample::<U8x4>(pixels, &options, width, height),
    };
    Pixels::new(width, height, pixels.layout, data)
}

/// By the resizer's typed interface: its other one compiles its code for all kinds of pixels.
fn resample<P: PixelTrait>(pixels: &Pixels, options: &ResizeOptions, width: u32, height: u32) -> Vec<u8> {
    let from = TypedImageRef::<P>::from_buffer(pixels.width, pixels.height, &pixels.data).expect(AS_LARGE);
    let mut data = vec![0; pixels::bytes(width, height, pixels.layout)];
    let mut to = TypedImage::<P>::from_buffer(width, height, &mut data).expect(AS_LARGE);
    Resizer::new().resize_typed(&from, &mut to, options).expect("a part that is inside");
    data
}

/// Multiplies colours by alpha, if there is one.
pub(crate) fn multiply_alpha(pixels: &mut Pixels) {
    match pixels.layout {
        Layout::GreyAlpha => MulDiv::new().multiply_alpha_inplace_typed(&mut image::<U8x2>(pixels)),
        Layout::Rgba => MulDiv::new().multiply_alpha_inplace_typed(&mut image::<U8x4>(pixels)),
        _ => Ok(()),
    }
    .expect("these layouts have alpha");
}

/// Takes that back.
pub(crate) fn divide_alpha(pixels: &mut Pixels) {
    match pixels.layout {
        Layout::GreyAlpha => MulDiv::new().divide_alpha_inplace_typed(&mut image::<U8x2>(pixels)),
        Layout::Rgba => MulDiv::new().divide_alpha_inplace_typed(&mut image::<U8x4>(pixels)),
        _ => Ok(()),
    }
    .expect("these layouts have alpha");
}

fn image<P: PixelTrait>(pixels: &mut Pixels) -> TypedImage<'_, P> {
    TypedImage::from_buffer(pixels.width, pixels.height, &mut pixels.data).expect(AS_LARGE)
}

const AS_LARGE: &str = "a buffer is as large as its picture";
