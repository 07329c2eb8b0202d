//! Finds what a pixel of a TIFF is.

use super::header::{BITS, EXTRA_SAMPLES, PHOTOMETRIC};
use crate::Error;
use crate::exif::tiff::Directory;
use crate::pixels::{self, Layout};

const COLOUR_MAP: u16 = 320;

/// The meaning of the samples of a pixel.
pub(super) enum Kind {
    Grey {
        is_inverted: bool,
    },
    Rgb,
    Palette(Vec<[u8; 3]>),
    Cmyk,
    /// CIE L*a*b*; a* and b* have a sign (TIFF 6.0, section 23) or, in the form of ICC, half of the
    /// range added.
    Lab {
        is_signed: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alpha {
    /// Colours are stored multiplied by it.
    Multiplied,
    Separate,
    /// There is a fourth sample, of which nobody says what it is. Programs mean alpha by it.
    Unsaid,
}

impl Kind {
    pub(super) fn read(
        main: &Directory<'_>,
        bits: u32,
        samples: u32,
        is_jpeg: bool,
    ) -> Result<Self, Error> {
        match (main.number(PHOTOMETRIC).unwrap_or(1), samples) {
            (code @ (0 | 1), 1..) => Ok(Self::Grey { is_inverted: code == 0 }),
            (2, 3..) => Ok(Self::Rgb),
            (6, 3) if is_jpeg => Ok(Self::Rgb), // the JPEG decoder converts it
            (3, 1..) if bits <= 8 => Ok(Self::Palette(palette(main, bits)?)),
            (5, 4..) => Ok(Self::Cmyk),
            (code @ (8 | 9), 3..) if matches!(bits, 8 | 16) => {
                Ok(Self::Lab { is_signed: code == 8 })
            }
            _ => Err(Error::UnsupportedFormat("TIFF with this kind of colours")),
        }
    }

    /// Samples of a pixel that are colours.
    pub(super) fn colours(&self) -> usize {
        match self {
            Self::Grey { .. } | Self::Palette(_) => 1,
            Self::Rgb | Self::Lab { .. } => 3,
            Self::Cmyk => 4,
        }
    }

    /// Returns what the first sample after the colours is, if it is alpha.
    pub(super) fn alpha(&self, main: &Directory<'_>, samples: u32) -> Option<Alpha> {
        if !matches!(self, Self::Grey { .. } | Self::Rgb) || samples as usize <= self.colours() {
            return None;
        }
        match main.number(EXTRA_SAMPLES) {
            Some(1) => Some(Alpha::Multiplied),
            Some(2) => Some(Alpha::Separate),
            None if matches!(self, Self::Rgb) && samples == 4 => Some(Alpha::Unsaid),
            _ => None,
        }
    }

    pub(super) fn layout(&self, has_alpha: bool) -> Layout {
        match (self, has_alpha) {
            (Self::Grey { .. }, false) => Layout::Grey,
            (Self::Grey { .. }, true) => Layout::GreyAlpha,
            (Self::Rgb, true) => Layout::Rgba,
            (Self::Rgb | Self::Palette(_) | Self::Lab { .. }, _) => Layout::Rgb,
            (Self::Cmyk, _) => Layout::Cmyk,
        }
    }
}

/// Bits a sample, of all samples the same.
pub(super) fn bits(main: &Directory<'_>) -> Result<u32, Error> {
    let bits = main.number(BITS).unwrap_or(1);
    if main.numbers(BITS).any(|other| other != bits) {
        return Err(Error::UnsupportedFormat("TIFF with samples of different sizes"));
    }
    Ok(bits)
}

/// Red, green and blue of each colour; all reds are stored first.
fn palette(main: &Directory<'_>, bits: u32) -> Result<Vec<[u8; 3]>, Error> {
    let count = 1_usize << bits;
    let levels: Vec<u32> = main.numbers(COLOUR_MAP).take(3 * count).collect();
    // Some programs wrote 8 bits where 16 are asked for.
    let is_short = levels.iter().all(|level| *level < 256);
    let level = |at: usize| {
        let value = u16::try_from(*levels.get(at)?).ok()?;
        Some(if is_short { value.to_le_bytes()[0] } else { pixels::to_8_bits(value) })
    };
    let colour = |at: usize| Some([level(at)?, level(count + at)?, level(2 * count + at)?]);
    (0..count)
        .map(colour)
        .collect::<Option<_>>()
        .ok_or_else(|| Error::corrupt("too few colours in the palette"))
}
