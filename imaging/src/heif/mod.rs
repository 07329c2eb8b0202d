//! HEIF: HEIC and AVIF. The container is read here, HEVC and AV1 by their decoders.
//!
//! A picture is one coded picture or a grid of them. Each is decoded by itself and drawn on the
//! canvas, so that besides the canvas there is never more than one in memory. Sizes come from the
//! container; the decoders are told to refuse a larger one, because the bitstream may say something
//! else.

mod alpha;
mod av1;
pub(crate) mod boxes;
mod codec;
mod descriptions;
mod hevc;
mod items;
mod matrix;
mod meta;
mod planes;
mod properties;
mod source;

use crate::bytes::Reader;
use crate::decoded::DecodedImage;
use crate::exif::Exif;
use crate::picture::Picture;
use crate::pixels::{self, PixelLayout, Pixels};
use crate::{DecodeLimits, Error, Format};
use alpha::AlphaSource;
use meta::Meta;
use source::Source;

/// Brands of files that are looked into.
const BRANDS: [&[u8; 4]; 12] = [
    b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2",
    b"msf1", b"miaf",
];

/// Bytes that decoding a picture takes for each of its pixels, beside the canvas; measured, rounded
/// up.
const BYTES_A_PIXEL: u64 = 16;

/// Returns true if the first box of a file names one of the brands.
///
/// # Errors
/// [`Error::Truncated`] where the box is not all there.
pub(crate) fn is_heif(bytes: &[u8]) -> Result<bool, Error> {
    let mut reader = Reader::new(bytes);
    let content = boxes::next(&mut reader)?.content;
    let (fields, _) = content.as_chunks::<4>();
    // The second field is a version.
    let is_brand = |(at, field): (usize, &[u8; 4])| at != 1 && BRANDS.contains(&field);
    Ok(fields.iter().enumerate().any(is_brand))
}

/// Returns the format, and width and height in pixels of the part that is to be shown, before any
/// rotation.
pub(crate) fn header(bytes: &[u8]) -> Result<(Format, u32, u32), Error> {
    let meta = Meta::read(bytes)?;
    let primary = meta.primary_item()?;
    let crop = primary.crop()?;
    let source = Source::of(&meta, meta.primary, None)?;
    Ok((source.codec.format(), crop.width, crop.height))
}

/// Decodes the primary picture, with its alpha.
///
/// # Errors
/// [`Error::Truncated`], [`Error::Corrupt`], [`Error::UnsupportedFormat`] for codecs and properties
/// that are not read, [`Error::TooComplex`], and those of the limits.
pub(crate) fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<DecodedImage, Error> {
    let meta = Meta::read(bytes)?;
    let primary = meta.primary_item()?;
    primary.check_essential()?;
    let colour = Source::of(&meta, meta.primary, None)?;
    let alpha = AlphaSource::find(&meta, &colour);
    limits.check_size(colour.width, colour.height)?;
    limits.check_memory(needed_memory(&colour, alpha.as_ref()))?;

    let layout = if alpha.is_some() { PixelLayout::Rgba } else { PixelLayout::Rgb };
    let mut canvas = Pixels::blank(colour.width, colour.height, layout);
    colour.each(&meta, |planes, origin| planes.draw(&mut canvas, origin))?;
    if let Some(alpha) = alpha {
        alpha.draw(&meta, &mut canvas)?;
    }
    let pixels = primary.crop()?.apply(canvas);
    let exif = Exif { orientation: primary.orientation(), ..descriptions::read(&meta) };
    let colours = primary.colour_space();
    Ok(DecodedImage { picture: Picture::Interleaved(pixels), colours, exif, frames: 1 })
}

/// Returns the bytes of the canvas, of the largest tile while it is decoded, and of an alpha of
/// another size.
fn needed_memory(colour: &Source, alpha: Option<&AlphaSource>) -> u64 {
    let layout = if alpha.is_some() { PixelLayout::Rgba } else { PixelLayout::Rgb };
    let canvas = pixels::bytes(colour.width, colour.height, layout) as u64;
    let mut tile_pixels = colour.tile_pixels();
    let mut beside = 0;
    if let Some(alpha) = alpha {
        tile_pixels = tile_pixels.max(alpha.source.tile_pixels());
        beside = alpha.bytes(colour.width, colour.height);
    }
    let decoding = tile_pixels.saturating_mul(BYTES_A_PIXEL);
    decoding.saturating_add(beside).saturating_add(canvas)
}
