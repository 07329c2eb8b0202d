//! The chunks of a WebP file (RFC 9649), of which libwebp's decoder gives nothing but the pixels.

use crate::Error;
use crate::metadata::Metadata;

/// The chunks around the pixels.
#[derive(Debug, Default)]
pub(super) struct WebpContainer<'a> {
    /// The ICC profile.
    pub(super) icc: Option<&'a [u8]>,
    /// Metadata in its chunks.
    pub(super) metadata: Metadata<'a>,
    /// Frames of an animation, which has at least one.
    pub(super) frames: u32,
    /// The first frame of an animation.
    pub(super) first_frame: Option<AnimationFrame<'a>>,
}

/// One frame of an animation.
#[derive(Debug, Clone, Copy)]
pub(super) struct AnimationFrame<'a> {
    /// Pixels from the left of the canvas.
    pub(super) x: u32,
    /// Pixels from the top of the canvas.
    pub(super) y: u32,
    /// Its chunks: alpha, if there is, and pixels.
    pub(super) data: &'a [u8],
}

/// The header of a chunk.
struct ChunkHeader<'a> {
    name: &'a [u8; 4],
    /// Bytes of its content.
    size: usize,
    /// Everything behind the header.
    rest: &'a [u8],
}

impl<'a> WebpContainer<'a> {
    /// Reads all chunks.
    ///
    /// # Errors
    /// [`Error::Truncated`] where one is not all there.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let riff = ChunkHeader::read(bytes).ok_or(Error::Truncated)?;
        // Some encoders leave out the last byte of padding.
        let end = riff.size.saturating_add(8);
        if bytes.len() < end.saturating_sub(1) {
            return Err(Error::Truncated);
        }
        let mut found = Self::default();
        let mut unread = bytes.get(12..end.min(bytes.len())).unwrap_or_default();
        while let Some(ChunkHeader { name, size, rest }) = ChunkHeader::read(unread) {
            let content = rest.get(..size).ok_or(Error::Truncated)?;
            match name {
                b"ICCP" => found.icc = found.icc.or(Some(content)),
                b"EXIF" => found.metadata.add_exif(content),
                b"XMP " => found.metadata.add_xmp(content),
                b"ANMF" => {
                    found.frames = found.frames.saturating_add(1);
                    if found.first_frame.is_none() {
                        found.first_frame = Some(AnimationFrame::read(content)?);
                    }
                }
                _ => {}
            }
            let padded_size = size + size % 2;
            unread = rest.get(padded_size..).unwrap_or_default();
        }
        Ok(found)
    }
}

impl<'a> ChunkHeader<'a> {
    /// Reads the header of the chunk that begins here.
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (name, after_name) = bytes.split_first_chunk::<4>()?;
        let (size, rest) = after_name.split_first_chunk::<4>()?;
        Some(Self { name, size: usize::try_from(u32::from_le_bytes(*size)).ok()?, rest })
    }
}

impl<'a> AnimationFrame<'a> {
    fn read(content: &'a [u8]) -> Result<Self, Error> {
        let (header, data) = content
            .split_first_chunk::<16>()
            .ok_or_else(|| Error::corrupt("a frame without its header"))?;
        // Offsets are stored halved, in 24 bits.
        let offset =
            |at: usize| 2 * u32::from_le_bytes([header[at], header[at + 1], header[at + 2], 0]);
        Ok(Self { x: offset(0), y: offset(3), data })
    }
}
