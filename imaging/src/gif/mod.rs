//! GIF (87a and 89a): the first frame on its canvas, by `weezl` for the compression.

mod blocks;

use crate::bytes::Reader;
use crate::colour::ColourSpace;
use crate::decoded::DecodedImage;
use crate::exif::Exif;
use crate::picture::Picture;
use crate::pixels::{self, PixelLayout, Pixels};
use crate::{DecodeLimits, Error};
use blocks::{Blocks, GifFile, GifFrame};
use weezl::{BitOrder, LzwStatus, decode::Decoder};

/// Returns width and height of the canvas in pixels.
pub(crate) fn size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    let file = Blocks::open(bytes)?.first()?;
    Ok((file.width, file.height))
}

/// Decodes the first frame, which is what is shown of an animation. The canvas is transparent where
/// the frame does not reach, as browsers have it; the colour of the background is for screens of
/// 1987.
///
/// # Errors
/// [`Error::Truncated`], [`Error::Corrupt`], and those of the limits.
pub(crate) fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<DecodedImage, Error> {
    let GifFile { width, height, frames, first } = count_frames(bytes, limits)?;
    limits.check_size(width, height)?;
    limits.check_size(first.width, first.height)?;
    let is_opaque = first.transparent.is_none() && first.covers(width, height);
    let layout = if is_opaque { PixelLayout::Rgb } else { PixelLayout::Rgba };
    let index_count = first.width as usize * first.height as usize;
    let output = pixels::bytes(width, height, layout);
    limits.check_memory((output + index_count) as u64)?;

    let indices = decompress(&first, index_count)?;
    let mut canvas = Pixels::blank(width, height, layout);
    let rows = indices.chunks_exact(first.width as usize);
    for (row, y) in rows.zip(stored_rows(&first)) {
        if first.y + y < height {
            draw(&first, row, &mut canvas, first.y + y);
        }
    }
    Ok(DecodedImage {
        picture: Picture::Interleaved(canvas),
        colours: ColourSpace::Srgb,
        exif: Exif::default(),
        frames,
    })
}

/// Walks to the end, which also tells whether there is one.
fn count_frames<'a>(bytes: &'a [u8], limits: &DecodeLimits) -> Result<GifFile<'a>, Error> {
    let mut blocks = Blocks::open(bytes)?;
    let mut file = blocks.first()?;
    limits.check_frames(file.frames)?;
    // Many files end without the trailer; a whole frame is enough.
    while !blocks.is_at_end() && blocks.next()?.is_some() {
        file.frames = file.frames.saturating_add(1);
        limits.check_frames(file.frames)?;
    }
    Ok(file)
}

/// Puts a row of the frame in its place; what reaches over the canvas is cut off.
fn draw(frame: &GifFrame<'_>, row: &[u8], canvas: &mut Pixels, y: u32) {
    let size = canvas.layout.size();
    let left = frame.x.min(canvas.width) as usize * size;
    let start = pixels::bytes(canvas.width, y, canvas.layout);
    let end = pixels::bytes(canvas.width, y + 1, canvas.layout);
    let places = canvas.data[start + left..end].chunks_exact_mut(size);
    for (pixel, index) in places.zip(row) {
        let [r, g, b] = frame.colour(*index);
        match pixel {
            [red, green, blue] => [*red, *green, *blue] = [r, g, b],
            _ if Some(*index) == frame.transparent => {}
            _ => pixel.copy_from_slice(&[r, g, b, 255]),
        }
    }
}

/// First row and step of each pass of an interlaced frame (GIF 89a, appendix E).
const PASSES: &[(u32, usize)] = &[(0, 8), (4, 8), (2, 4), (1, 2)];

/// Returns the rows of a frame in the order in which they are stored.
fn stored_rows(frame: &GifFrame<'_>) -> impl Iterator<Item = u32> + use<> {
    let passes = if frame.is_interlaced { PASSES } else { &[(0, 1)] };
    let height = frame.height;
    passes
        .iter()
        .flat_map(move |&(from, step)| (from..height).step_by(step))
}

/// Returns the indices of all pixels of a frame.
fn decompress(frame: &GifFrame<'_>, count: usize) -> Result<Vec<u8>, Error> {
    let mut data = Vec::with_capacity(frame.data.len());
    let mut blocks = Reader::new(frame.data);
    while let Ok(length) = blocks.byte() {
        data.extend_from_slice(blocks.take(length.into())?);
    }
    let mut decoder = Decoder::new(BitOrder::Lsb, frame.code_size);
    let mut indices = vec![0; count];
    let mut filled = 0;
    let mut rest = &data[..];
    while filled < count {
        let done = decoder.decode_bytes(rest, &mut indices[filled..]);
        filled += done.consumed_out;
        rest = &rest[done.consumed_in..];
        let is_stuck = done.consumed_in + done.consumed_out == 0;
        let is_over = is_stuck || !matches!(done.status, Ok(LzwStatus::Ok));
        if is_over && filled < count {
            return Err(Error::corrupt("a frame without all of its pixels"));
        }
    }
    Ok(indices)
}
