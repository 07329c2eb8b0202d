//! HEIF: HEIC and AVIF. The container is read here, HEVC and AV1 by their decoders.
//!
//! A picture is one coded picture or a grid of them. Each is decoded by itself and drawn on the
//! canvas, so that besides the canvas there is never more than one in memory. Sizes come from the
//! container; the decoders are told to refuse a larger one, because the bitstream may say something
//! else.

mod alpha;
mod av1;
pub(crate) mod boxes;
mod hevc;
mod items;
mod planes;
mod properties;
mod source;

use crate::bytes::Reader;
use crate::exif::{self, Exif};
use crate::metadata::Metadata;
use crate::picture::Picture;
use crate::pixels::{self, Layout, Pixels};
use crate::render::Decoded;
use crate::{Error, Format, Limits};
use alpha::Alpha;
use items::{Item, Meta};
use source::Source;
use std::borrow::Cow;

/// Brands of files that are looked into.
const BRANDS: [&[u8; 4]; 12] = [
    b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2",
    b"msf1", b"miaf",
];

/// Bytes that decoding a picture takes for each of its pixels, beside the canvas; measured, rounded
/// up.
const BYTES_A_PIXEL: u64 = 16;

/// Pixels that are decoded and bytes that are read at most, those of a picture counted as often as
/// it might be decoded: a file can ask for the same ones again and again. A grid of 200 megapixels
/// may have two slices in each tile.
const MAX_WORK: u64 = 1 << 29;

/// Items of EXIF and XMP that are looked at.
const MOST_DESCRIPTIONS: usize = 64;

/// Whether the first box of a file names one of the brands.
pub(crate) fn is_heif(bytes: &[u8]) -> Result<bool, Error> {
    let mut reader = Reader::new(bytes);
    let content = boxes::next(&mut reader)?.content;
    let (brands, _) = content.as_chunks::<4>();
    // The second field is a version.
    Ok(brands
        .iter()
        .enumerate()
        .any(|(at, brand)| at != 1 && BRANDS.contains(&brand)))
}

/// The format, and width and height of what is to be shown, before any rotation.
pub(crate) fn header(bytes: &[u8]) -> Result<(Format, u32, u32), Error> {
    let meta = Meta::read(bytes)?;
    let primary = meta.primary_item()?;
    let crop = primary.crop()?;
    let source = Source::of(&meta, meta.primary, None)?;
    Ok((source.codec.format(), crop.width, crop.height))
}

/// Decodes the primary picture, with its alpha.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Error> {
    let meta = Meta::read(bytes)?;
    let primary = meta.primary_item()?;
    primary.check_essential()?;
    let colour = Source::of(&meta, meta.primary, None)?;
    let (width, height) = (colour.width, colour.height);
    let alpha = Alpha::find(&meta, &colour);
    let layout = if alpha.is_some() { Layout::Rgba } else { Layout::Rgb };
    limits.check_size(width, height)?;
    let tile = colour
        .tile_pixels()
        .max(alpha.as_ref().map_or(0, |alpha| alpha.source.tile_pixels()));
    let decoding = tile.saturating_mul(BYTES_A_PIXEL);
    let beside = alpha.as_ref().map_or(0, |alpha| alpha.bytes(width, height));
    let canvas = pixels::bytes(width, height, layout) as u64;
    limits.check_memory(decoding.saturating_add(beside).saturating_add(canvas))?;

    let mut canvas =
        Pixels::new(width, height, layout, vec![0; pixels::bytes(width, height, layout)]);
    colour.each(&meta, |planes, place| planes.draw(&mut canvas, place))?;
    if let Some(alpha) = alpha {
        alpha.draw(&meta, &mut canvas)?;
    }
    let pixels = primary.crop()?.apply(canvas);
    let exif = Exif { orientation: primary.orientation(), ..exif_of(&meta) };
    let colours = primary.colour_space();
    Ok(Decoded { picture: Picture::Interleaved(pixels), colours, exif, frames: 1 })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Codec {
    Hevc,
    Av1,
}

impl Codec {
    fn of(item: &Item<'_>) -> Result<Self, Error> {
        match &item.kind {
            b"hvc1" => Ok(Self::Hevc),
            b"av01" => Ok(Self::Av1),
            b"jpeg" => Err(Error::UnsupportedFormat("HEIF with JPEG")),
            b"avc1" => Err(Error::UnsupportedFormat("HEIF with H.264")),
            b"vvc1" => Err(Error::UnsupportedFormat("HEIF with H.266")),
            b"j2k1" => Err(Error::UnsupportedFormat("HEIF with JPEG 2000")),
            b"unci" => Err(Error::UnsupportedFormat("HEIF without compression")),
            b"iovl" => Err(Error::UnsupportedFormat("HEIF with pictures laid over each other")),
            _ => Err(Error::UnsupportedFormat("HEIF with an unknown kind of picture")),
        }
    }

    fn format(self) -> Format {
        match self {
            Self::Hevc => Format::Heic,
            Self::Av1 => Format::Avif,
        }
    }
}

/// Reads EXIF and XMP of the primary picture; its orientation is the container's (ISO/IEC 23008-12,
/// A.2.1). An item without a reference is taken to describe the picture: some writers leave it out.
fn exif_of(meta: &Meta<'_>) -> Exif {
    let all = meta
        .items
        .iter()
        .filter(|(_, item)| item.is_exif() || item.is_xmp())
        .take(MOST_DESCRIPTIONS);
    let all: Vec<_> = all
        .map(|(id, item)| (meta.references_of(*id, *b"cdsc"), item))
        .collect();
    let of_primary = all
        .iter()
        .filter(|(of, _)| of.is_some_and(|of| of.contains(&meta.primary)));
    let of_nothing = all.iter().filter(|(of, _)| of.is_none());
    let mut metadata = Metadata::default();
    for (_, item) in of_primary.chain(of_nothing) {
        let Ok(bytes) = meta.bytes(item) else { continue };
        if item.is_xmp() {
            metadata.add_xmp(&bytes);
        } else {
            add_exif(&mut metadata, bytes);
        }
    }
    metadata.read()
}

/// Before the TIFF structure stands a number: how many bytes follow it before the structure begins.
/// Some writers leave it out, or count otherwise.
fn add_exif<'a>(metadata: &mut Metadata<'a>, bytes: Cow<'a, [u8]>) {
    let offset = bytes
        .first_chunk()
        .map_or(0, |offset| u32::from_be_bytes(*offset) as usize);
    let has_structure = |start: &usize| {
        bytes
            .get(*start..)
            .is_some_and(|rest| exif::structure(rest).is_some())
    };
    let Some(start) = [offset.saturating_add(4), 4, 0]
        .into_iter()
        .find(has_structure)
    else {
        return;
    };
    match bytes {
        Cow::Borrowed(bytes) => metadata.add_exif(&bytes[start..]),
        Cow::Owned(mut bytes) => metadata.add_exif(bytes.split_off(start)),
    }
}
