//! Boxes of the ISO base media file format (ISO/IEC 14496-12, 4.2).

use crate::Error;
use crate::bytes::Reader;

/// A box: its name of four letters, and its content.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IsoBox<'a> {
    pub(crate) name: [u8; 4],
    pub(crate) content: &'a [u8],
}

/// Reads the box that begins here.
///
/// # Errors
/// [`Error::Truncated`] where it is not whole.
pub(crate) fn next<'a>(reader: &mut Reader<'a>) -> Result<IsoBox<'a>, Error> {
    let size = reader.u32_be()?;
    let name = reader.array()?;
    let length = match size {
        0 => reader.rest().len(), // to the end of the file
        1 => usize::try_from(reader.u64_be()?.saturating_sub(16)).unwrap_or(usize::MAX),
        2..8 => return Err(Error::corrupt("a box smaller than its header")),
        _ => size as usize - 8,
    };
    Ok(IsoBox { name, content: reader.take(length)? })
}

/// Returns the boxes inside of a box that was there as a whole: one that reaches over its end is
/// damage.
pub(crate) fn children(content: &[u8]) -> impl Iterator<Item = Result<IsoBox<'_>, Error>> {
    let mut reader = Reader::new(content);
    std::iter::from_fn(move || {
        if reader.rest().is_empty() {
            return None;
        }
        let child = next(&mut reader)
            .map_err(|_| Error::corrupt("a box that reaches over the one around it"));
        if child.is_err() {
            reader = Reader::new(&[]);
        }
        Some(child)
    })
}

/// Reads version and flags, which many boxes begin with.
pub(crate) fn version(reader: &mut Reader<'_>) -> Result<(u8, u32), Error> {
    let [version, a, b, c] = reader.array()?;
    Ok((version, u32::from_be_bytes([0, a, b, c])))
}
