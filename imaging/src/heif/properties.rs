//! Properties of items: colours, cropping and turning (ISO/IEC 23008-12, 6.5).

use super::items::HeifItem;
use crate::Error;
use crate::bytes::Reader;
use crate::colour::ColourSpace;
use crate::pixels::Pixels;

/// Code points of H.273 and the range of samples.
#[derive(Debug, Clone, Copy)]
pub(super) struct Codes {
    pub(super) primaries: u8,
    pub(super) transfer: u8,
    pub(super) matrix: u8,
    pub(super) is_full_range: bool,
}

impl HeifItem<'_> {
    /// Returns the code points, where they are given.
    pub(super) fn codes(&self) -> Option<Codes> {
        let content = self.colours(*b"nclx")?;
        let &[_, primaries, _, transfer, _, matrix, range, ..] = content else { return None };
        Some(Codes { primaries, transfer, matrix, is_full_range: range & 0x80 != 0 })
    }

    /// Returns the colour space. An ICC profile says more than code points, which are there beside
    /// it for the matrix.
    pub(super) fn colour_space(&self) -> ColourSpace {
        if let Some(profile) = self.colours(*b"prof").or_else(|| self.colours(*b"rICC")) {
            return ColourSpace::Icc(profile.to_vec());
        }
        match self.codes() {
            // 2: not specified.
            Some(Codes { primaries, transfer, .. }) if primaries != 2 && transfer != 2 => {
                ColourSpace::Cicp { primaries, transfer }
            }
            _ => ColourSpace::Srgb,
        }
    }

    /// Returns the content of the first property for colours of this kind.
    fn colours(&self, kind: [u8; 4]) -> Option<&[u8]> {
        for property in &self.properties {
            if &property.name == b"colr"
                && let Some(content) = property.content.strip_prefix(&kind)
            {
                return Some(content);
            }
        }
        None
    }

    /// Refuses what would be shown wrong without a property that is not known here.
    pub(super) fn check_essential(&self) -> Result<(), Error> {
        for property in &self.properties {
            if property.is_essential && !KNOWN.contains(&&property.name) {
                return Err(Error::UnsupportedFormat("HEIF with an unknown essential property"));
            }
        }
        Ok(())
    }

    /// Returns rotations and mirrorings, one after the other, as one number of EXIF's.
    pub(super) fn orientation(&self) -> u8 {
        // The way of (x, y), seen from the middle: [[a, b], [c, d]] stands for (ax + by, cx + dy).
        let mut matrix = [[1_i8, 0], [0, 1]];
        for property in &self.properties {
            let value = property.content.first().copied().unwrap_or(0);
            let [x, y] = matrix;
            matrix = match (&property.name, value & 3) {
                (b"irot", 1) => [y, minus(x)], // a quarter of a turn to the left
                (b"irot", 2) => [minus(x), minus(y)],
                (b"irot", 3) => [minus(y), x],
                (b"imir", 0 | 2) => [x, minus(y)], // the top becomes the bottom
                (b"imir", _) => [minus(x), y],
                _ => matrix,
            };
        }
        match matrix {
            [[-1, 0], [0, 1]] => 2,
            [[-1, 0], [0, -1]] => 3,
            [[1, 0], [0, -1]] => 4,
            [[0, 1], [1, 0]] => 5,
            [[0, -1], [1, 0]] => 6,
            [[0, -1], [-1, 0]] => 7,
            [[0, 1], [-1, 0]] => 8,
            _ => 1,
        }
    }

    /// Returns the part of the coded picture that is to be shown.
    pub(super) fn crop(&self) -> Result<Crop, Error> {
        let (width, height) = self.size()?;
        let whole = Crop { left: 0, top: 0, width, height };
        let Some(content) = self.property(*b"clap") else { return Ok(whole) };
        Crop::read(content, width, height)
            .ok_or_else(|| Error::corrupt("the part of the picture to be shown"))
    }
}

/// Names of properties that are known here.
const KNOWN: [&[u8; 4]; 14] = [
    b"hvcC", b"av1C", b"ispe", b"pixi", b"colr", b"irot", b"imir", b"clap", b"auxC", b"pasp",
    b"clli", b"mdcv", b"a1op", b"lsel",
];

fn minus(row: [i8; 2]) -> [i8; 2] {
    row.map(|value| -value)
}

/// A part of a picture, within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Crop {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Crop {
    /// Reads width, height and the offsets of the middle, all as fractions (ISO/IEC 14496-12,
    /// 12.1.4), of a picture of this size; none where the part is not within it.
    fn read(content: &[u8], whole_width: u32, whole_height: u32) -> Option<Self> {
        let mut reader = Reader::new(content);
        let across = read_ratio(&mut reader)?;
        let down = read_ratio(&mut reader)?;
        let offset_right = read_ratio(&mut reader)?;
        let offset_down = read_ratio(&mut reader)?;
        let (left, width) = span(across, offset_right, whole_width)?;
        let (top, height) = span(down, offset_down, whole_height)?;
        Some(Self { left, top, width, height })
    }

    /// Moves the part to the front of the buffer, which is no copy of it.
    pub(super) fn apply(self, mut pixels: Pixels) -> Pixels {
        if (self.width, self.height) == (pixels.width, pixels.height) {
            return pixels;
        }
        let size = pixels.layout.size();
        let stride = pixels.width as usize * size;
        let length = self.width as usize * size;
        for row in 0..self.height as usize {
            let from = (self.top as usize + row) * stride + self.left as usize * size;
            pixels.data.copy_within(from..from + length, row * length);
        }
        pixels.data.truncate(self.height as usize * length);
        Pixels::new(self.width, self.height, pixels.layout, pixels.data)
    }
}

/// Reads a numerator and a denominator, which must be positive.
fn read_ratio(reader: &mut Reader<'_>) -> Option<f64> {
    let numerator = reader.u32_be().ok()?.cast_signed();
    let denominator = reader.u32_be().ok()?.cast_signed();
    if denominator <= 0 {
        return None;
    }
    Some(f64::from(numerator) / f64::from(denominator))
}

/// Returns the beginning of a length whose middle is off by so much, and the length, both rounded
/// to whole pixels; none where it is not within the whole.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be within the picture"
)]
fn span(length: f64, off: f64, whole: u32) -> Option<(u32, u32)> {
    let from = (off + (f64::from(whole) - length) / 2.0).round();
    let rounded = length.round();
    let fits = rounded >= 1.0 && from >= 0.0 && from + rounded <= f64::from(whole);
    if fits { Some((from as u32, rounded as u32)) } else { None }
}
