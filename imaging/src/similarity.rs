//! A hash that near-duplicates share: the signs of the lowest frequencies of the picture's luma.
//!
//! As in C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010),
//! 3.2.1, with a good resampling filter in the place of the blur.

use crate::picture::Picture;
use crate::pixels::{PixelLayout, Pixels};
use crate::resize;
use std::f64::consts::PI;

/// Samples of a side of the square that the picture is squeezed into.
const SIDE: usize = 32;
/// Frequencies that are kept in each direction; the lowest, which is the picture's mean, is left
/// out.
const KEPT: usize = 8;

/// Returns the hash of an upright picture. The number of bits in which two hashes differ says how
/// much the pictures do; up to about ten, they are most likely one picture.
pub(crate) fn hash(picture: &Picture) -> u64 {
    let frequencies = frequencies(&luma(picture));
    let mut sorted = frequencies;
    sorted.sort_unstable_by(f64::total_cmp);
    let median = sorted[sorted.len() / 2];
    let mut hash = 0;
    for frequency in frequencies {
        hash = hash << 1 | u64::from(frequency > median);
    }
    hash
}

/// Returns the picture's brightness, squeezed into a square of [`SIDE`] samples. Where it is
/// transparent it lies on white.
fn luma(picture: &Picture) -> Pixels {
    let luma = match picture {
        Picture::Planar(planar) => planar.planes[0].clone(),
        Picture::Interleaved(pixels) => match pixels.layout {
            PixelLayout::Rgba => pixels.on_white().map(PixelLayout::Grey, brightness),
            _ => pixels.map(PixelLayout::Grey, brightness),
        },
    };
    let (width, height) = picture.size();
    let side = u32::try_from(SIDE).unwrap_or(u32::MAX);
    resize::region(&luma, (width.into(), height.into()), side, side)
}

/// Returns luma by the weights of ITU-R BT.601, in 1/256.
fn brightness([red, green, blue]: [u8; 3]) -> [u8; 1] {
    let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
    [u8::try_from(sum >> 8).unwrap_or(u8::MAX)]
}

/// Returns the lowest frequencies of the two-dimensional DCT-II, row by row, from the second on in
/// each direction.
fn frequencies(luma: &Pixels) -> [f64; KEPT * KEPT] {
    let mut rows = [[0.0; KEPT]; SIDE];
    for (row, samples) in rows.iter_mut().zip(luma.data.chunks_exact(SIDE)) {
        for (index, sum) in row.iter_mut().enumerate() {
            for (x, sample) in samples.iter().enumerate() {
                *sum += f64::from(*sample) * wave(index + 1, x);
            }
        }
    }
    let mut frequencies = [[0.0; KEPT]; KEPT];
    for (down, across) in frequencies.iter_mut().enumerate() {
        for (index, sum) in across.iter_mut().enumerate() {
            for (y, row) in rows.iter().enumerate() {
                *sum += row[index] * wave(down + 1, y);
            }
        }
    }
    let mut flat = [0.0; KEPT * KEPT];
    flat.copy_from_slice(frequencies.as_flattened());
    flat
}

/// Returns the cosine of a frequency at a sample: cos(π (2 at + 1) frequency / 2 [`SIDE`]).
#[expect(clippy::cast_precision_loss, reason = "the few indexes fit into f64")]
fn wave(frequency: usize, at: usize) -> f64 {
    (PI * (2 * at + 1) as f64 * frequency as f64 / (2 * SIDE) as f64).cos()
}
