//! The picture that says how opaque another one is (ISO/IEC 23008-12, 6.4.1 and 7.5).

use super::items::{Item, Meta};
use super::source::Source;
use crate::Error;
use crate::pixels::{self, Layout, Pixels};
use std::collections::BTreeMap;

const KINDS: [&[u8]; 3] = [
    b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
    b"urn:mpeg:hevc:2015:auxid:1",
    b"urn:mpeg:avc:2015:auxid:1",
];

/// The parts that the alpha of a picture is made of.
pub(super) struct Alpha {
    pub(super) source: Source,
    /// True if the colours are stored multiplied by it.
    pub(super) is_multiplied: bool,
}

impl Alpha {
    /// The alpha of the primary picture, or that of the tiles that it is made of. One of a kind
    /// that is not known is passed over: better a picture without alpha than none.
    pub(super) fn find(meta: &Meta<'_>, colour: &Source) -> Option<Self> {
        let whole = meta
            .referring(meta.primary, *b"auxl")
            .find(|id| meta.items.get(id).is_some_and(is_alpha));
        let source = match whole {
            Some(id) => Source::of(meta, id, Some(colour)).ok()?,
            None => of_tiles(meta, colour)?,
        };
        if source.width == 0 || source.height == 0 {
            return None;
        }
        let tiles = colour.tiles.iter().flatten();
        let is_multiplied = tiles
            .chain([&meta.primary])
            .any(|id| meta.references_of(*id, *b"prem").is_some());
        Some(Self { source, is_multiplied })
    }

    /// Returns whether it has as many pixels as the picture.
    fn is_as_large_as(&self, canvas: &Pixels) -> bool {
        (self.source.width, self.source.height) == (canvas.width, canvas.height)
    }

    /// Bytes that it takes beside the picture, once it is decoded.
    pub(super) fn bytes(&self, width: u32, height: u32) -> u64 {
        if (self.source.width, self.source.height) == (width, height) {
            return 0;
        }
        u64::from(self.source.width) * u64::from(self.source.height)
    }

    /// Draws it on a canvas of RGBA. One of another size is stretched.
    pub(super) fn draw(&self, meta: &Meta<'_>, canvas: &mut Pixels) -> Result<(), Error> {
        // Tiles without alpha are opaque.
        canvas
            .data
            .iter_mut()
            .skip(3)
            .step_by(4)
            .for_each(|alpha| *alpha = u8::MAX);
        if self.is_as_large_as(canvas) {
            self.source
                .each(meta, |planes, place| planes.draw_alpha(canvas, place))?;
        } else {
            let (width, height) = (self.source.width, self.source.height);
            let opaque = vec![u8::MAX; pixels::bytes(width, height, Layout::Grey)];
            let mut alpha = Pixels::new(width, height, Layout::Grey, opaque);
            self.source
                .each(meta, |planes, place| planes.draw_alpha(&mut alpha, place))?;
            stretch(&alpha, canvas);
        }
        if self.is_multiplied {
            canvas.divide_alpha();
        }
        Ok(())
    }
}

fn is_alpha(item: &Item<'_>) -> bool {
    let Some(kind) = item.property(*b"auxC").and_then(|content| content.get(4..)) else {
        return false;
    };
    // Data of a subtype may follow after a zero; some writers leave that out.
    let name = kind.split(|byte| *byte == 0).next().unwrap_or_default();
    KINDS.contains(&name)
}

/// The alphas that the tiles of a grid have, each for itself.
fn of_tiles(meta: &Meta<'_>, colour: &Source) -> Option<Source> {
    let mut alphas = BTreeMap::new();
    for reference in meta
        .references
        .iter()
        .filter(|reference| reference.name == *b"auxl")
    {
        if meta.items.get(&reference.from).is_some_and(is_alpha) {
            alphas.extend(reference.to.iter().map(|tile| (*tile, reference.from)));
        }
    }
    let tiles: Vec<Option<u32>> = colour
        .tiles
        .iter()
        .map(|tile| tile.as_ref().and_then(|id| alphas.get(id)).copied())
        .collect();
    let first = tiles.iter().flatten().next()?;
    colour.with_tiles(meta, *first, tiles).ok()
}

/// Takes for each pixel the nearest sample.
fn stretch(alpha: &Pixels, canvas: &mut Pixels) {
    let (width, height) = (canvas.width as usize, canvas.height as usize);
    let (from_width, from_height) = (alpha.width as usize, alpha.height as usize);
    for (y, row) in canvas.data.chunks_exact_mut(width * 4).enumerate() {
        let from = &alpha.data[y * from_height / height * from_width..][..from_width];
        for (x, pixel) in row.chunks_exact_mut(4).enumerate() {
            pixel[3] = from[x * from_width / width];
        }
    }
}
