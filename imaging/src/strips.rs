//! Shrinking a picture whose rows come one by one, so that it never is in memory as a whole.
//!
//! Rows are kept until a strip of the small picture can be made of them: Lanczos3 takes three
//! pixels of the small picture to either side, and the strips are the same as if the picture had
//! been shrunk in one go.

use crate::pixels::{self, PixelLayout, Pixels};
use crate::resize;
use std::mem;

/// Rows of the small picture in a strip. More would take more memory, fewer would work out the
/// filter's weights more often: once a strip.
const STRIP: u32 = 128;

/// The reach of Lanczos3, in pixels of the small picture.
const REACH: f64 = 3.0;

/// A picture that is being shrunk, from its first row to its last.
pub(crate) struct Strips {
    /// Pixels of the large picture across.
    width: u32,
    /// Pixels of the large picture down.
    height: u32,
    layout: PixelLayout,
    /// Rows that are still needed, with the colours multiplied by alpha.
    waiting: Vec<u8>,
    /// The row of the large picture that the first of them is.
    first: u32,
    small: Pixels,
    /// Rows of the small picture that are made.
    made: u32,
    is_transparent: bool,
}

impl Strips {
    /// Begins to shrink a picture of this size to the size `to`, which is not larger.
    pub(crate) fn new((width, height): (u32, u32), layout: PixelLayout, to: (u32, u32)) -> Self {
        let waiting = Vec::with_capacity(Self::waiting((width, height), layout, to));
        let data = Vec::with_capacity(pixels::bytes(to.0, to.1, layout));
        let small = Pixels { width: to.0, height: to.1, layout, data };
        Self { width, height, layout, waiting, first: 0, small, made: 0, is_transparent: false }
    }

    /// Returns the bytes that this takes at most.
    pub(crate) fn bytes((width, height): (u32, u32), layout: PixelLayout, to: (u32, u32)) -> u64 {
        (Self::waiting((width, height), layout, to) + pixels::bytes(to.0, to.1, layout)) as u64
    }

    /// Returns the bytes of the rows that are kept.
    fn waiting((width, height): (u32, u32), layout: PixelLayout, to: (u32, u32)) -> usize {
        if (width, height) == to {
            return 0;
        }
        let scale = f64::from(height) / f64::from(to.1);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a number of rows
        let rows = ((f64::from(STRIP) + 2.0 * REACH) * scale).ceil() as u32 + 4;
        pixels::bytes(width, rows.min(height), layout)
    }

    /// Takes the next row: `width` pixels.
    pub(crate) fn push(&mut self, samples: Vec<u8>) {
        let mut row = Pixels::new(self.width, 1, self.layout, samples);
        self.is_transparent |= row.is_transparent();
        if (self.width, self.height) == (self.small.width, self.small.height) {
            self.small.data.append(&mut row.data);
            return;
        }
        resize::multiply_alpha(&mut row);
        self.waiting.append(&mut row.data);
        // With the last row, the last two strips may be ready.
        while let Some(strip) = self.ready() {
            self.make(strip);
        }
    }

    /// Returns the small picture, once every row has been taken. It keeps its alpha only where some
    /// pixel of the large one was transparent.
    pub(crate) fn finish(mut self) -> Pixels {
        debug_assert_eq!(
            self.small.data.len(),
            pixels::bytes(self.small.width, self.small.height, self.layout)
        );
        if !self.is_transparent {
            return self.small.without_alpha();
        }
        if (self.width, self.height) != (self.small.width, self.small.height) {
            resize::divide_alpha(&mut self.small);
        }
        self.small
    }

    /// Returns the number of rows that wait.
    fn rows(&self) -> u32 {
        let row = pixels::bytes(self.width, 1, self.layout);
        u32::try_from(self.waiting.len() / row).unwrap_or(u32::MAX)
    }

    /// Returns the rows of the next strip, if it can be made.
    fn ready(&self) -> Option<u32> {
        let strip = STRIP.min(self.small.height - self.made);
        let (_, end) = self.needed(self.made + strip);
        let is_ready = strip > 0 && self.first + self.rows() >= end;
        if is_ready { Some(strip) } else { None }
    }

    /// Returns the pixels of the large picture for one of the small.
    fn scale(&self) -> f64 {
        f64::from(self.height) / f64::from(self.small.height)
    }

    /// Returns the rows of the large picture from which the small one's are made that begin or end
    /// at this row: the first, and the one after the last.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "they are between zero and the height"
    )]
    fn needed(&self, row: u32) -> (u32, u32) {
        let border = f64::from(row) * self.scale();
        let reach = REACH * self.scale();
        // One more for rounding.
        let from = (border - reach).floor() - 1.0;
        let to = (border + reach).ceil() + 1.0;
        (from.max(0.0) as u32, to.min(f64::from(self.height)) as u32)
    }

    /// Makes a strip of so many rows, and drops the rows that no later one needs.
    fn make(&mut self, strip: u32) {
        let rows = self.rows();
        let window = Pixels::new(self.width, rows, self.layout, mem::take(&mut self.waiting));
        let top = f64::from(self.made) * self.scale() - f64::from(self.first);
        // Rounding must not lead beyond the last row.
        let down = (f64::from(strip) * self.scale()).min(f64::from(window.height) - top);
        let part = (f64::from(self.width), down);
        let mut made = resize::rows(&window, top, part, self.small.width, strip);
        self.small.data.append(&mut made.data);
        self.made += strip;
        let (needed, _) = self.needed(self.made);
        let first = needed.max(self.first);
        let done = pixels::bytes(self.width, first - self.first, self.layout);
        self.waiting = window.data;
        self.waiting.drain(..done);
        self.first = first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn noise(width: u32, height: u32, layout: PixelLayout) -> Pixels {
        let mut state = 1_u32;
        let mut pixels = Pixels::blank(width, height, layout);
        for sample in &mut pixels.data {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            [*sample, ..] = state.to_be_bytes();
        }
        pixels
    }

    fn in_strips(large: &Pixels, width: u32, height: u32) -> Pixels {
        let mut strips = Strips::new((large.width, large.height), large.layout, (width, height));
        for row in large
            .data
            .chunks_exact(pixels::bytes(large.width, 1, large.layout))
        {
            strips.push(row.to_vec());
        }
        strips.finish()
    }

    const LAYOUTS: [PixelLayout; 4] =
        [PixelLayout::Grey, PixelLayout::GreyAlpha, PixelLayout::Rgb, PixelLayout::Rgba];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn strips_are_the_picture_shrunk_in_one_go(
            width in 1_u32..40, height in 1_u32..2000, long_edge in 1_u32..1500,
            layout in prop::sample::select(LAYOUTS.to_vec()),
        ) {
            let large = noise(width, height, layout);
            let (w, h) = resize::fit(width, height, long_edge);
            let ours = in_strips(&large, w, h);
            let whole = resize::shrink(large, w, h);
            prop_assert_eq!((ours.width, ours.height), (whole.width, whole.height));
            prop_assert_eq!(ours.layout, whole.layout);
            // The weights are worked out anew for each strip, from numbers that were rounded
            // otherwise.
            let pairs = ours.data.iter().zip(&whole.data);
            let off = pairs.map(|(a, b)| a.abs_diff(*b)).max();
            let is_alike = off <= Some(1) || layout.has_alpha() && alpha_alike(&ours, &whole);
            prop_assert!(is_alike, "{:?}", off);
        }
    }

    /// Dividing by a small alpha makes much of a difference of one.
    fn alpha_alike(ours: &Pixels, whole: &Pixels) -> bool {
        let size = ours.layout.size();
        let ours = ours.data.chunks_exact(size);
        let whole = whole.data.chunks_exact(size);
        ours.zip(whole).all(|(one, other)| {
            let most = 1 + 2 * 255 / u32::from(one[size - 1].max(1));
            let mut samples = one.iter().zip(other);
            samples.all(|(a, b)| u32::from(a.abs_diff(*b)) <= most)
        })
    }

    #[test]
    fn a_picture_without_transparent_pixels_loses_its_alpha() {
        let mut large = noise(30, 700, PixelLayout::Rgba);
        for pixel in large.data.chunks_exact_mut(4) {
            pixel[3] = 255;
        }
        let small = in_strips(&large, 15, 350);
        assert_eq!(small.layout, PixelLayout::Rgb);
        large.data[3] = 0;
        assert_eq!(in_strips(&large, 15, 350).layout, PixelLayout::Rgba);
    }

    #[test]
    fn a_tall_picture_is_never_in_memory_as_a_whole() {
        let mut strips = Strips::new((10, 20_000), PixelLayout::Grey, (2, 4000));
        let mut most = 0;
        for _ in 0..20_000 {
            strips.push(vec![7; 10]);
            most = most.max(strips.rows());
        }
        assert!(most < 2000, "{most} rows");
        assert_eq!(strips.finish().data, vec![7; 8000]);
    }
}
