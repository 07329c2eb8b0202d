//! Finds what a picture is made of: of itself, or of the tiles of a grid.

use super::items::{Item, Meta};
use super::planes::{Place, Planes};
use super::{Codec, MAX_WORK, av1, hevc};
use crate::Error;

/// A picture and what it is made of.
pub(super) struct Source {
    pub(super) codec: Codec,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Width and height of each tile; the same for all.
    tile: (u32, u32),
    columns: u32,
    /// Coded pictures, row by row; none where there is nothing to draw.
    pub(super) tiles: Vec<Option<u32>>,
    /// The item that says what they have in common.
    item: Option<u32>,
}

impl Source {
    /// Returns what an item is made of. Where it does not say how large it is, it is as large as
    /// another one, in the same tiles.
    pub(super) fn of(meta: &Meta<'_>, id: u32, like: Option<&Self>) -> Result<Self, Error> {
        let item = meta.item(id)?;
        let is_grid = &item.kind == b"grid";
        let (width, height) = match like {
            _ if item.property(*b"ispe").is_some() => item.size()?,
            Some(like) => (like.width, like.height),
            None => return Err(Error::corrupt("a picture without a size")),
        };
        if !is_grid {
            let codec = Codec::of(item)?;
            let (tile, item) = ((width, height), Some(id));
            return Ok(Self {
                codec,
                width,
                height,
                tile,
                columns: 1,
                tiles: vec![Some(id)],
                item,
            });
        }
        let tiles = meta.references_of(id, *b"dimg").unwrap_or_default();
        let [rows, columns] = grid(&meta.bytes(item)?)?;
        let first = meta.item(
            *tiles
                .first()
                .ok_or_else(|| Error::corrupt("a grid without tiles"))?,
        )?;
        let tile = match like {
            Some(like) if first.property(*b"ispe").is_none() => like.tile,
            _ => first.size()?,
        };
        // Tiles that are not needed would be decoded for nothing.
        let is_right =
            |count: u32, tile: u32, whole: u32| tile > 0 && count == whole.div_ceil(tile);
        let is_covered = is_right(columns, tile.0, width) && is_right(rows, tile.1, height);
        if !is_covered || tiles.len() != (rows * columns) as usize {
            return Err(Error::corrupt("a grid whose tiles do not cover it"));
        }
        let tiles = tiles.iter().copied().map(Some).collect();
        Ok(Self { codec: Codec::of(first)?, width, height, tile, columns, tiles, item: Some(id) })
    }

    /// The same grid of other tiles, coded as this one of them.
    pub(super) fn with_tiles(
        &self,
        meta: &Meta<'_>,
        one: u32,
        tiles: Vec<Option<u32>>,
    ) -> Result<Self, Error> {
        let codec = Codec::of(meta.item(one)?)?;
        Ok(Self { codec, tiles, item: None, ..*self })
    }

    /// Pixels of a tile.
    pub(super) fn tile_pixels(&self) -> u64 {
        u64::from(self.tile.0) * u64::from(self.tile.1)
    }

    /// Decodes one tile after the other.
    pub(super) fn each(
        &self,
        meta: &Meta<'_>,
        mut draw: impl FnMut(&Planes, Place) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let whole = self.item.map(|id| meta.item(id)).transpose()?;
        let mut work = 0;
        for (number, id) in (0_u32..).zip(&self.tiles) {
            let Some(id) = id else { continue };
            let item = meta.item(*id)?;
            let is_as_large = item.property(*b"ispe").is_none() || item.size()? == self.tile;
            if Codec::of(item)? != self.codec || !is_as_large {
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
            if !rounded(self.tile.0).contains(&planes.width)
                || !rounded(self.tile.1).contains(&planes.height)
            {
                return Err(Error::corrupt("a picture of another size than the header says"));
            }
            if let Some(codes) = whole.and_then(Item::codes).or_else(|| item.codes()) {
                (planes.matrix, planes.is_full_range) = (codes.matrix, codes.is_full_range);
            }
            let place = Place {
                x: number % self.columns * self.tile.0,
                y: number / self.columns * self.tile.1,
            };
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
                let configuration = item
                    .property(*b"hvcC")
                    .ok_or_else(|| Error::corrupt("HEVC without parameters"))?;
                hevc::decode(configuration, data, filled(self.tile.0) * filled(self.tile.1))
            }
            Codec::Av1 => av1::decode(data, filled(self.tile.0) * filled(self.tile.1)),
        }
    }
}

/// Rows and columns of a grid; its size is that of the item.
fn grid(content: &[u8]) -> Result<[u32; 2], Error> {
    match content {
        [0, _, rows, columns, ..] => Ok([u32::from(*rows) + 1, u32::from(*columns) + 1]),
        _ => Err(Error::corrupt("a grid")),
    }
}
