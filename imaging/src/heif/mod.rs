//! HEIF: HEIC and AVIF. The container is read here, HEVC and AV1 by their decoders.
//!
//! A picture is one coded picture or a grid of them. Each is decoded by itself and drawn on the canvas,
//! so that besides the canvas there is never more than one in memory. Sizes come from the container; the
//! decoders are told to refuse a larger one, because the bitstream may say something else.

mod av1;
mod boxes;
mod hevc;
mod items;
mod planes;
mod properties;

use crate::bytes::Reader;
use crate::exif::{self, Exif};
use crate::metadata::Metadata;
use crate::picture::Picture;
use crate::pixels::{self, Layout, Pixels};
use crate::render::Decoded;
use crate::{Error, Format, Limits};
use items::{Item, Meta};
use planes::{Place, Planes};
use std::borrow::Cow;

/// Brands of files that are looked into.
const BRANDS: [&[u8; 4]; 12] =
    [b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1", b"miaf"];

/// Bytes that decoding a picture takes for each of its pixels, beside the canvas; measured, rounded up.
const BYTES_A_PIXEL: u64 = 16;

/// Pixels that are decoded and bytes that are read at most, those of a picture counted as often as it might
/// be decoded: a file can ask for the same ones again and again. A grid of 100 megapixels may have five slices
/// in each tile.
const MAX_WORK: u64 = 1 << 29;

/// Items of EXIF and XMP that are looked at.
const MOST_DESCRIPTIONS: usize = 64;

/// Whether the first box of a file names one of the brands.
pub(crate) fn is_heif(bytes: &[u8]) -> Result<bool, Error> {
    let mut reader = Reader::new(bytes);
    let content = boxes::next(&mut reader)?.content;
    let (brands, _) = content.as_chunks::<4>();
    // The second field is a version.
    Ok(brands.iter().enumerate().any(|(at, brand)| at != 1 && BRANDS.contains(&brand)))
}

/// The format, and width and height of what is to be shown, before any rotation.
pub(crate) fn header(bytes: &[u8]) -> Result<(Format, u32, u32), Error> {
    let meta = Meta::read(bytes)?;
    let primary = meta.primary_item()?;
    let crop = primary.crop()?;
    Ok((source(&meta, meta.primary)?.codec.format(), crop.width, crop.height))
}

/// Decodes the primary picture, with its alpha.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Error> {
    let meta = Meta::read(bytes)?;
    let primary = meta.primary_item()?;
    primary.check_essential()?;
    let colour = source(&meta, meta.primary)?;
    let (width, height) = primary.size()?;
    let alpha = alpha(&meta, (width, height));
    let layout = if alpha.is_some() { Layout::Rgba } else { Layout::Rgb };
    limits.check_size(width, height)?;
    let tile = colour.tile_pixels().max(alpha.as_ref().map_or(0, Source::tile_pixels));
    let decoding = tile.saturating_mul(BYTES_A_PIXEL);
    limits.check_memory(decoding.saturating_add(pixels::bytes(width, height, layout) as u64))?;

    let mut canvas = Pixels::new(width, height, layout, vec![0; pixels::bytes(width, height, layout)]);
    colour.each(&meta, |planes, place| planes.draw(&mut canvas, place))?;
    if let Some(alpha) = alpha {
        alpha.each(&meta, |planes, place| planes.draw_alpha(&mut canvas, place))?;
        if meta.references_of(meta.primary, *b"prem").is_some() {
            canvas.divide_alpha();
        }
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

/// A picture and what it is made of.
struct Source {
    codec: Codec,
    width: u32,
    height: u32,
    /// Width and height of each tile; the same for all.
    tile: (u32, u32),
    columns: u32,
    /// Coded pictures, row by row.
    tiles: Vec<u32>,
    item: u32,
}

/// What an item is made of: of itself, or of the tiles of a grid.
fn source(meta: &Meta<'_>, id: u32) -> Result<Source, Error> {
    let item = meta.item(id)?;
    let (width, height) = item.size()?;
    if &item.kind != b"grid" {
        let codec = Codec::of(item)?;
        return Ok(Source { codec, width, height, tile: (width, height), columns: 1, tiles: vec![id], item: id });
    }
    let tiles = meta.references_of(id, *b"dimg").unwrap_or_default().to_vec();
    let [rows, columns] = grid(&meta.bytes(item)?)?;
    let first = meta.item(*tiles.first().ok_or_else(|| Error::corrupt("a grid without tiles"))?)?;
    let tile = first.size()?;
    // Tiles that are not needed would be decoded for nothing.
    let is_right = |count: u32, tile: u32, whole: u32| tile > 0 && count == whole.div_ceil(tile);
    if !is_right(columns, tile.0, width) || !is_right(rows, tile.1, height) || tiles.len() != (rows * columns) as usize
    {
        return Err(Error::corrupt("a grid whose tiles do not cover it"));
    }
    Ok(Source { codec: Codec::of(first)?, width, height, tile, columns, tiles, item: id })
}

/// Rows and columns of a grid; its size is that of the item.
fn grid(content: &[u8]) -> Result<[u32; 2], Error> {
    match content {
        [0, _, rows, columns, ..] => Ok([u32::from(*rows) + 1, u32::from(*columns) + 1]),
        _ => Err(Error::corrupt("a grid")),
    }
}

impl Source {
    fn tile_pixels(&self) -> u64 {
        u64::from(self.tile.0) * u64::from(self.tile.1)
    }

    /// Decodes one tile after the other.
    fn each(&self, meta: &Meta<'_>, mut draw: impl FnMut(&Planes, Place) -> Result<(), Error>) -> Result<(), Error> {
        let whole = meta.item(self.item)?;
        let mut work = 0;
        for (number, id) in (0_u32..).zip(&self.tiles) {
            let item = meta.item(*id)?;
            if Codec::of(item)? != self.codec || item.size()? != self.tile {
                return Err(Error::corrupt("tiles of different kinds"));
            }
            let data = meta.bytes(item)?;
            work += self.passes(item, &data)? * self.tile_pixels() + data.len() as u64;
            if work > MAX_WORK {
                return Err(Error::TooComplex("pictures coded many times over".into()));
            }
            let mut planes = self.decode(item, &data)?;
            planes.check()?;
            // Encoders round up to even numbers of pixels, and some do not say so.
            let rounded = |side: u32| side..=side + 8;
            if !rounded(self.tile.0).contains(&planes.width) || !rounded(self.tile.1).contains(&planes.height) {
                return Err(Error::corrupt("a picture of another size than the header says"));
            }
            if let Some(codes) = whole.codes().or_else(|| item.codes()) {
                (planes.matrix, planes.is_full_range) = (codes.matrix, codes.is_full_range);
            }
            let place = Place { x: number % self.columns * self.tile.0, y: number / self.columns * self.tile.1 };
            draw(&planes, place)?;
        }
        Ok(())
    }

    fn passes(&self, item: &Item<'_>, data: &[u8]) -> Result<u64, Error> {
        match self.codec {
            Codec::Hevc => hevc::passes(item.property(*b"hvcC").unwrap_or_default(), data),
            Codec::Av1 => av1::passes(data),
        }
    }

    fn decode(&self, item: &Item<'_>, data: &[u8]) -> Result<Planes, Error> {
        // Coded pictures are filled up to blocks of at most 64 pixels.
        let filled = |side: u32| u64::from(side).next_multiple_of(64);
        match self.codec {
            Codec::Hevc => {
                let configuration = item.property(*b"hvcC").ok_or_else(|| Error::corrupt("HEVC without parameters"))?;
                hevc::decode(configuration, data, filled(self.tile.0) * filled(self.tile.1))
            }
            Codec::Av1 => av1::decode(data, filled(self.tile.0) * filled(self.tile.1)),
        }
    }
}

/// The picture of the primary's alpha. One of another size, or of a kind that is not known, is passed over:
/// better a picture without alpha than none.
fn alpha(meta: &Meta<'_>, size: (u32, u32)) -> Option<Source> {
    const KINDS: [&[u8]; 3] = [
        b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0",
        b"urn:mpeg:hevc:2015:auxid:1\0",
        b"urn:mpeg:avc:2015:auxid:1\0",
    ];
    let is_alpha = |id: &u32| {
        let kind = meta.items.get(id).and_then(|item| item.property(*b"auxC")).and_then(|content| content.get(4..));
        kind.is_some_and(|kind| KINDS.iter().any(|alpha| kind.starts_with(alpha)))
    };
    let id = meta.referring(meta.primary, *b"auxl").find(is_alpha)?;
    source(meta, id).ok().filter(|alpha| (alpha.width, alpha.height) == size)
}

/// What EXIF and XMP say of the primary picture; its orientation is the container's (ISO/IEC 23008-12, A.2.1).
/// What describes nothing in particular is taken to describe it: some writers leave the reference out.
fn exif_of(meta: &Meta<'_>) -> Exif {
    let all = meta.items.iter().filter(|(_, item)| item.is_exif() || item.is_xmp()).take(MOST_DESCRIPTIONS);
    let all: Vec<_> = all.map(|(id, item)| (meta.references_of(*id, *b"cdsc"), item)).collect();
    let of_primary = all.iter().filter(|(of, _)| of.is_some_and(|of| of.contains(&meta.primary)));
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

/// Before the TIFF structure stands a number: how many bytes follow it before the structure begins. Some
/// writers leave it out, or count otherwise.
fn add_exif<'a>(metadata: &mut Metadata<'a>, bytes: Cow<'a, [u8]>) {
    let offset = bytes.first_chunk().map_or(0, |offset| u32::from_be_bytes(*offset) as usize);
    let has_structure = |start: &usize| bytes.get(*start..).is_some_and(|rest| exif::structure(rest).is_some());
    let Some(start) = [offset.saturating_add(4), 4, 0].into_iter().find(has_structure) else { return };
    match bytes {
        Cow::Borrowed(bytes) => metadata.add_exif(&bytes[start..]),
        Cow::Owned(mut bytes) => metadata.add_exif(bytes.split_off(start)),
    }
}
