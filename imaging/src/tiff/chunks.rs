//! The sizes and places of strips and tiles.

use super::tags;
use crate::Error;
use crate::exif::tiff::Directory;

/// Pixels that a side of a tile may have, even where the picture is smaller: a tile is filled up
/// to its size.
const MAX_TILE_SIDE: u32 = 65_536;

/// The size of the chunks in pixels, and the tags that have their places.
pub(super) struct ChunkGrid {
    pub(super) width: u32,
    pub(super) height: u32,
    offsets: u16,
    lengths: u16,
}

/// The place of a chunk in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChunkSpan {
    pub(super) from: usize,
    pub(super) length: usize,
    /// True if it would reach beyond the end of the file, or does not say how far it reaches.
    pub(super) is_open: bool,
}

impl ChunkGrid {
    /// Reads the size of strips or tiles, for a picture of this size.
    ///
    /// # Errors
    /// [`Error::Corrupt`] for a side that is zero or too large.
    pub(super) fn read(main: &Directory<'_>, width: u32, height: u32) -> Result<Self, Error> {
        let grid = match main.number(tags::TILE_WIDTH) {
            Some(tile_width) => Self::of_tiles(main, tile_width),
            None => Self::of_strips(main, width, height),
        };
        let has_pixels = grid.width > 0 && grid.height > 0;
        let is_sane =
            grid.width <= width.max(MAX_TILE_SIDE) && grid.height <= height.max(MAX_TILE_SIDE);
        if !has_pixels || !is_sane {
            return Err(Error::corrupt("the size of a tile"));
        }
        Ok(grid)
    }

    fn of_tiles(main: &Directory<'_>, width: u32) -> Self {
        let height = main.number(tags::TILE_HEIGHT).unwrap_or(0);
        // Some programs list their tiles as if they were strips.
        if main.number(tags::TILE_OFFSETS).is_none() {
            let (offsets, lengths) = (tags::STRIP_OFFSETS, tags::STRIP_LENGTHS);
            return Self { width, height, offsets, lengths };
        }
        Self { width, height, offsets: tags::TILE_OFFSETS, lengths: tags::TILE_LENGTHS }
    }

    fn of_strips(main: &Directory<'_>, width: u32, height: u32) -> Self {
        let rows = main.number(tags::ROWS_PER_STRIP).unwrap_or(height);
        Self {
            width,
            height: rows.min(height),
            offsets: tags::STRIP_OFFSETS,
            lengths: tags::STRIP_LENGTHS,
        }
    }

    /// Returns the grid of JPEG in its old form: the whole picture is one chunk.
    ///
    /// # Errors
    /// As [`ChunkGrid::read`], of the strips or tiles that the directory tells of all the same.
    pub(super) fn one(main: &Directory<'_>, width: u32, height: u32) -> Result<Self, Error> {
        Self::read(main, width, height)?;
        Ok(Self { width, height, offsets: tags::OLD_JPEG, lengths: tags::OLD_JPEG_LENGTH })
    }
}

/// Returns the places of so many chunks in a file of so many bytes.
///
/// A chunk is as long as the file lets it be: there are programs that write too large a length, or
/// none. It then ends where the next one begins.
///
/// # Errors
/// [`Error::Truncated`] for fewer places than chunks: values that do not fit in the directory may
/// stand after it.
pub(super) fn spans(
    main: &Directory<'_>,
    grid: &ChunkGrid,
    count: usize,
    file: usize,
) -> Result<Vec<ChunkSpan>, Error> {
    let mut offsets = Vec::new();
    for offset in main.numbers(grid.offsets).take(count) {
        offsets.push(offset as usize);
    }
    if offsets.len() < count {
        return Err(Error::Truncated);
    }
    let mut starts = offsets.clone();
    starts.sort_unstable();
    let mut lengths = main.numbers(grid.lengths);
    let mut spans = Vec::with_capacity(count);
    for from in offsets {
        let length = lengths.next().unwrap_or(0) as usize;
        if length > 0 && length <= file.saturating_sub(from) {
            spans.push(ChunkSpan { from, length, is_open: false });
            continue;
        }
        let following = starts.partition_point(|start| *start <= from);
        let end = starts.get(following).copied().unwrap_or(file).min(file);
        spans.push(ChunkSpan { from, length: end.saturating_sub(from), is_open: true });
    }
    Ok(spans)
}
