//! A picture as luma and chroma, the way cameras store it.
//!
//! Most photographs come as luma and half-sized chroma and leave so too. Kept that way they have
//! half the bytes of RGB, and are neither converted there nor back.

use crate::pixels::{PixelLayout, Pixels};
use crate::{orientation, resize};

/// The bytes that stand for black and white (ITU-T T.871, clause 7; ITU-R BT.601, table 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SampleRange {
    /// 0 to 255, as JPEG has it.
    Full,
    /// Luma 16 to 235 and chroma 16 to 240, as WebP has it.
    Limited,
}

/// A picture in `Y'CbCr` (BT.601), 8 bits a sample, opaque.
#[derive(Debug, Clone)]
pub(crate) struct Planar {
    /// Pixels across. The plane of luma may have padding on its right, and below.
    pub(crate) width: u32,
    /// Pixels down.
    pub(crate) height: u32,
    /// Pixels that share a sample of chroma, across and down: 1 or 2.
    pub(crate) step: (u32, u32),
    pub(crate) range: SampleRange,
    /// Y', Cb and Cr, each in [`PixelLayout::Grey`].
    pub(crate) planes: [Pixels; 3],
}

impl Planar {
    /// Shrinks to this size in pixels, not larger than the picture is, with one sample of chroma
    /// for 2 × 2 pixels.
    ///
    /// If a side is odd, the last sample of chroma stands for one pixel instead of two; it is
    /// placed as if it stood for its share of the side, which is off by less than half a
    /// sample.
    pub(crate) fn shrink(&self, width: u32, height: u32) -> Self {
        let own = (f64::from(self.width), f64::from(self.height));
        let chroma = (own.0 / f64::from(self.step.0), own.1 / f64::from(self.step.1));
        let [luma, blue, red] = &self.planes;
        let half_width = width.div_ceil(2);
        let half_height = height.div_ceil(2);
        let planes = [
            resize::region(luma, own, width, height),
            resize::region(blue, chroma, half_width, half_height),
            resize::region(red, chroma, half_width, half_height),
        ];
        Self { width, height, step: (2, 2), range: self.range, planes }
    }

    /// Returns true if [`Planar::shrink`] to this size would change nothing.
    pub(crate) fn has_size(&self, width: u32, height: u32) -> bool {
        if (self.width, self.height) != (width, height) || self.step != (2, 2) {
            return false;
        }
        let whole = (width, height);
        let half = (width.div_ceil(2), height.div_ceil(2));
        let sizes = self
            .planes
            .each_ref()
            .map(|plane| (plane.width, plane.height));
        sizes == [whole, half, half] // without padding
    }

    /// Turns the picture upright, by the number that EXIF has for its orientation.
    pub(crate) fn upright(self, orientation: u8) -> Self {
        let range = self.range;
        let planes = self
            .planes
            .map(|plane| orientation::upright(plane, orientation));
        if orientation::swaps_sides(orientation) {
            let step = (self.step.1, self.step.0);
            return Self { width: self.height, height: self.width, step, range, planes };
        }
        Self { width: self.width, height: self.height, step: self.step, range, planes }
    }

    /// Converts the samples to another range.
    pub(crate) fn into_range(mut self, range: SampleRange) -> Self {
        let convert: [fn(u8) -> u8; 2] = match (self.range, range) {
            (SampleRange::Full, SampleRange::Limited) => [limited_luma, limited_chroma],
            (SampleRange::Limited, SampleRange::Full) => [full_luma, full_chroma],
            _ => return self,
        };
        let [luma, chroma] = convert.map(|convert| {
            std::array::from_fn::<u8, 256, _>(|i| convert(u8::try_from(i).unwrap_or(0)))
        });
        for (plane, table) in self.planes.iter_mut().zip([&luma, &chroma, &chroma]) {
            for sample in &mut plane.data {
                *sample = table[usize::from(*sample)];
            }
        }
        self.range = range;
        self
    }

    /// Converts to RGB; every pixel takes the sample of chroma that it shares. Meant for small
    /// pictures.
    pub(crate) fn to_rgb(&self) -> Pixels {
        let full = self.clone().into_range(SampleRange::Full);
        let [luma, blue, red] = &full.planes;
        let mut data = Vec::with_capacity(self.width as usize * self.height as usize * 3);
        for y in 0..self.height {
            for x in 0..self.width {
                let at = |plane: &Pixels, x: u32, y: u32| {
                    f32::from(plane.data[(y * plane.width + x) as usize])
                };
                let chroma_x = x / self.step.0;
                let chroma_y = y / self.step.1;
                data.extend(rgb(
                    at(luma, x, y),
                    at(blue, chroma_x, chroma_y),
                    at(red, chroma_x, chroma_y),
                ));
            }
        }
        Pixels::new(self.width, self.height, PixelLayout::Rgb, data)
    }
}

/// Converts luma and chroma in full range, 0 to 255 (ITU-T T.871, clause 7).
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped
fn rgb(luma: f32, cb: f32, cr: f32) -> [u8; 3] {
    let blue = cb - 128.0;
    let red = cr - 128.0;
    [luma + 1.402 * red, luma - 0.344_14 * blue - 0.714_14 * red, luma + 1.772 * blue]
        .map(|sample| sample.round().clamp(0.0, 255.0) as u8)
}

fn limited_luma(sample: u8) -> u8 {
    rescale(sample, 0, 255, 16, 219)
}

fn limited_chroma(sample: u8) -> u8 {
    rescale(sample, 128, 255, 128, 224)
}

fn full_luma(sample: u8) -> u8 {
    rescale(sample, 16, 219, 0, 255)
}

fn full_chroma(sample: u8) -> u8 {
    rescale(sample, 128, 224, 128, 255)
}

/// Scales a sample from one zero and span to another, rounded to the nearest.
fn rescale(sample: u8, from_zero: i32, from_span: i32, to_zero: i32, to_span: i32) -> u8 {
    let scaled = (i32::from(sample) - from_zero) * to_span;
    let rounded = (2 * scaled + from_span).div_euclid(2 * from_span) + to_zero;
    u8::try_from(rounded.clamp(0, 255)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_the_standards_black_white_and_grey() {
        assert_eq!([0, 255].map(limited_luma), [16, 235]);
        assert_eq!([0, 128, 255].map(limited_chroma), [16, 128, 240]);
        assert_eq!([0, 16, 235, 255].map(full_luma), [0, 0, 255, 255]);
        assert_eq!(
            [16, 128, 240].map(full_chroma),
            [1, 128, 255],
            "127.5 below and above the middle"
        );
    }

    #[test]
    fn a_range_and_back_is_off_by_one_at_most() {
        for sample in 0..=255_u8 {
            assert!(full_luma(limited_luma(sample)).abs_diff(sample) <= 1, "luma {sample}");
            assert!(full_chroma(limited_chroma(sample)).abs_diff(sample) <= 1, "chroma {sample}");
        }
    }

    #[test]
    fn primaries_come_out_of_luma_and_chroma() {
        assert_eq!(rgb(76.0, 85.0, 255.0), [254, 0, 0]);
        assert_eq!(rgb(255.0, 128.0, 128.0), [255, 255, 255]);
        assert_eq!(rgb(29.0, 255.0, 107.0), [0, 0, 254]);
    }
}
