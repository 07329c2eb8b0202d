//! Strips and tiles that are JPEG (TIFF technical note 2).

use super::header::{Chunk, Image};
use crate::jpeg;
use crate::pixels::{self, Layout, Pixels};
use crate::{Error, Limits};

/// Reads a strip or tile that is a JPEG file in itself, or one with tables kept elsewhere.
pub(super) fn read(
    image: &Image<'_>,
    chunk: &Chunk<'_>,
    canvas: &mut Pixels,
    limits: &Limits,
) -> Result<(), Error> {
    let file = file(image, chunk.data);
    let (width, height) = jpeg::size(&file)?;
    // Chunks at the edge may be whole or cut; larger than a chunk they are a bomb.
    if width > image.chunk_width || height > image.chunk_height {
        return Err(Error::corrupt("a strip that is larger than the header says"));
    }
    let part = jpeg::decode(&file, u32::MAX, limits)?.picture.into_pixels();
    let shown = (
        image.chunk_width.min(image.width - chunk.x),
        image.chunk_height.min(image.height - chunk.y),
    );
    let layout = if image.is_planar { Layout::Grey } else { canvas.layout };
    if part.layout != layout || part.width < shown.0 || part.height < shown.1 {
        return Err(Error::corrupt("a strip of another kind than the header says"));
    }
    let (size, part_size) = (canvas.layout.size(), layout.size());
    let (stride, length) = (part.width as usize * part_size, shown.0 as usize * part_size);
    for (row, y) in part
        .data
        .chunks_exact(stride)
        .zip(chunk.y..chunk.y + shown.1)
    {
        let at = pixels::bytes(canvas.width, y, canvas.layout) + chunk.x as usize * size;
        let to = &mut canvas.data[at..at + shown.0 as usize * size];
        if image.is_planar {
            let samples = to.iter_mut().skip(chunk.plane).step_by(size);
            samples.zip(row).for_each(|(to, sample)| *to = *sample);
        } else {
            to.copy_from_slice(&row[..length]);
        }
    }
    Ok(())
}

/// The JPEG file that a chunk stands for.
fn file(image: &Image<'_>, chunk: &[u8]) -> Vec<u8> {
    // Adobe's marker says that the three components are not YCbCr, which decoders else take for
    // granted.
    let rgb: &[u8] = if image.is_rgb_jpeg { b"\xFF\xEE\0\x0EAdobe\0\x64\0\0\0\0\0" } else { &[] };
    let tables = image
        .jpeg_tables
        .and_then(|tables| tables.strip_prefix(b"\xFF\xD8"))
        .unwrap_or_default();
    let tables = tables.strip_suffix(b"\xFF\xD9").unwrap_or(tables);
    [b"\xFF\xD8", rgb, tables, chunk.strip_prefix(b"\xFF\xD8").unwrap_or(chunk)].concat()
}
