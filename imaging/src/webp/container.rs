//! The chunks of a WebP file (RFC 9649): what libwebp's decoder does not give.

use crate::Error;
use crate::metadata::Metadata;

/// What stands around the pixels.
#[derive(Debug, Default)]
pub(super) struct Container<'a> {
    pub(super) icc: Option<&'a [u8]>,
    /// Metadata in its chunks.
    pub(super) metadata: Metadata<'a>,
    /// Of an animation, which has at least one.
    pub(super) frames: u32,
    /// Of an animation.
    pub(super) first_frame: Option<Frame<'a>>,
}

/// One frame of an animation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    /// Pixels from the left of the canvas.
    pub(super) x: u32,
    /// Pixels from the top of the canvas.
    pub(super) y: u32,
    /// Its chunks: alpha, if there is, and pixels.
    pub(super) data: &'a [u8],
}

impl<'a> Container<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let (_, size, _) = chunk_header(bytes).ok_or(Error::Truncated)?;
        // Some encoders leave out the last byte of padding.
        let end = size.saturating_add(8);
        if bytes.len() < end.saturating_sub(1) {
            return Err(Error::Truncated);
        }
        let mut found = Self::default();
        let mut rest = bytes.get(12..end.min(bytes.len())).unwrap_or_default();
        while let Some((name, size, content)) = chunk_header(rest) {
            let content = content.get(..size).ok_or(Error::Truncated)?;
            match name {
                b"ICCP" => found.icc = found.icc.or(Some(content)),
                b"EXIF" => found.metadata.add_exif(content),
                b"XMP " => found.metadata.add_xmp(content),
                b"ANMF" => {
                    found.frames = found.frames.saturating_add(1);
                    if found.first_frame.is_none() {
                        found.first_frame = Some(frame(content)?);
                    }
                }
                _ => {}
            }
            rest = rest.get(8 + size + size % 2..).unwrap_or_default();
        }
        Ok(found)
    }
}

/// Name and size of the chunk that begins here, and all that follows.
fn chunk_header(bytes: &[u8]) -> Option<(&[u8; 4], usize, &[u8])> {
    let (name, rest) = bytes.split_first_chunk::<4>()?;
    let (size, rest) = rest.split_first_chunk::<4>()?;
    Some((name, usize::try_from(u32::from_le_bytes(*size)).ok()?, rest))
}

fn frame(content: &[u8]) -> Result<Frame<'_>, Error> {
    let (header, data) = content
        .split_first_chunk::<16>()
        .ok_or_else(|| Error::corrupt("a frame without its header"))?;
    // Offsets are stored halved, in 24 bits.
    let offset =
        |at: usize| 2 * u32::from_le_bytes([header[at], header[at + 1], header[at + 2], 0]);
    Ok(Frame { x: offset(0), y: offset(3), data })
}
