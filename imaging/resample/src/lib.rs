//! Shrinking of pixels with `fast_image_resize`.
//!
//! A crate of its own because the resizer's code is generic and large: it is compiled wherever it
//! is called from, which takes minutes, and here that is seldom.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x2, U8x3, U8x4};
use fast_image_resize::{MulDiv, PixelTrait, ResizeOptions, Resizer};

/// Pixels of one to four samples with 8 bits each, in rows from the top without padding.
#[derive(Debug, Clone, Copy)]
pub struct ImageView<'a> {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Samples of a pixel.
    pub channels: usize,
    /// `width * height * channels` bytes.
    pub data: &'a [u8],
}

/// Resizes the part of a picture that begins `top` pixels down its left side and is `(across,
/// down)` pixels large to this size, with Lanczos3. All samples are treated alike. Pixels beyond
/// the part count for those at its border.
///
/// # Panics
/// If the picture has fewer bytes than pixels, or the part is not inside it.
pub fn resample(
    picture: &ImageView<'_>,
    top: f64,
    (across, down): (f64, f64),
    width: u32,
    height: u32,
) -> Vec<u8> {
    match picture.channels {
        1 => grey(picture, top, (across, down), (width, height)),
        2 => typed::<U8x2>(picture, top, (across, down), (width, height)),
        3 => typed::<U8x3>(picture, top, (across, down), (width, height)),
        _ => typed::<U8x4>(picture, top, (across, down), (width, height)),
    }
}

/// Resizes single samples: first only down, and then across with four rows as the four samples of a
/// pixel: across, the resizer takes several times as long for single samples as for those of such
/// pixels.
fn grey(
    picture: &ImageView<'_>,
    top: f64,
    (across, down): (f64, f64),
    (width, height): (u32, u32),
) -> Vec<u8> {
    let whole = (f64::from(picture.width), down);
    let mut tall_rows = typed::<U8>(picture, top, whole, (picture.width, height));
    let four_height = height.div_ceil(4);
    tall_rows.resize(four_height as usize * ROWS * picture.width as usize, 0);
    let stored = fours(&tall_rows, picture.width as usize);
    drop(tall_rows);
    let view =
        ImageView { width: picture.width, height: four_height, channels: ROWS, data: &stored };
    let part = (across, f64::from(four_height));
    let resized = typed::<U8x4>(&view, 0.0, part, (width, four_height));
    let mut rows = rows_of(&resized, width as usize);
    rows.truncate(height as usize * width as usize);
    rows
}

/// Rows that are put side by side.
const ROWS: usize = 4;

/// Returns pixels of four samples, each of which is of another row.
fn fours(rows: &[u8], width: usize) -> Vec<u8> {
    let mut fours = vec![0; rows.len()];
    let groups = rows.chunks_exact(ROWS * width);
    for (four, rows) in fours.chunks_exact_mut(ROWS * width).zip(groups) {
        let (upper, lower) = rows.split_at(2 * width);
        let (a, b) = upper.split_at(width);
        let (c, d) = lower.split_at(width);
        let (pixels, _) = four.as_chunks_mut();
        for ((((pixel, a), b), c), d) in pixels.iter_mut().zip(a).zip(b).zip(c).zip(d) {
            *pixel = [*a, *b, *c, *d];
        }
    }
    fours
}

/// Undoes [`fours`].
fn rows_of(fours: &[u8], width: usize) -> Vec<u8> {
    let mut rows = vec![0; fours.len()];
    let groups = rows.chunks_exact_mut(ROWS * width);
    for (four, rows) in fours.chunks_exact(ROWS * width).zip(groups) {
        let (upper, lower) = rows.split_at_mut(2 * width);
        let (a, b) = upper.split_at_mut(width);
        let (c, d) = lower.split_at_mut(width);
        let (pixels, _) = four.as_chunks();
        for ((((pixel, a), b), c), d) in pixels.iter().zip(a).zip(b).zip(c).zip(d) {
            [*a, *b, *c, *d] = *pixel;
        }
    }
    rows
}

/// Resizes by the typed interface of the resizer: its other one compiles its code for all kinds of
/// pixels.
fn typed<P: PixelTrait>(
    picture: &ImageView<'_>,
    top: f64,
    (across, down): (f64, f64),
    (width, height): (u32, u32),
) -> Vec<u8> {
    // The default filter is Lanczos3.
    let options = ResizeOptions::new()
        .use_alpha(false)
        .crop(0.0, top, across, down);
    let mut data = vec![0; width as usize * height as usize * picture.channels];
    let from = TypedImageRef::<P>::from_buffer(picture.width, picture.height, picture.data)
        .expect(AS_LARGE);
    let mut to = TypedImage::<P>::from_buffer(width, height, &mut data).expect(AS_LARGE);
    Resizer::new()
        .resize_typed(&from, &mut to, &options)
        .expect("a part that is inside");
    data
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

/// Undoes [`multiply_alpha`].
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

/// Returns all pixels as one row.
fn row<P: PixelTrait>(data: &mut [u8]) -> TypedImage<'_, P> {
    let width = u32::try_from(data.len() / size_of::<P>()).expect("fewer than 2³²");
    TypedImage::from_buffer(width, 1, data).expect(AS_LARGE)
}

const AS_LARGE: &str = "a buffer is as large as its picture";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_is_shrunk_as_colours_are() {
        let (width, height) = (61_u32, 47_u32);
        let mut state = 1_u32;
        let mut grey = vec![0; (width * height) as usize];
        for sample in &mut grey {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            [*sample, ..] = state.to_be_bytes();
        }
        let colours: Vec<u8> = grey.iter().flat_map(|sample| [*sample; 3]).collect();
        let grey_view = ImageView { width, height, channels: 1, data: &grey };
        let colour_view = ImageView { width, height, channels: 3, data: &colours };
        for (part, size) in
            [((61.0, 47.0), (20, 13)), ((60.5, 30.25), (61, 14)), ((61.0, 47.0), (1, 1))]
        {
            let [grey, colours] = [&grey_view, &colour_view].map(|picture| {
                resample(picture, 0.75_f64.min(47.0 - part.1), part, size.0, size.1)
            });
            let red: Vec<u8> = colours.iter().step_by(3).copied().collect();
            assert_eq!(grey, red, "{part:?} {size:?}");
        }
    }
}
