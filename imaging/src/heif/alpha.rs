//! The picture that says how opaque another one is (ISO/IEC 23008-12, 6.4.1 and 7.5).

use super::items::HeifItem;
use super::meta::Meta;
use super::source::Source;
use crate::Error;
use crate::pixels::{self, PixelLayout, Pixels};
use std::collections::BTreeMap;

/// The names of auxiliary pictures that are alpha.
const KINDS: [&[u8]; 3] = [
    b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
    b"urn:mpeg:hevc:2015:auxid:1",
    b"urn:mpeg:avc:2015:auxid:1",
];

/// The parts that the alpha of a picture is made of.
pub(super) struct AlphaSource {
    pub(super) source: Source,
    /// True if the colours are stored multiplied by it.
    is_multiplied: bool,
}

impl AlphaSource {
    /// Finds the alpha of the primary picture, or that of the tiles that it is made of. One of a
    /// kind that is not known is passed over: better a picture without alpha than none.
    pub(super) fn find(meta: &Meta<'_>, colour: &Source) -> Option<Self> {
        let mut auxiliaries = meta.referring(meta.primary, *b"auxl");
        let source = match auxiliaries.find(|id| is_alpha(meta, *id)) {
            Some(id) => Source::of(meta, id, Some(colour)).ok()?,
            None => alpha_of_tiles(meta, colour)?,
        };
        if source.width == 0 || source.height == 0 {
            return None;
        }
        let is_multiplied_by = |id: &u32| meta.references_of(*id, *b"prem").is_some();
        let is_multiplied =
            is_multiplied_by(&meta.primary) || colour.tiles.iter().flatten().any(is_multiplied_by);
        Some(Self { source, is_multiplied })
    }

    fn has_size(&self, width: u32, height: u32) -> bool {
        (self.source.width, self.source.height) == (width, height)
    }

    /// Returns the bytes that it takes beside a picture of this size, once it is decoded.
    pub(super) fn bytes(&self, width: u32, height: u32) -> u64 {
        if self.has_size(width, height) {
            return 0;
        }
        u64::from(self.source.width) * u64::from(self.source.height)
    }

    /// Draws it on a canvas of RGBA. One of another size is stretched.
    ///
    /// # Errors
    /// Those of its pictures.
    pub(super) fn draw(&self, meta: &Meta<'_>, canvas: &mut Pixels) -> Result<(), Error> {
        // Tiles without alpha are opaque.
        for pixel in canvas.data.chunks_exact_mut(4) {
            pixel[3] = u8::MAX;
        }
        if self.has_size(canvas.width, canvas.height) {
            self.source
                .each(meta, |planes, origin| planes.draw_alpha(canvas, origin))?;
        } else {
            stretch(&self.decode(meta)?, canvas);
        }
        if self.is_multiplied {
            canvas.divide_alpha();
        }
        Ok(())
    }

    /// Decodes it to a picture of its own size.
    fn decode(&self, meta: &Meta<'_>) -> Result<Pixels, Error> {
        let width = self.source.width;
        let height = self.source.height;
        let opaque = vec![u8::MAX; pixels::bytes(width, height, PixelLayout::Grey)];
        let mut alpha = Pixels::new(width, height, PixelLayout::Grey, opaque);
        self.source
            .each(meta, |planes, origin| planes.draw_alpha(&mut alpha, origin))?;
        Ok(alpha)
    }
}

fn is_alpha(meta: &Meta<'_>, id: u32) -> bool {
    meta.items
        .get(&id)
        .and_then(auxiliary_kind)
        .is_some_and(|kind| KINDS.contains(&kind))
}

/// Returns the name of the kind of an auxiliary picture. Data of a subtype may follow after a zero;
/// some writers leave that out.
fn auxiliary_kind<'a>(item: &HeifItem<'a>) -> Option<&'a [u8]> {
    let named = item.property(*b"auxC")?.get(4..)?;
    named.split(|byte| *byte == 0).next()
}

/// Returns the alphas that the tiles of a grid have, each for itself, as a grid.
fn alpha_of_tiles(meta: &Meta<'_>, colour: &Source) -> Option<Source> {
    let mut alphas = BTreeMap::new();
    for reference in &meta.references {
        if reference.name == *b"auxl" && is_alpha(meta, reference.from) {
            for tile in &reference.to {
                alphas.insert(*tile, reference.from);
            }
        }
    }
    let mut tiles = Vec::with_capacity(colour.tiles.len());
    for tile in &colour.tiles {
        tiles.push(tile.and_then(|id| alphas.get(&id).copied()));
    }
    let first = tiles.iter().flatten().next().copied()?;
    colour.with_tiles(meta, first, tiles).ok()
}

/// Draws alpha of another size, by the nearest sample of each pixel.
fn stretch(alpha: &Pixels, canvas: &mut Pixels) {
    let width = canvas.width as usize;
    let height = canvas.height as usize;
    let alpha_width = alpha.width as usize;
    let alpha_height = alpha.height as usize;
    for (y, row) in canvas.data.chunks_exact_mut(width * 4).enumerate() {
        let start = y * alpha_height / height * alpha_width;
        let from = &alpha.data[start..][..alpha_width];
        for (x, pixel) in row.chunks_exact_mut(4).enumerate() {
            pixel[3] = from[x * alpha_width / width];
        }
    }
}
