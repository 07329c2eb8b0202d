//! BMP: Windows' bitmap from version 2 to version 5, and OS/2's of versions 1 and 2.

mod header;
mod runs;

use crate::decoded::DecodedImage;
use crate::exif::Exif;
use crate::picture::Picture;
use crate::pixels::{self, PixelLayout, Pixels};
use crate::{DecodeLimits, Error};
use header::{BmpHeader, PixelPacking};
use std::borrow::Cow;

pub(crate) use header::{is_bmp, size};

/// Decodes any of its kinds of pixels, except whole JPEG and PNG files, which only printers take.
///
/// # Errors
/// [`Error::Truncated`] where pixels are missing, and those of the header and the limits.
pub(crate) fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<DecodedImage, Error> {
    let header = BmpHeader::read(bytes)?;
    let layout = match header.packing {
        PixelPacking::Masks([.., alpha]) if alpha != 0 => PixelLayout::Rgba,
        _ => PixelLayout::Rgb,
    };
    let output = pixels::bytes(header.width, header.height, layout);
    limits.check_memory((output + unpacked_bytes(&header)) as u64)?;
    let mut pixels = Pixels::blank(header.width, header.height, layout);
    draw(&header, &mut pixels)?;
    // Programs that know no alpha leave it zero. Nobody keeps a picture of nothing.
    if layout == PixelLayout::Rgba && pixels.alphas().all(|alpha| alpha == 0) {
        pixels = pixels.without_alpha();
    }
    Ok(DecodedImage {
        picture: Picture::Interleaved(pixels),
        colours: header.colours,
        exif: Exif::default(),
        frames: 1,
    })
}

/// Returns the bytes that runs unpack to, beside the picture.
fn unpacked_bytes(header: &BmpHeader<'_>) -> usize {
    match header.packing {
        PixelPacking::Runs(size) => header.width as usize * header.height as usize * size,
        PixelPacking::None | PixelPacking::Masks(_) => 0,
    }
}

fn draw(header: &BmpHeader<'_>, pixels: &mut Pixels) -> Result<(), Error> {
    let width = header.width as usize;
    let height = header.height as usize;
    let (stored, stride) = match header.packing {
        PixelPacking::Runs(size) => (Cow::Owned(runs::unpack(header, size)?), width * size),
        // Rows are filled up to 32 bits.
        PixelPacking::None | PixelPacking::Masks(_) => {
            let bits = width * usize::from(header.bits);
            (Cow::Borrowed(header.data), bits.div_ceil(32) * 4)
        }
    };
    if stored.len() < stride * height {
        return Err(Error::Truncated);
    }
    let row_bytes = pixels::bytes(header.width, 1, pixels.layout);
    for (y, row) in pixels.data.chunks_exact_mut(row_bytes).enumerate() {
        let stored_y = if header.is_top_down { y } else { height - 1 - y };
        let from = &stored[stored_y * stride..(stored_y + 1) * stride];
        convert_row(header, from, row);
    }
    Ok(())
}

/// Converts one row to RGB or RGBA.
fn convert_row(header: &BmpHeader<'_>, from: &[u8], to: &mut [u8]) {
    match (header.packing, header.bits) {
        (PixelPacking::Masks(masks), bits) => convert_masked(from, to, bits, masks),
        (PixelPacking::None, 24) | (PixelPacking::Runs(3), _) => {
            let (pixels, _) = to.as_chunks_mut::<3>();
            let (stored, _) = from.as_chunks::<3>();
            for (pixel, [blue, green, red]) in pixels.iter_mut().zip(stored) {
                *pixel = [*red, *green, *blue];
            }
        }
        (PixelPacking::None, bits) => {
            let per_byte = usize::from(8 / bits);
            let (pixels, _) = to.as_chunks_mut::<3>();
            for (x, pixel) in pixels.iter_mut().enumerate() {
                let shift = 8 - usize::from(bits) * (x % per_byte + 1);
                let index = from[x / per_byte] >> shift & u8::MAX >> (8 - bits);
                *pixel = header.colour(index);
            }
        }
        (PixelPacking::Runs(_), _) => {
            let (pixels, _) = to.as_chunks_mut::<3>();
            for (pixel, index) in pixels.iter_mut().zip(from) {
                *pixel = header.colour(*index);
            }
        }
    }
}

/// The bits of a pixel that hold one of its samples.
#[derive(Clone, Copy)]
struct SampleMask {
    mask: u32,
    shift: u32,
    /// The largest number that the bits can hold.
    largest: u64,
}

impl SampleMask {
    fn new(mask: u32) -> Self {
        let shift = mask.trailing_zeros();
        let largest = mask.checked_shr(shift).unwrap_or(0);
        Self { mask, shift, largest: u64::from(largest.max(1)) }
    }

    /// Returns the sample in 8 bits, rounded to the nearest.
    fn sample(self, pixel: u32) -> u8 {
        let value = (pixel & self.mask).checked_shr(self.shift).unwrap_or(0);
        let scaled = (u64::from(value) * 255 + self.largest / 2) / self.largest;
        u8::try_from(scaled).unwrap_or(u8::MAX)
    }
}

/// Converts pixels of 16 or 32 bits whose samples are where the masks say.
fn convert_masked(from: &[u8], to: &mut [u8], bits: u16, masks: [u32; 4]) {
    let samples = masks.map(SampleMask::new);
    let from_size = usize::from(bits / 8);
    let to_size = if masks[3] == 0 { 3 } else { 4 };
    let stored = from.chunks_exact(from_size);
    for (pixel, stored_bytes) in to.chunks_exact_mut(to_size).zip(stored) {
        let mut stored_pixel = 0_u32;
        for byte in stored_bytes.iter().rev() {
            stored_pixel = stored_pixel << 8 | u32::from(*byte);
        }
        for (level, sample) in pixel.iter_mut().zip(samples) {
            *level = sample.sample(stored_pixel);
        }
    }
}
