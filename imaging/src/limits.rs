//! Bounds of what a photograph may cost.

use crate::Error;

/// Bounds of what a photograph may claim. Each is checked before the memory is taken or the time
/// is spent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeLimits {
    /// Width times height, in pixels. Default 260 million: phones have 200, and at the most
    /// wasteful what is streamed or scaled while it is decoded still takes seconds. The memory
    /// that a format costs is bounded by [`DecodeLimits::memory`].
    pub pixels: u64,
    /// The longer side, in pixels. Default 50,000.
    pub side: u32,
    /// Passes over a JPEG. Default 64; encoders write about ten, and each pass of a
    /// [`DecodeLimits::pixels`]-sized picture can be asked for with a few bytes.
    pub scans: u32,
    /// Frames of an animation. Default 10,000: only the first one is decoded, but all are counted.
    pub frames: u32,
    /// Bytes of decoded picture together with the decoder's working memory. Default 640 MiB, which
    /// is enough for 200 megapixels of any format that takes three bytes for each of them, as
    /// HEIC in tiles does.
    pub memory: u64,
}

impl Default for DecodeLimits {
    fn default() -> Self {
        Self { pixels: 260_000_000, side: 50_000, scans: 64, frames: 10_000, memory: 640 << 20 }
    }
}

impl DecodeLimits {
    /// Checks a claimed size in pixels, the number of pixels first.
    ///
    /// # Errors
    /// [`Error::Corrupt`] for a side of zero, [`Error::TooManyPixels`], [`Error::TooLargeSide`].
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

    /// Refuses more frames than [`DecodeLimits::frames`].
    pub(crate) fn check_frames(&self, frames: u32) -> Result<(), Error> {
        if frames > self.frames {
            return Err(Error::TooManyFrames { limit: self.frames });
        }
        Ok(())
    }

    /// Refuses work that would take more than [`DecodeLimits::memory`] bytes.
    pub(crate) fn check_memory(&self, bytes: u64) -> Result<(), Error> {
        if bytes > self.memory {
            let needed = bytes >> 20;
            let allowed = self.memory >> 20;
            return Err(Error::TooMuchMemory(format!(
                "{needed} MiB, of which {allowed} are allowed"
            )));
        }
        Ok(())
    }
}
