//! The meaning of a pixel of a TIFF.

use super::tags;
use crate::Error;
use crate::exif::tiff::Directory;
use crate::pixels::{self, PixelLayout};

/// The meaning of the samples of a pixel.
pub(super) enum PixelKind {
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
pub(super) enum AlphaKind {
    /// Colours are stored multiplied by it.
    Multiplied,
    Separate,
    /// There is a fourth sample, of which nobody says what it is. Programs mean alpha by it.
    Unsaid,
}

impl PixelKind {
    /// Reads the photometric interpretation.
    ///
    /// # Errors
    /// [`Error::UnsupportedFormat`] for any that is not read, and [`Error::Corrupt`] for a palette
    /// that is too short.
    pub(super) fn read(
        main: &Directory<'_>,
        bits: u32,
        samples: u32,
        is_jpeg: bool,
    ) -> Result<Self, Error> {
        match (main.number(tags::PHOTOMETRIC).unwrap_or(1), samples) {
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

    /// Returns the number of samples of a pixel that are colours.
    pub(super) fn colours(&self) -> usize {
        match self {
            Self::Grey { .. } | Self::Palette(_) => 1,
            Self::Rgb | Self::Lab { .. } => 3,
            Self::Cmyk => 4,
        }
    }

    /// Returns the meaning of the first sample after the colours, if it is alpha.
    pub(super) fn alpha(&self, main: &Directory<'_>, samples: u32) -> Option<AlphaKind> {
        let may_have_alpha = matches!(self, Self::Grey { .. } | Self::Rgb);
        if !may_have_alpha || samples as usize <= self.colours() {
            return None;
        }
        match main.number(tags::EXTRA_SAMPLES) {
            Some(1) => Some(AlphaKind::Multiplied),
            Some(2) => Some(AlphaKind::Separate),
            None if matches!(self, Self::Rgb) && samples == 4 => Some(AlphaKind::Unsaid),
            _ => None,
        }
    }

    pub(super) fn layout(&self, has_alpha: bool) -> PixelLayout {
        match (self, has_alpha) {
            (Self::Grey { .. }, false) => PixelLayout::Grey,
            (Self::Grey { .. }, true) => PixelLayout::GreyAlpha,
            (Self::Rgb, true) => PixelLayout::Rgba,
            (Self::Rgb | Self::Palette(_) | Self::Lab { .. }, _) => PixelLayout::Rgb,
            (Self::Cmyk, _) => PixelLayout::Cmyk,
        }
    }
}

/// Reads red, green and blue of each colour; all reds are stored first.
fn palette(main: &Directory<'_>, bits: u32) -> Result<Vec<[u8; 3]>, Error> {
    let count = 1_usize << bits;
    let stored: Vec<u32> = main.numbers(tags::COLOUR_MAP).take(3 * count).collect();
    // Some programs wrote 8 bits where 16 are asked for.
    let are_bytes = stored.iter().all(|level| *level < 256);
    let mut levels = Vec::with_capacity(3 * count);
    for level in stored {
        let wide = u16::try_from(level).map_err(|_| too_few_colours())?;
        levels.push(if are_bytes { wide.to_le_bytes()[0] } else { pixels::to_8_bits(wide) });
    }
    if levels.len() < 3 * count {
        return Err(too_few_colours());
    }
    let mut palette = Vec::with_capacity(count);
    for index in 0..count {
        palette.push([levels[index], levels[count + index], levels[2 * count + index]]);
    }
    Ok(palette)
}

fn too_few_colours() -> Error {
    Error::corrupt("too few colours in the palette")
}
