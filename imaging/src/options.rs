//! Choices of a caller of [`crate::render`].

use crate::DecodeLimits;

/// The long edges of a photo's renditions, in pixels, the smallest first.
/// docs/changing-renditions.md says what else knows of them.
pub const LONG_EDGES: [u32; 3] = [256, 1024, 2048];

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
    /// Returns the media type, such as `image/webp`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::WebP => "image/webp",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// The renditions to make of a photograph, and the limits that it is held to.
#[derive(Debug, Clone, PartialEq)]
pub struct RenderOptions {
    /// The long edges of the renditions, in pixels, in any order. Default [`LONG_EDGES`].
    pub long_edges: Vec<u32>,
    /// The format of the renditions. Default WebP.
    pub encoding: Encoding,
    /// Quality of the renditions, 0 to 100, on the encoder's own scale. Default 80.
    pub quality: f32,
    /// Effort of the WebP encoder, 0 (fast) to 6 (small). Default 4: renditions are read far
    /// more often than written, and method 2, in half the time, needs 5 to 9 % more bytes for
    /// the same looks.
    pub effort: u8,
    /// Threads to use at most; more than there are renditions are of no use. Default 1.
    pub threads: usize,
    /// Bounds of what the photograph may claim.
    pub limits: DecodeLimits,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self {
            long_edges: LONG_EDGES.to_vec(),
            encoding: Encoding::WebP,
            quality: 80.0,
            effort: 4,
            threads: 1,
            limits: DecodeLimits::default(),
        }
    }
}
