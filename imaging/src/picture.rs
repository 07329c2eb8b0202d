//! A picture on its way to the renditions, in either of two shapes.

use crate::pixels::Pixels;
use crate::planar::Planar;
use crate::{orientation, resize};

/// Pixels of a picture. The decoders hand over the interleaved shape in any colour space, the
/// planar one in sRGB only.
#[derive(Debug, Clone)]
pub(crate) enum Picture {
    /// The samples of a pixel side by side, when not all is known to fit into [`Planar`]: with
    /// alpha, or other colours than sRGB.
    Interleaved(Pixels),
    /// Luma and chroma.
    Planar(Planar),
}

impl Picture {
    /// Shrinks to this size in pixels, which is not larger than the picture is.
    pub(crate) fn shrink(&self, width: u32, height: u32) -> Self {
        match self {
            Self::Interleaved(pixels) if pixels.layout.has_alpha() => {
                Self::Interleaved(resize::shrink(pixels.clone(), width, height))
            }
            Self::Interleaved(pixels) => {
                let whole = (f64::from(pixels.width), f64::from(pixels.height));
                Self::Interleaved(resize::region(pixels, whole, width, height))
            }
            Self::Planar(planar) => Self::Planar(planar.shrink(width, height)),
        }
    }

    /// Returns true if it has this size already, so that [`Picture::shrink`] would change nothing.
    pub(crate) fn has_size(&self, width: u32, height: u32) -> bool {
        match self {
            Self::Interleaved(pixels) => (pixels.width, pixels.height) == (width, height),
            Self::Planar(planar) => planar.has_size(width, height),
        }
    }

    /// Turns the picture upright, by the number that EXIF has for its orientation.
    pub(crate) fn upright(self, orientation: u8) -> Self {
        match self {
            Self::Interleaved(pixels) => {
                Self::Interleaved(orientation::upright(pixels, orientation))
            }
            Self::Planar(planar) => Self::Planar(planar.upright(orientation)),
        }
    }

    /// Returns the pixels across and down.
    pub(crate) fn size(&self) -> (u32, u32) {
        match self {
            Self::Interleaved(pixels) => (pixels.width, pixels.height),
            Self::Planar(planar) => (planar.width, planar.height),
        }
    }

    /// Converts to interleaved samples.
    pub(crate) fn into_pixels(self) -> Pixels {
        match self {
            Self::Interleaved(pixels) => pixels,
            Self::Planar(planar) => planar.to_rgb(),
        }
    }
}
