//! The order to decode a JPEG, which both decoders take.

use crate::pixels::{self, PixelLayout};

/// A picture to decode; width, height and shape are those of our own reading of the header.
pub(super) struct DecodeJob {
    /// Pixels of the whole picture across.
    pub(super) width: u32,
    /// Pixels of the whole picture down.
    pub(super) height: u32,
    pub(super) shape: Shape,
    /// The scale, 1 to 8 eighths.
    pub(super) eighths: u32,
    /// Passes at most.
    pub(super) scans: u32,
    /// Bytes that a decoder may take for coefficients.
    pub(super) memory: u64,
}

impl DecodeJob {
    /// Returns width and height at the scale, in pixels.
    pub(super) fn scaled_size(&self) -> (u32, u32) {
        (scaled(self.width, self.eighths), scaled(self.height, self.eighths))
    }
}

/// The shape to decode to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Grey, RGB or CMYK.
    Interleaved(PixelLayout),
    /// Luma and chroma as they are stored, with this many pixels to a sample of chroma, across and
    /// down.
    Planar { step: (u32, u32) },
}

impl Shape {
    /// Returns the bytes of a picture of this size in pixels.
    pub(super) fn bytes(self, width: u32, height: u32) -> usize {
        match self {
            Self::Interleaved(layout) => pixels::bytes(width, height, layout),
            Self::Planar { step } => {
                let [luma, chroma, _] = plane_sizes(width, height, step);
                let bytes = |(width, height)| pixels::bytes(width, height, PixelLayout::Grey);
                bytes(luma) + 2 * bytes(chroma)
            }
        }
    }
}

/// Returns width and height of each plane in samples.
///
/// libjpeg-turbo rounds the picture up to whole samples of chroma, and so luma may be one pixel
/// wider or higher than the picture.
pub(super) fn plane_sizes(width: u32, height: u32, step: (u32, u32)) -> [(u32, u32); 3] {
    let (across, down) = step;
    let chroma = (width.div_ceil(across), height.div_ceil(down));
    let luma = (chroma.0 * across, chroma.1 * down);
    [luma, chroma, chroma]
}

/// Returns a side at a scale, rounded as libjpeg-turbo does it (TJSCALED). Sides have 16 bits.
pub(super) fn scaled(side: u32, eighths: u32) -> u32 {
    (side * eighths).div_ceil(8)
}

/// Returns the smallest scale in eighths, 1 to 8, at which the long edge has at least as many
/// pixels as are wanted. Decoders scale in the DCT, where pixels that are not asked for cost next
/// to nothing.
pub(super) fn eighths(long_edge: u32, wanted: u32) -> u32 {
    (1..8)
        .find(|eighths| scaled(long_edge, *eighths) >= wanted)
        .unwrap_or(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_the_smallest_that_suffice() {
        assert_eq!(eighths(4000, 2048), 5, "2500 pixels");
        assert_eq!(eighths(6000, 2048), 3, "2250 pixels");
        assert_eq!(eighths(16_384, 2048), 1, "exactly 2048");
        assert_eq!(eighths(2048, 2048), 8);
        assert_eq!(eighths(300, 2048), 8, "never enlarged");
        assert_eq!(scaled(1, 1), 1);
        assert_eq!(scaled(65_535, 8), 65_535);
    }
}
