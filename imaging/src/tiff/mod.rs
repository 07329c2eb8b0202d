//! TIFF 6.0: the first picture of the file.
//!
//! Strips and tiles, in one plane or in several, of grey, RGB, CMYK, L*a*b* and palette, of whole
//! numbers and of floating point, plain or packed with `PackBits`, LZW, deflate, JPEG or as a fax.
//! Rows go from the decompressor to their place one by one, so that besides the picture only one
//! row is in memory, or the bits of a fax.

mod fax;
mod header;
mod jpeg;
mod kind;
mod lab;
mod packing;
mod samples;
mod scale;

use crate::exif::tiff::Tiff;
use crate::picture::Picture;
use crate::pixels::{self, Pixels};
use crate::render::Decoded;
use crate::{Error, Limits, metadata};
use header::{Chunk, Compression, Image, Predictor};
use kind::{Alpha, Kind};
use samples::Scales;
use scale::{Range, Scale};
use std::io::{ErrorKind, Read};

/// Bytes that are read and written at most, each as often as it is: strips may all be the same
/// bytes, and tiles much wider than the picture. 200 megapixels of three samples with 16 bits each,
/// not compressed, fit.
const MAX_WORK: u64 = 1 << 32;

/// What a strip or tile costs by itself: a decompressor is set up for it.
const WORK_OF_A_CHUNK: u64 = 4096;

/// Width and height.
pub(crate) fn size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    header::size(&header::first(bytes)?)
}

/// Decodes to 8 bits a sample.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Error> {
    let tiff = Tiff::new(bytes).ok_or(Error::Truncated)?;
    let image = Image::read(tiff, &header::first(bytes)?, bytes)?;
    let layout = image.layout();
    let (width, height) = (image.width, image.height);
    let row = image.row_bytes() as u64;
    let fax =
        if matches!(image.compression, Compression::Fax(_)) { row * u64::from(height) } else { 0 };
    limits.check_memory(pixels::bytes(width, height, layout) as u64 + row + fax)?;

    check_work(&image)?;
    let scales = scales(&image, bytes)?;
    let mut canvas =
        Pixels::new(width, height, layout, vec![0; pixels::bytes(width, height, layout)]);
    for index in 0..image.chunks() {
        let chunk = image.chunk(index, bytes)?;
        match image.compression {
            Compression::Jpeg | Compression::OldJpeg => {
                jpeg::read(&image, &chunk, &mut canvas, limits)?
            }
            _ => read_rows(&image, &chunk, |y, row| {
                place(&image, &chunk, row, &mut canvas, y, &scales)
            })?,
        }
    }
    let canvas = finish(&image, canvas);
    Ok(Decoded {
        picture: Picture::Interleaved(canvas),
        colours: image.colours,
        exif: metadata::of_tiff(bytes),
        frames: 1,
    })
}

/// The picture with the colours and the alpha that are meant.
fn finish(image: &Image<'_>, mut canvas: Pixels) -> Pixels {
    let is_nothing = |canvas: &Pixels| {
        canvas
            .data
            .iter()
            .skip(3)
            .step_by(4)
            .all(|alpha| *alpha == 0)
    };
    match image.alpha {
        Some(Alpha::Multiplied) => canvas.divide_alpha(),
        // Nobody keeps a picture of nothing: it was not meant as alpha.
        Some(Alpha::Unsaid) if is_nothing(&canvas) => return canvas.without_alpha(),
        _ => {}
    }
    if let Kind::Lab { is_signed } = image.kind {
        let (pixels, _) = canvas.data.as_chunks_mut::<3>();
        for pixel in pixels {
            let [lightness, a, b] = *pixel;
            // What has a half of the range added loses it by the change of its highest bit.
            let bit = if is_signed { 0 } else { 0x80 };
            *pixel = lab::to_srgb([lightness, a ^ bit, b ^ bit]);
        }
    }
    canvas
}

/// Refuses what would take more than [`MAX_WORK`].
fn check_work(image: &Image<'_>) -> Result<(), Error> {
    let tables = image.jpeg_tables.map_or(0, <[u8]>::len);
    let rows = image.chunk_height.min(image.height) as usize * image.row_bytes();
    let each = WORK_OF_A_CHUNK.saturating_add((tables + rows) as u64);
    // What is not compressed is read as far as there are rows.
    let most = if image.compression == Compression::None { rows as u64 } else { u64::MAX };
    let work = image
        .chunk_lengths()
        .fold(0_u64, |work, length| work.saturating_add(each + length.min(most)));
    let passes = if image.format.needs_range() { 2 } else { 1 };
    let is_sane = work.saturating_mul(passes) <= MAX_WORK;
    is_sane
        .then_some(())
        .ok_or_else(|| Error::TooComplex("strips or tiles many times over".into()))
}

/// Returns what black and white are, for which all of the picture may have to be looked at first.
fn scales(image: &Image<'_>, bytes: &[u8]) -> Result<Scales, Error> {
    let alpha = Scale::of_alpha(image.format);
    if !image.format.needs_range() {
        return Ok(Scales { colour: Scale::UNIT, alpha });
    }
    let (mut range, stored) = (Range::NOTHING, image.stored_samples());
    let colours = if image.is_planar { 1 } else { image.kind.colours() };
    for index in 0..image.chunks() {
        let chunk = image.chunk(index, bytes)?;
        if image.is_planar && chunk.plane >= image.kind.colours() {
            continue;
        }
        let width = image.chunk_width.min(image.width - chunk.x) as usize;
        read_rows(image, &chunk, |_, row| {
            for x in 0..width {
                (0..colours)
                    .for_each(|number| range.add(image.format.value(row, x * stored + number)));
            }
        })?;
    }
    Ok(Scales { colour: range.scale(image.format, matches!(image.kind, Kind::Grey { .. })), alpha })
}

/// Unpacks the rows of a chunk, and hands each over with its number.
fn read_rows(
    image: &Image<'_>,
    chunk: &Chunk<'_>,
    mut each: impl FnMut(u32, &[u8]),
) -> Result<(), Error> {
    let rows = chunk.y..(chunk.y + image.chunk_height).min(image.height);
    let data = packing::data(image, chunk);
    // What goes on to the end of the file may have been cut off with it.
    let missing = || {
        if chunk.is_open {
            Error::Truncated
        } else {
            Error::corrupt("fewer pixels than the header says")
        }
    };
    let mut source = packing::open(image, &data, rows.end - rows.start)?;
    let mut row = vec![0; image.row_bytes()];
    for y in rows {
        source
            .read_exact(&mut row)
            .map_err(|error| match error.kind() {
                ErrorKind::UnexpectedEof => missing(),
                _ => Error::corrupt(format!("compressed pixels: {error}")),
            })?;
        match image.predictor {
            Predictor::None => {}
            Predictor::Differences => image.undo_differences(&mut row),
            Predictor::FloatDifferences => image.undo_float_differences(&mut row),
        }
        each(y, &row);
    }
    Ok(())
}

/// Puts a row of a chunk in its place, 8 bits a sample.
fn place(
    image: &Image<'_>,
    chunk: &Chunk<'_>,
    row: &[u8],
    canvas: &mut Pixels,
    y: u32,
    scales: &Scales,
) {
    let size = canvas.layout.size();
    let from = pixels::bytes(canvas.width, y, canvas.layout) + chunk.x as usize * size;
    let to = pixels::bytes(canvas.width, y + 1, canvas.layout);
    let stored = image.stored_samples();
    for (x, pixel) in canvas.data[from..to]
        .chunks_exact_mut(size)
        .take(image.chunk_width as usize)
        .enumerate()
    {
        if let Kind::Palette(palette) = &image.kind {
            let index = image.format.small(row, x * stored);
            pixel.copy_from_slice(&palette.get(usize::from(index)).copied().unwrap_or_default());
        } else if image.is_planar {
            pixel[chunk.plane] = image.level(row, x, chunk.plane, scales);
        } else {
            for (number, sample) in pixel.iter_mut().enumerate() {
                *sample = image.level(row, x * stored + number, number, scales);
            }
        }
    }
}
