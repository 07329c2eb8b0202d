//! Shrinking of pixels with `fast_image_resize`.
//!
//! A crate of its own because the resizer's code is generic and large: it is compiled wherever it is called
//! from, which takes minutes, and here that is seldom.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x2, U8x3, U8x4};
use fast_image_resize::{MulDiv, PixelTrait, ResizeOptions, Resizer};

/// Pixels of one to four samples with 8 bits each, in rows from the top without padding.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Samples of a pixel.
    pub channels: usize,
    /// `width * height * channels` bytes.
    pub data: &'a [u8],
}

/// The part of a picture that begins `top` pixels down its left side and is `(across, down)` pixels large, at
/// this size, with Lanczos3. All samples are treated alike. Pixels beyond the part count for those at its border.
///
/// # Panics
/// If the picture has fewer bytes than pixels, or the part is not inside it.
pub fn resample(picture: &Picture<'_>, top: f64, (across, down): (f64, f64), width: u32, height: u32) -> Vec<u8> {
    // The default filter is Lanczos3.
    let options = ResizeOptions::new().use_alpha(false).crop(0.0, top, across, down);
    let mut data = vec![0; width as usize * height as usize * picture.channels];
    match picture.channels {
        1 => typed::<U8>(picture, &options, (width, height), &mut data),
        2 => typed::<U8x2>(picture, &options, (width, height), &mut data),
        3 => typed::<U8x3>(picture, &options, (width, height), &mut data),
        _ => typed::<U8x4>(picture, &options, (width, height), &mut data),
    }
    data
}

/// By the resizer's typed interface: its other one compiles its code for all kinds of pixels.
fn typed<P: PixelTrait>(picture: &Picture<'_>, options: &ResizeOptions, size: (u32, u32), data: &mut [u8]) {
    let from = TypedImageRef::<P>::from_buffer(picture.width, picture.height, picture.data).expect(AS_LARGE);
    let mut to = TypedImage::<P>::from_buffer(size.0, size.1, data).expect(AS_LARGE);
    Resizer::new().resize_typed(&from, &mut to, options).expect("a part that is inside");
}

/// Multiplies the colours of pixels, of which the last sample is alpha, by it; in place.
///
/// # Panics
/// If pixels have other than two or four samples, or there are more than 2³² of them.
pub fn multiply_alpha(data: &mut [u8], channels: usize) {
    match channels {
        2 => MulDiv::new().multiply_alpha_inplace_typed(&mut row::<U8x2>(data)),
        _ => MulDiv::new().multiply_alpha_inplace_typed(&mut row::<U8x4>(data)),
    }
    .expect("these pixels have alpha");
}

/// Takes back what [`multiply_alpha`] did.
///
/// # Panics
/// As that does.
pub fn divide_alpha(data: &mut [u8], channels: usize) {
    match channels {
        2 => MulDiv::new().divide_alpha_inplace_typed(&mut row::<U8x2>(data)),
        _ => MulDiv::new().divide_alpha_inplace_typed(&mut row::<U8x4>(data)),
    }
    .expect("these pixels have alpha");
}

/// All pixels as one row.
fn row<P: PixelTrait>(data: &mut [u8]) -> TypedImage<'_, P> {
    let width = u32::try_from(data.len() / size_of::<P>()).expect("fewer than 2³²");
    TypedImage::from_buffer(width, 1, data).expect(AS_LARGE)
}

const AS_LARGE: &str = "a buffer is as large as its picture";
