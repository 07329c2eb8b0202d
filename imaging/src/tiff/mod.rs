//! TIFF 6.0: the first picture of the file.
//!
//! Strips and tiles, in one plane or in several, of grey, RGB, CMYK, L*a*b* and palette, of whole
//! numbers and of floating point, plain or packed with `PackBits`, LZW, deflate, JPEG or as a fax.
//! Rows go from the decompressor to their place one by one, so that besides the picture only one
//! row is in memory, or the bits of a fax.

mod chunks;
mod compression;
mod fax;
mod image;
mod jpeg;
mod kind;
mod lab;
mod packing;
mod sample_format;
mod samples;
mod scale;
mod tags;

use crate::decoded::DecodedImage;
use crate::exif::tiff::Tiff;
use crate::picture::Picture;
use crate::pixels::{self, Pixels};
use crate::{DecodeLimits, Error, metadata};
use compression::{Compression, Predictor};
use image::{Chunk, TiffImage};
use kind::{AlphaKind, PixelKind};
use samples::Scales;
use scale::{Scale, ValueRange};
use std::io::{self, ErrorKind, Read};

/// Bytes that are read and written at most, each as often as it is: strips may all be the same
/// bytes, and tiles much wider than the picture. 200 megapixels of three samples with 16 bits each,
/// not compressed, fit.
const MAX_WORK: u64 = 1 << 32;

/// Work of a strip or tile by itself, in bytes: a decompressor is set up for it.
const WORK_OF_A_CHUNK: u64 = 4096;

/// Returns width and height in pixels.
pub(crate) fn size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    image::size(&image::first_directory(bytes)?)
}

/// Decodes to 8 bits a sample.
///
/// # Errors [`Error::Truncated`] or [`Error::Corrupt`] where pixels are missing,
/// [`Error::UnsupportedFormat`] for kinds that are not read, [`Error::TooComplex`], and those of
/// the limits.
pub(crate) fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<DecodedImage, Error> {
    let tiff = Tiff::new(bytes).ok_or(Error::Truncated)?;
    let image = TiffImage::read(tiff, &image::first_directory(bytes)?, bytes)?;
    let layout = image.layout();
    let output = pixels::bytes(image.width, image.height, layout) as u64;
    limits.check_memory(output + working_bytes(&image))?;
    check_work(&image)?;
    let scales = scales(&image, bytes)?;
    let mut canvas = Pixels::blank(image.width, image.height, layout);
    for index in 0..image.chunks() {
        let chunk = image.chunk(index, bytes)?;
        match image.compression {
            Compression::Jpeg | Compression::OldJpeg => {
                jpeg::draw(&image, &chunk, &mut canvas, limits)?;
            }
            _ => read_rows(&image, &chunk, |y, row| {
                draw_row(&image, &chunk, row, &mut canvas, y, &scales);
            })?,
        }
    }
    Ok(DecodedImage {
        picture: Picture::Interleaved(finish(&image, canvas)),
        colours: image.colours,
        exif: metadata::of_tiff(bytes),
        frames: 1,
    })
}

/// Returns the bytes that decoding takes beside the picture: a row, and of a fax all bits.
fn working_bytes(image: &TiffImage<'_>) -> u64 {
    let row = image.row_bytes() as u64;
    match image.compression {
        Compression::Fax(_) => row + row * u64::from(image.height),
        _ => row,
    }
}

/// Returns the picture with the colours and the alpha that are meant.
fn finish(image: &TiffImage<'_>, mut canvas: Pixels) -> Pixels {
    match image.alpha {
        Some(AlphaKind::Multiplied) => canvas.divide_alpha(),
        // Nobody keeps a picture of nothing: it was not meant as alpha.
        Some(AlphaKind::Unsaid) if canvas.alphas().all(|alpha| alpha == 0) => {
            return canvas.without_alpha();
        }
        _ => {}
    }
    if let PixelKind::Lab { is_signed } = image.kind {
        // What has a half of the range added loses it by the change of its highest bit.
        let bit = if is_signed { 0 } else { 0x80 };
        let (pixels, _) = canvas.data.as_chunks_mut::<3>();
        for pixel in pixels {
            let [lightness, a, b] = *pixel;
            *pixel = lab::to_srgb([lightness, a ^ bit, b ^ bit]);
        }
    }
    canvas
}

/// Refuses a file that would take more than [`MAX_WORK`].
fn check_work(image: &TiffImage<'_>) -> Result<(), Error> {
    let tables = image.jpeg_tables.map_or(0, <[u8]>::len);
    let rows = image.chunk_height.min(image.height) as usize * image.row_bytes();
    let of_each_chunk = WORK_OF_A_CHUNK.saturating_add((tables + rows) as u64);
    // What is not compressed is read as far as there are rows.
    let most = if image.compression == Compression::None { rows as u64 } else { u64::MAX };
    let mut work = 0_u64;
    for length in image.chunk_lengths() {
        work = work.saturating_add(of_each_chunk + length.min(most));
    }
    let passes = if image.format.needs_range() { 2 } else { 1 };
    if work.saturating_mul(passes) > MAX_WORK {
        return Err(Error::TooComplex("strips or tiles many times over".into()));
    }
    Ok(())
}

/// Returns the numbers of black and white, for which all of the picture may have to be looked at
/// first.
fn scales(image: &TiffImage<'_>, bytes: &[u8]) -> Result<Scales, Error> {
    let alpha = Scale::of_alpha(image.format);
    if !image.format.needs_range() {
        return Ok(Scales { colour: Scale::UNIT, alpha });
    }
    let mut range = ValueRange::NOTHING;
    let stored = image.stored_samples();
    let colours = if image.is_planar { 1 } else { image.kind.colours() };
    for index in 0..image.chunks() {
        let chunk = image.chunk(index, bytes)?;
        if image.is_planar && chunk.plane >= image.kind.colours() {
            continue;
        }
        let width = image.chunk_width.min(image.width - chunk.x) as usize;
        read_rows(image, &chunk, |_, row| {
            for x in 0..width {
                for sample in 0..colours {
                    range.add(image.format.value(row, x * stored + sample));
                }
            }
        })?;
    }
    let is_grey = matches!(image.kind, PixelKind::Grey { .. });
    Ok(Scales { colour: range.scale(image.format, is_grey), alpha })
}

/// Unpacks the rows of a chunk, and hands each over with its number in the picture.
fn read_rows(
    image: &TiffImage<'_>,
    chunk: &Chunk<'_>,
    mut each: impl FnMut(u32, &[u8]),
) -> Result<(), Error> {
    let end = (chunk.y + image.chunk_height).min(image.height);
    let data = packing::data(image, chunk);
    let mut source = packing::open(image, &data, end - chunk.y)?;
    let mut row = vec![0; image.row_bytes()];
    for y in chunk.y..end {
        source
            .read_exact(&mut row)
            .map_err(|error| missing_pixels(chunk, &error))?;
        match image.predictor {
            Predictor::None => {}
            Predictor::Differences => image.undo_differences(&mut row),
            Predictor::FloatDifferences => image.undo_float_differences(&mut row),
        }
        each(y, &row);
    }
    Ok(())
}

fn missing_pixels(chunk: &Chunk<'_>, error: &io::Error) -> Error {
    match error.kind() {
        // What goes on to the end of the file may have been cut off with it.
        ErrorKind::UnexpectedEof if chunk.is_open => Error::Truncated,
        ErrorKind::UnexpectedEof => Error::corrupt("fewer pixels than the header says"),
        _ => Error::corrupt(format!("compressed pixels: {error}")),
    }
}

/// Puts a row of a chunk in its place, 8 bits a sample.
fn draw_row(
    image: &TiffImage<'_>,
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
    let places = canvas.data[from..to].chunks_exact_mut(size);
    for (x, pixel) in places.take(image.chunk_width as usize).enumerate() {
        if let PixelKind::Palette(palette) = &image.kind {
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
