//! Reasons for which a photograph cannot be rendered.

/// The reason for which there are no renditions. [`Error::code`] is stable and may be stored and
/// shown; the text is for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There are no bytes at all.
    #[error("the file is empty")]
    Empty,
    /// Not a format, or not a variant of one, that can be read.
    #[error("unsupported format: {0}")]
    UnsupportedFormat(&'static str),
    /// Width times height is over [`crate::DecodeLimits::pixels`].
    #[error("{width} × {height} is more than {limit} pixels")]
    TooManyPixels {
        /// Pixels, as the header says.
        width: u32,
        /// Pixels, as the header says.
        height: u32,
        /// Pixels.
        limit: u64,
    },
    /// Width or height is over [`crate::DecodeLimits::side`].
    #[error("{width} × {height} has a side longer than {limit} pixels")]
    TooLargeSide {
        /// Pixels, as the header says.
        width: u32,
        /// Pixels, as the header says.
        height: u32,
        /// Pixels.
        limit: u32,
    },
    /// An animation has more than [`crate::DecodeLimits::frames`].
    #[error("more than {limit} frames")]
    TooManyFrames {
        /// Frames.
        limit: u32,
    },
    /// Decoding would take more than [`crate::DecodeLimits::memory`], by what this format costs a
    /// pixel.
    #[error("decoding would take too much memory: {0}")]
    TooMuchMemory(String),
    /// Decoding would take more passes, or more of something else that costs time, than is sane.
    #[error("too complex to decode: {0}")]
    TooComplex(String),
    /// The file ends before the picture does.
    #[error("the file is cut off")]
    Truncated,
    /// The file breaks the rules of its format.
    #[error("the file is damaged: {0}")]
    Corrupt(String),
    /// The picture was read, but a rendition could not be written. A fault of this library or of
    /// the machine (no memory), not of the file: worth another try.
    #[error("the rendition could not be encoded: {0}")]
    Encoding(String),
}

impl Error {
    /// Returns the name of the failure: stable, in snake case, made for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::UnsupportedFormat(_) => "unsupported_format",
            Self::TooManyPixels { .. } => "too_many_pixels",
            Self::TooLargeSide { .. } => "too_large_side",
            Self::TooManyFrames { .. } => "too_many_frames",
            Self::TooMuchMemory(_) => "too_much_memory",
            Self::TooComplex(_) => "too_complex",
            Self::Truncated => "truncated",
            Self::Corrupt(_) => "corrupt",
            Self::Encoding(_) => "encoding_failed",
        }
    }

    /// Creates [`Error::Corrupt`] with any reason.
    pub(crate) fn corrupt(reason: impl Into<String>) -> Self {
        Self::Corrupt(reason.into())
    }
}
