//! A hash that near-duplicates share: the signs of the lowest frequencies of the picture's luma.
//!
//! As in C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010),
//! 3.2.1, with a good resampling filter in the place of the blur.

use crate::picture::Picture;
use crate::pixels::{Layout, Pixels};
use crate::resize;
use std::f64::consts::PI;

/// Samples a side of the picture that is looked at.
const SIDE: usize = 32;
/// Frequencies that are kept in each direction; the lowest, which is the picture's mean, is left
/// out.
const KEPT: usize = 8;

/// The hash of an upright picture. How many bits differ in two hashes says how much the pictures
/// do; up to about ten of them, they are most likely one picture.
pub(crate) fn hash(picture: &Picture) -> u64 {
    let frequencies = frequencies(&luma(picture));
    let mut sorted = frequencies;
    sorted.sort_unstable_by(f64::total_cmp);
    let median = sorted[sorted.len() / 2];
    frequencies
        .iter()
        .fold(0, |hash, frequency| hash << 1 | u64::from(*frequency > median))
}

/// The picture's brightness, squeezed into a square. Where it is transparent it lies on white.
fn luma(picture: &Picture) -> Pixels {
    let luma = match picture {
        Picture::Planar(planar) => planar.planes[0].clone(),
        Picture::Interleaved(pixels) => match pixels.layout {
            Layout::Rgba => pixels.on_white().map(Layout::Grey, brightness),
            _ => pixels.map(Layout::Grey, brightness),
        },
    };
    let (width, height) = picture.size();
    let side = u32::try_from(SIDE).unwrap_or(u32::MAX);
    resize::region(&luma, (width.into(), height.into()), side, side)
}

/// ITU-R BT.601, in 1/256.
fn brightness([red, green, blue]: [u8; 3]) -> [u8; 1] {
    let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
    [u8::try_from(sum >> 8).unwrap_or(u8::MAX)]
}

/// The lowest frequencies of the two-dimensional DCT-II, row by row, from the second on in each
/// direction.
fn frequencies(luma: &Pixels) -> [f64; KEPT * KEPT] {
    // u8 and the few indexes fit into f64.
    #[expect(clippy::cast_precision_loss)]
    let wave = |frequency: usize, at: usize| {
        (PI * (2 * at + 1) as f64 * frequency as f64 / (2 * SIDE) as f64).cos()
    };
    let mut rows = [[0.0; KEPT]; SIDE];
    for (row, samples) in rows.iter_mut().zip(luma.data.chunks_exact(SIDE)) {
        for (k, sum) in row.iter_mut().enumerate() {
            *sum = samples
                .iter()
                .enumerate()
                .map(|(x, sample)| f64::from(*sample) * wave(k + 1, x))
                .sum();
        }
    }
    std::array::from_fn(|i| {
        let (down, across) = (i / KEPT + 1, i % KEPT);
        rows.iter()
            .enumerate()
            .map(|(y, row)| row[across] * wave(down, y))
            .sum()
    })
}
