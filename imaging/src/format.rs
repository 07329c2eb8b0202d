//! The formats that can be read.

use std::fmt;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// JPEG: baseline, extended or progressive, 8 bits a sample.
    Jpeg,
    /// PNG; of an animated one the default image.
    Png,
    /// WebP, lossy or lossless; of an animated one the first frame.
    WebP,
    /// GIF; of an animated one the first frame.
    Gif,
    /// BMP of Windows and of OS/2.
    Bmp,
    /// HEIF with HEVC: the format that iPhones write.
    Heic,
    /// HEIF with AV1; of an animated one the still picture.
    Avif,
    /// TIFF; of several pictures the first.
    Tiff,
    /// A camera's own format, of which the largest preview is read: DNG, NEF, ARW, CR2, CR3, PEF,
    /// ORF, RW2 or RAF.
    Raw,
}

impl Format {
    /// Returns the media type, such as `image/jpeg`.
    ///
    /// All RAW formats share `image/x-raw`: each has a name of its own, and only DNG's is
    /// registered.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::Heic => "image/heic",
            Self::Avif => "image/avif",
            Self::Tiff => "image/tiff",
            Self::Raw => "image/x-raw",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
            Self::Tiff => "TIFF",
            Self::Raw => "RAW",
        })
    }
}
