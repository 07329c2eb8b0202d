//! Compressions and predictors.

use super::fax::FaxCoding;
use super::sample_format::{NumberKind, SampleFormat};
use super::tags;
use crate::Error;
use crate::exif::tiff::Directory;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Lzw,
    Deflate,
    PackBits,
    Fax(FaxCoding),
    Jpeg,
    /// JPEG in its old form: the whole picture is one file.
    OldJpeg,
}

impl Compression {
    /// Reads the compression.
    ///
    /// # Errors
    /// [`Error::UnsupportedFormat`] for any other.
    pub(super) fn read(main: &Directory<'_>) -> Result<Self, Error> {
        match main.number(tags::COMPRESSION).unwrap_or(1) {
            1 => Ok(Self::None),
            2 => Ok(Self::Fax(FaxCoding::Runs)),
            3 => {
                let options = main.number(tags::FAX_OPTIONS).unwrap_or(0);
                Ok(Self::Fax(FaxCoding::Group3 { is_two_dimensional: options & 1 == 1 }))
            }
            4 => Ok(Self::Fax(FaxCoding::Group4)),
            5 => Ok(Self::Lzw),
            6 if main.number(tags::OLD_JPEG).is_some() => Ok(Self::OldJpeg),
            6 => Err(Error::UnsupportedFormat("TIFF with JPEG in its old form, in pieces")),
            7 => Ok(Self::Jpeg),
            8 | 32946 => Ok(Self::Deflate),
            32773 => Ok(Self::PackBits),
            _ => Err(Error::UnsupportedFormat("TIFF with this compression")),
        }
    }
}

/// The way in which samples are stored as differences to the ones before them, if they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Predictor {
    None,
    Differences,
    FloatDifferences,
}

impl Predictor {
    /// Reads the predictor.
    ///
    /// # Errors
    /// [`Error::UnsupportedFormat`] for one that samples of this format do not have.
    pub(super) fn read(main: &Directory<'_>, format: SampleFormat) -> Result<Self, Error> {
        match main.number(tags::PREDICTOR).unwrap_or(1) {
            1 => Ok(Self::None),
            2 if format.bits.is_multiple_of(8) => Ok(Self::Differences),
            3 if format.number == NumberKind::Float => Ok(Self::FloatDifferences),
            _ => Err(Error::UnsupportedFormat("TIFF with this predictor")),
        }
    }
}
