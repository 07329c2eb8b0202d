//! TIFF 6.0: the first picture of the file.
//!
//! Strips and tiles, in one plane or in several, of grey, RGB, CMYK and palette with 1 to 16 bits a
//! sample, plain or packed with `PackBits`, LZW, deflate or JPEG. Rows go from the decompressor to their
//! place one by one, so that besides the picture only one row is in memory.

mod header;
mod packing;
mod samples;

use crate::exif::tiff::Tiff;
use crate::picture::Picture;
use crate::pixels::{self, Layout, Pixels};
use crate::render::Decoded;
use crate::{Error, Limits, jpeg, metadata};
use header::{Chunk, Compression, Image, Kind};
use std::io::{ErrorKind, Read};

/// Bytes that are read and written at most, each as often as it is: strips may all be the same bytes, and tiles
/// much wider than the picture. 100 megapixels of four samples with 16 bits each, not compressed, fit.
const MAX_WORK: u64 = 1 << 31;

/// What a strip or tile costs by itself: a decompressor is set up for it.
const WORK_OF_A_CHUNK: u64 = 4096;

/// Width and height.
pub(crate) fn size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    header::size(&header::first(bytes)?)
}

/// Decodes to 8 bits a sample.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Error> {
    let tiff = Tiff::new(bytes).ok_or(Error::Truncated)?;
    let image = Image::read(tiff, &header::first(bytes)?)?;
    let layout = image.layout();
    let (width, height) = (image.width, image.height);
    let row = image.row_bytes() as u64;
    limits.check_memory(pixels::bytes(width, height, layout) as u64 + row)?;

    check_work(&image)?;
    let mut canvas = Pixels::new(width, height, layout, vec![0; pixels::bytes(width, height, layout)]);
    for index in 0..image.chunks() {
        let chunk = image.chunk(index, bytes)?;
        match image.compression {
            Compression::Jpeg => read_jpeg(&image, &chunk, &mut canvas, limits)?,
            _ => read_rows(&image, &chunk, &mut canvas)?,
        }
    }
    if image.is_premultiplied {
        canvas.divide_alpha();
    }
    Ok(Decoded {
        picture: Picture::Interleaved(canvas),
        colours: image.colours,
        exif: metadata::of_tiff(bytes),
        frames: 1,
    })
}

/// Refuses what would take more than [`MAX_WORK`].
fn check_work(image: &Image<'_>) -> Result<(), Error> {
    let tables = image.jpeg_tables.map_or(0, <[u8]>::len);
    let rows = image.chunk_height.min(image.height) as usize * image.row_bytes();
    let each = WORK_OF_A_CHUNK.saturating_add((tables + rows) as u64);
    let work = image.chunk_lengths().fold(0_u64, |work, length| work.saturating_add(each + length));
    let is_sane = work <= MAX_WORK;
    is_sane.then_some(()).ok_or_else(|| Error::TooComplex("strips or tiles many times over".into()))
}

fn read_rows(image: &Image<'_>, chunk: &Chunk<'_>, canvas: &mut Pixels) -> Result<(), Error> {
    let mut source = packing::open(image.compression, chunk.data)?;
    let mut row = vec![0; image.row_bytes()];
    for y in chunk.y..(chunk.y + image.chunk_height).min(image.height) {
        source.read_exact(&mut row).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => Error::corrupt("fewer pixels than the header says"),
            _ => Error::corrupt(format!("compressed pixels: {error}")),
        })?;
        if image.has_predictor {
            image.undo_predictor(&mut row);
        }
        place(image, chunk, &row, canvas, y);
    }
    Ok(())
}

/// Puts a row of a chunk in its place, 8 bits a sample.
fn place(image: &Image<'_>, chunk: &Chunk<'_>, row: &[u8], canvas: &mut Pixels, y: u32) {
    let size = canvas.layout.size();
    let from = pixels::bytes(canvas.width, y, canvas.layout) + chunk.x as usize * size;
    let to = pixels::bytes(canvas.width, y + 1, canvas.layout);
    let stored = image.stored_samples();
    for (x, pixel) in canvas.data[from..to].chunks_exact_mut(size).take(image.chunk_width as usize).enumerate() {
        if let Kind::Palette(palette) = &image.kind {
            let index = image.sample(row, x * stored);
            pixel.copy_from_slice(&palette.get(usize::from(index)).copied().unwrap_or_default());
        } else if image.is_planar {
            pixel[chunk.plane] = image.level(row, x);
        } else {
            for (number, sample) in pixel.iter_mut().enumerate() {
                *sample = image.level(row, x * stored + number);
            }
        }
    }
}

/// A strip or tile that is a JPEG file in itself, or one with tables kept elsewhere.
fn read_jpeg(image: &Image<'_>, chunk: &Chunk<'_>, canvas: &mut Pixels, limits: &Limits) -> Result<(), Error> {
    let file = image.jpeg_file(chunk.data);
    let (width, height) = jpeg::size(&file)?;
    // Chunks at the edge may be whole or cut; larger than a chunk they are a bomb.
    if width > image.chunk_width || height > image.chunk_height {
        return Err(Error::corrupt("a strip that is larger than the header says"));
    }
    let part = jpeg::decode(&file, u32::MAX, limits)?.picture.into_pixels();
    let shown = (image.chunk_width.min(image.width - chunk.x), image.chunk_height.min(image.height - chunk.y));
    if part.layout != canvas.layout || part.width < shown.0 || part.height < shown.1 {
        return Err(Error::corrupt("a strip of another kind than the header says"));
    }
    let size = canvas.layout.size();
    let (stride, length) = (part.width as usize * size, shown.0 as usize * size);
    for (row, y) in part.data.chunks_exact(stride).zip(chunk.y..chunk.y + shown.1) {
        let at = pixels::bytes(canvas.width, y, canvas.layout) + chunk.x as usize * size;
        canvas.data[at..at + length].copy_from_slice(&row[..length]);
    }
    Ok(())
}

impl Image<'_> {
    fn layout(&self) -> Layout {
        match (&self.kind, self.has_alpha) {
            (Kind::Grey { .. }, false) => Layout::Grey,
            (Kind::Grey { .. }, true) => Layout::GreyAlpha,
            (Kind::Rgb, true) => Layout::Rgba,
            (Kind::Rgb | Kind::Palette(_), _) => Layout::Rgb,
            (Kind::Cmyk, _) => Layout::Cmyk,
        }
    }
}
