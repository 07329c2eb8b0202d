//! Strips and tiles that are JPEG (TIFF technical note 2).

use super::image::{Chunk, TiffImage};
use crate::jpeg;
use crate::pixels::{self, PixelLayout, Pixels};
use crate::{DecodeLimits, Error};

/// Draws a strip or tile that is a JPEG file in itself, or one with tables kept elsewhere.
///
/// # Errors
/// Those of JPEG, and [`Error::Corrupt`] for one of another size or kind than the header says.
pub(super) fn draw(
    image: &TiffImage<'_>,
    chunk: &Chunk<'_>,
    canvas: &mut Pixels,
    limits: &DecodeLimits,
) -> Result<(), Error> {
    let file = jpeg_file(image, chunk.data);
    let (width, height) = jpeg::size(&file)?;
    // Chunks at the edge may be whole or cut; larger than a chunk they are a bomb.
    if width > image.chunk_width || height > image.chunk_height {
        return Err(Error::corrupt("a strip that is larger than the header says"));
    }
    let part = jpeg::decode(&file, u32::MAX, limits)?.picture.into_pixels();
    let shown_width = image.chunk_width.min(image.width - chunk.x);
    let shown_height = image.chunk_height.min(image.height - chunk.y);
    let layout = if image.is_planar { PixelLayout::Grey } else { canvas.layout };
    if part.layout != layout || part.width < shown_width || part.height < shown_height {
        return Err(Error::corrupt("a strip of another kind than the header says"));
    }
    let size = canvas.layout.size();
    let length = shown_width as usize * size;
    let rows = part.data.chunks_exact(pixels::bytes(part.width, 1, layout));
    for (row, y) in rows.zip(chunk.y..chunk.y + shown_height) {
        let start = pixels::bytes(canvas.width, y, canvas.layout) + chunk.x as usize * size;
        let to = &mut canvas.data[start..start + length];
        if image.is_planar {
            for (pixel, sample) in to.chunks_exact_mut(size).zip(row) {
                pixel[chunk.plane] = *sample;
            }
        } else {
            to.copy_from_slice(&row[..length]);
        }
    }
    Ok(())
}

/// Adobe's marker, which says that the three components are not luma and chroma, as decoders else
/// take for granted.
const ADOBE_RGB: &[u8] = b"\xFF\xEE\0\x0EAdobe\0\x64\0\0\0\0\0";

const START: &[u8] = b"\xFF\xD8";
const END: &[u8] = b"\xFF\xD9";

/// Returns the JPEG file that a chunk stands for: with the tables that are kept elsewhere.
fn jpeg_file(image: &TiffImage<'_>, chunk: &[u8]) -> Vec<u8> {
    let marker = if image.is_rgb_jpeg { ADOBE_RGB } else { &[] };
    let stored_tables = image.jpeg_tables.unwrap_or_default();
    // What does not begin as a JPEG file has no tables.
    let unended_tables = stored_tables.strip_prefix(START).unwrap_or_default();
    let tables = unended_tables.strip_suffix(END).unwrap_or(unended_tables);
    let rest = chunk.strip_prefix(START).unwrap_or(chunk);
    [START, marker, tables, rest].concat()
}
