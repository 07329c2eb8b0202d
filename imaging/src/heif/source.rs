//! The coded pictures that a picture is made of: one, or the tiles of a grid.

use super::codec::Codec;
use super::items::HeifItem;
use super::meta::Meta;
use super::planes::{Origin, Planes};
use super::{av1, hevc};
use crate::Error;

/// Pixels that are decoded and bytes that are read at most, those of a picture counted as often as
/// it might be decoded: a file can ask for the same ones again and again. A grid of 200 megapixels
/// may have two slices in each tile.
const MAX_WORK: u64 = 1 << 29;

/// Pixels by which a coded picture may be larger than is said: encoders round up to even numbers,
/// and some do not say so.
const MAX_ROUNDING: u32 = 8;

/// A picture and the coded pictures that it is made of.
pub(super) struct Source {
    pub(super) codec: Codec,
    pub(super) width: u32,
    pub(super) height: u32,
    tile_width: u32,
    tile_height: u32,
    columns: u32,
    /// Coded pictures, row by row; none where there is nothing to draw.
    pub(super) tiles: Vec<Option<u32>>,
    /// The item that has the properties of all of them.
    item: Option<u32>,
}

impl Source {
    /// Returns the coded pictures of an item. Where it does not say how large it is, it is as large
    /// as another one, in the same tiles.
    ///
    /// # Errors
    /// [`Error::Corrupt`] for a grid that does not fit, and those of [`Codec::of`].
    pub(super) fn of(meta: &Meta<'_>, id: u32, like: Option<&Self>) -> Result<Self, Error> {
        let item = meta.item(id)?;
        let (width, height) = match like {
            Some(like) if !has_size(item) => (like.width, like.height),
            _ => item.size()?,
        };
        if &item.kind == b"grid" {
            return Self::of_grid(meta, id, (width, height), like);
        }
        Ok(Self {
            codec: Codec::of(item)?,
            width,
            height,
            tile_width: width,
            tile_height: height,
            columns: 1,
            tiles: vec![Some(id)],
            item: Some(id),
        })
    }

    fn of_grid(
        meta: &Meta<'_>,
        id: u32,
        (width, height): (u32, u32),
        like: Option<&Self>,
    ) -> Result<Self, Error> {
        let tiles = meta.references_of(id, *b"dimg").unwrap_or_default();
        let [rows, columns] = read_grid(&meta.bytes(meta.item(id)?)?)?;
        let first_id = tiles
            .first()
            .ok_or_else(|| Error::corrupt("a grid without tiles"))?;
        let first = meta.item(*first_id)?;
        let (tile_width, tile_height) = match like {
            Some(like) if !has_size(first) => (like.tile_width, like.tile_height),
            _ => first.size()?,
        };
        // Tiles that are not needed would be decoded for nothing.
        let is_covered = covers(columns, tile_width, width) && covers(rows, tile_height, height);
        if !is_covered || tiles.len() != (rows * columns) as usize {
            return Err(Error::corrupt("a grid whose tiles do not cover it"));
        }
        Ok(Self {
            codec: Codec::of(first)?,
            width,
            height,
            tile_width,
            tile_height,
            columns,
            tiles: tiles.iter().copied().map(Some).collect(),
            item: Some(id),
        })
    }

    /// Returns the same grid of other tiles, coded as this one of them.
    pub(super) fn with_tiles(
        &self,
        meta: &Meta<'_>,
        one: u32,
        tiles: Vec<Option<u32>>,
    ) -> Result<Self, Error> {
        let codec = Codec::of(meta.item(one)?)?;
        Ok(Self { codec, tiles, item: None, ..*self })
    }

    /// Returns the pixels of a tile.
    pub(super) fn tile_pixels(&self) -> u64 {
        u64::from(self.tile_width) * u64::from(self.tile_height)
    }

    /// Decodes one tile after the other, and hands each over with its place.
    ///
    /// # Errors
    /// Those of the decoders and of `draw`, [`Error::Corrupt`] for tiles of different kinds or
    /// another size, and [`Error::TooComplex`] for more than [`MAX_WORK`].
    pub(super) fn each(
        &self,
        meta: &Meta<'_>,
        mut draw: impl FnMut(&Planes, Origin) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let whole = match self.item {
            Some(id) => Some(meta.item(id)?),
            None => None,
        };
        let mut work = 0;
        for (number, id) in (0_u32..).zip(&self.tiles) {
            let Some(id) = id else { continue };
            let item = meta.item(*id)?;
            self.check_tile(item)?;
            let data = meta.bytes(item)?;
            work += self.passes(item, &data)? * self.tile_pixels() + data.len() as u64;
            if work > MAX_WORK {
                return Err(Error::TooComplex("pictures coded many times over".into()));
            }
            let mut planes = self.decode(item, &data)?;
            planes.check()?;
            self.check_size(&planes)?;
            let codes = whole.and_then(HeifItem::codes).or_else(|| item.codes());
            if let Some(codes) = codes {
                planes.matrix = codes.matrix;
                planes.is_full_range = codes.is_full_range;
            }
            let origin = Origin {
                x: number % self.columns * self.tile_width,
                y: number / self.columns * self.tile_height,
            };
            draw(&planes, origin)?;
        }
        Ok(())
    }

    /// Refuses a tile of another codec, or one that says that it has another size.
    fn check_tile(&self, item: &HeifItem<'_>) -> Result<(), Error> {
        let tile_size = (self.tile_width, self.tile_height);
        let is_as_large = !has_size(item) || item.size()? == tile_size;
        if Codec::of(item)? != self.codec || !is_as_large {
            return Err(Error::corrupt("tiles of different kinds"));
        }
        Ok(())
    }

    /// Refuses a decoded picture of another size than was said.
    fn check_size(&self, planes: &Planes) -> Result<(), Error> {
        let widths = self.tile_width..=self.tile_width + MAX_ROUNDING;
        let heights = self.tile_height..=self.tile_height + MAX_ROUNDING;
        if !widths.contains(&planes.width) || !heights.contains(&planes.height) {
            return Err(Error::corrupt("a picture of another size than the header says"));
        }
        Ok(())
    }

    fn passes(&self, item: &HeifItem<'_>, data: &[u8]) -> Result<u64, Error> {
        match self.codec {
            Codec::Hevc => hevc::passes(item.property(*b"hvcC").unwrap_or_default(), data),
            Codec::Av1 => av1::passes(data),
        }
    }

    fn decode(&self, item: &HeifItem<'_>, data: &[u8]) -> Result<Planes, Error> {
        // Coded pictures are filled up to blocks of at most 64 pixels.
        let coded_width = u64::from(self.tile_width).next_multiple_of(64);
        let coded_height = u64::from(self.tile_height).next_multiple_of(64);
        let pixels = coded_width * coded_height;
        match self.codec {
            Codec::Hevc => {
                let configuration = item
                    .property(*b"hvcC")
                    .ok_or_else(|| Error::corrupt("HEVC without parameters"))?;
                hevc::decode(configuration, data, pixels)
            }
            Codec::Av1 => av1::decode(data, pixels),
        }
    }
}

/// Returns true if an item says how large it is.
fn has_size(item: &HeifItem<'_>) -> bool {
    item.property(*b"ispe").is_some()
}

/// Returns true if so many tiles are as many as are needed to cover a side.
fn covers(count: u32, tile: u32, whole: u32) -> bool {
    tile > 0 && count == whole.div_ceil(tile)
}

/// Reads rows and columns of a grid; its size is that of the item.
fn read_grid(content: &[u8]) -> Result<[u32; 2], Error> {
    match content {
        [0, _, rows, columns, ..] => Ok([u32::from(*rows) + 1, u32::from(*columns) + 1]),
        _ => Err(Error::corrupt("a grid")),
    }
}
