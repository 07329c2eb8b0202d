//! The result that every decoder hands over.

use crate::colour::ColourSpace;
use crate::exif::Exif;
use crate::picture::Picture;

/// A decoded photograph, before its orientation and its colour space are applied.
pub(crate) struct DecodedImage {
    /// Pixels as stored, possibly shrunk by the decoder, in the colour space `colours`.
    pub(crate) picture: Picture,
    /// The colour space that the file declares.
    pub(crate) colours: ColourSpace,
    /// Metadata of the file, with the orientation that is still to be applied.
    pub(crate) exif: Exif,
    /// Frames of an animation; 1 for a still picture.
    pub(crate) frames: u32,
}
