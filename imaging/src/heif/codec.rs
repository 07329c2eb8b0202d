//! The codecs of coded pictures.

use super::items::HeifItem;
use crate::{Error, Format};

/// A codec of coded pictures that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    Hevc,
    Av1,
}

impl Codec {
    /// Returns the codec of an item.
    ///
    /// # Errors
    /// [`Error::UnsupportedFormat`], by the name of any other codec.
    pub(super) fn of(item: &HeifItem<'_>) -> Result<Self, Error> {
        match &item.kind {
            b"hvc1" => Ok(Self::Hevc),
            b"av01" => Ok(Self::Av1),
            b"jpeg" => Err(Error::UnsupportedFormat("HEIF with JPEG")),
            b"avc1" => Err(Error::UnsupportedFormat("HEIF with H.264")),
            b"vvc1" => Err(Error::UnsupportedFormat("HEIF with H.266")),
            b"j2k1" => Err(Error::UnsupportedFormat("HEIF with JPEG 2000")),
            b"unci" => Err(Error::UnsupportedFormat("HEIF without compression")),
            b"iovl" => Err(Error::UnsupportedFormat("HEIF with pictures laid over each other")),
            _ => Err(Error::UnsupportedFormat("HEIF with an unknown kind of picture")),
        }
    }

    /// Returns the format of a file whose primary picture has this codec.
    pub(super) fn format(self) -> Format {
        match self {
            Self::Hevc => Format::Heic,
            Self::Av1 => Format::Avif,
        }
    }
}
