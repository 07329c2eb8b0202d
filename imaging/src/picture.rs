//! A picture on its way to the renditions, in either of two shapes.

use crate::pixels::Pixels;
use crate::planar::Planar;
use crate::{orientation, resize};

/// A picture in sRGB.
#[derive(Debug, Clone)]
pub(crate) enum Picture {
    /// RGB or RGBA, when not all is known to fit into [`Planar`]: with alpha, or other colours than
    /// sRGB.
    Interleaved(Pixels),
    /// Luma and chroma.
    Planar(Planar),
}

impl Picture {
    /// The picture at this size, which is not larger than it is.
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

    /// Whether it has this size already.
    pub(crate) fn is(&self, width: u32, height: u32) -> bool {
        match self {
            Self::Interleaved(pixels) => (pixels.width, pixels.height) == (width, height),
            Self::Planar(planar) => planar.is(width, height),
        }
    }

    /// The picture as it is meant to be seen.
    pub(crate) fn upright(self, orientation: u8) -> Self {
        match self {
            Self::Interleaved(pixels) => {
                Self::Interleaved(orientation::upright(pixels, orientation))
            }
            Self::Planar(planar) => Self::Planar(planar.upright(orientation)),
        }
    }

    /// Pixels across and down.
    pub(crate) fn size(&self) -> (u32, u32) {
        match self {
            Self::Interleaved(pixels) => (pixels.width, pixels.height),
            Self::Planar(planar) => (planar.width, planar.height),
        }
    }

    /// In RGB or RGBA.
    pub(crate) fn into_pixels(self) -> Pixels {
        match self {
            Self::Interleaved(pixels) => pixels,
            Self::Planar(planar) => planar.to_rgb(),
        }
    }
}
