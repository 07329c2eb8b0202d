//! What to make, and how much a photograph may cost.

use crate::Error;

/// How much a photograph may claim. All are checked before the memory is taken or the time is
/// spent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Width times height, in pixels. Default 260 million: phones have 200, and at the most
    /// wasteful what is streamed or scaled while it is decoded still takes seconds. What a
    /// format costs in memory is for [`Limits::memory`] to say.
    pub pixels: u64,
    /// The longer side, in pixels. Default 50,000.
    pub side: u32,
    /// Passes over a JPEG. Default 64; encoders write about ten, and each pass of a
    /// [`Limits::pixels`]-sized picture can be asked for with a few bytes.
    pub scans: u32,
    /// Frames of an animation. Default 10,000: only the first one is decoded, but all are counted.
    pub frames: u32,
    /// Bytes of decoded picture together with the decoder's working memory. Default 640 MiB, which
    /// is enough for 200 megapixels of any format that takes three bytes for each of them, as
    /// HEIC in tiles does.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { pixels: 260_000_000, side: 50_000, scans: 64, frames: 10_000, memory: 640 << 20 }
    }
}

impl Limits {
    /// Holds a claimed size against the limits, the number of pixels first.
    pub(crate) fn check_size(&self, width: u32, height: u32) -> Result<(), Error> {
        if width == 0 || height == 0 {
            return Err(Error::corrupt("a side of zero pixels"));
        }
        if u64::from(width) * u64::from(height) > self.pixels {
            return Err(Error::TooManyPixels { width, height, limit: self.pixels });
        }
        if width.max(height) > self.side {
            return Err(Error::TooLargeSide { width, height, limit: self.side });
        }
        Ok(())
    }

    /// Refuses more frames than [`Limits::frames`].
    pub(crate) fn check_frames(&self, frames: u32) -> Result<(), Error> {
        if frames > self.frames { Err(Error::TooManyFrames { limit: self.frames }) } else { Ok(()) }
    }

    /// Refuses what would take more than [`Limits::memory`] bytes.
    pub(crate) fn check_memory(&self, bytes: u64) -> Result<(), Error> {
        if bytes > self.memory {
            let (needed, limit) = (bytes >> 20, self.memory >> 20);
            return Err(Error::TooMuchMemory(format!(
                "{needed} MiB, of which {limit} are allowed"
            )));
        }
        Ok(())
    }
}

/// The format of renditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Lossy WebP; transparency is kept.
    #[default]
    WebP,
    /// Baseline JPEG with half-sized chroma; transparency is laid on white.
    Jpeg,
}

impl Encoding {
    /// The format's media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::WebP => "image/webp",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// What to make of a photograph.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The long edges of the renditions, in pixels, in any order. Default 256, 1024 and 2048.
    pub long_edges: Vec<u32>,
    /// The format of the renditions. Default WebP.
    pub encoding: Encoding,
    /// Quality of the renditions, 0 to 100, on the encoder's own scale. Default 80.
    pub quality: f32,
    /// How hard the WebP encoder tries, 0 (fast) to 6 (small). Default 4: renditions are read far
    /// more often than written, and method 2, in half the time, needs 5 to 9 % more bytes for
    /// the same looks.
    pub effort: u8,
    /// Threads to use at most; more than there are renditions are of no use. Default 1.
    pub threads: usize,
    /// How much a photograph may claim.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            long_edges: vec![256, 1024, 2048],
            encoding: Encoding::WebP,
            quality: 80.0,
            effort: 4,
            threads: 1,
            limits: Limits::default(),
        }
    }
}
