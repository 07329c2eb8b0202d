//! The first directory of a TIFF file: the kind of its picture, and the place of its pixels.

use super::chunks::{ChunkGrid, ChunkSpan};
use super::compression::{Compression, Predictor};
use super::kind::{AlphaKind, PixelKind};
use super::sample_format::SampleFormat;
use super::{chunks, tags};
use crate::Error;
use crate::colour::ColourSpace;
use crate::exif::tiff::{Directory, Tiff};
use crate::pixels::PixelLayout;

/// Samples of a pixel at most.
const MAX_SAMPLES: u32 = 8;

/// A picture in strips or tiles, both of which are called chunks; strips are tiles as wide as the
/// picture.
pub(super) struct TiffImage<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) kind: PixelKind,
    pub(super) alpha: Option<AlphaKind>,
    pub(super) compression: Compression,
    /// True if the lowest bit of a byte comes first.
    pub(super) is_reversed: bool,
    pub(super) predictor: Predictor,
    /// True if each sample has chunks of its own.
    pub(super) is_planar: bool,
    pub(super) chunk_width: u32,
    pub(super) chunk_height: u32,
    pub(super) colours: ColourSpace,
    pub(super) format: SampleFormat,
    samples: usize,
    /// The place of each chunk in the file.
    spans: Vec<ChunkSpan>,
    pub(super) jpeg_tables: Option<&'a [u8]>,
    pub(super) is_rgb_jpeg: bool,
}

/// A strip or a tile.
pub(super) struct Chunk<'a> {
    /// Pixels from the left of the picture.
    pub(super) x: u32,
    /// Pixels from the top of the picture.
    pub(super) y: u32,
    /// The number of the sample that it holds, where each has chunks of its own.
    pub(super) plane: usize,
    pub(super) data: &'a [u8],
    /// True if what is missing may have been cut off with the file.
    pub(super) is_open: bool,
}

/// Returns the first directory, which must be whole.
///
/// # Errors
/// [`Error::Truncated`]: most programs write it last, so that it is the first to be missing.
pub(super) fn first_directory(bytes: &[u8]) -> Result<Directory<'_>, Error> {
    let tiff = Tiff::new(bytes).ok_or(Error::Truncated)?;
    let first = tiff.first();
    if first.is_whole() { Ok(first) } else { Err(Error::Truncated) }
}

/// Returns width and height in pixels.
pub(super) fn size(main: &Directory<'_>) -> Result<(u32, u32), Error> {
    match (main.number(tags::WIDTH), main.number(tags::HEIGHT)) {
        (Some(width), Some(height)) => Ok((width, height)),
        _ => Err(Error::corrupt("a picture without a size")),
    }
}

impl<'a> TiffImage<'a> {
    /// Reads the directory; the size was checked against the limits before.
    pub(super) fn read(tiff: Tiff<'a>, main: &Directory<'a>, bytes: &[u8]) -> Result<Self, Error> {
        let (width, height) = size(main)?;
        let number = |tag: u16, default: u32| main.number(tag).unwrap_or(default);
        let compression = Compression::read(main)?;
        let is_jpeg = matches!(compression, Compression::Jpeg | Compression::OldJpeg);
        let format = SampleFormat::read(main, tiff.is_little_endian())?;
        let samples = number(tags::SAMPLES, 1);
        if samples > MAX_SAMPLES || (is_jpeg && (format.bits != 8 || samples > 4)) {
            return Err(Error::UnsupportedFormat("TIFF with this many samples a pixel"));
        }
        let kind = PixelKind::read(main, format.bits, samples, is_jpeg)?;
        let alpha = if is_jpeg { None } else { kind.alpha(main, samples) };
        let photometric = number(tags::PHOTOMETRIC, 1);
        let is_planar = number(tags::PLANAR, 1) == 2 && samples > 1;
        if is_planar && (compression == Compression::OldJpeg || photometric == 6) {
            return Err(Error::UnsupportedFormat("TIFF with JPEG in planes"));
        }
        let grid = match compression {
            Compression::OldJpeg => ChunkGrid::one(main, width, height)?,
            _ => ChunkGrid::read(main, width, height)?,
        };
        let mut image = Self {
            width,
            height,
            kind,
            alpha,
            compression,
            is_reversed: number(tags::FILL_ORDER, 1) == 2 && !is_jpeg,
            predictor: if is_jpeg { Predictor::None } else { Predictor::read(main, format)? },
            is_planar,
            chunk_width: grid.width,
            chunk_height: grid.height,
            colours: colours(main),
            format,
            samples: samples as usize,
            spans: Vec::new(),
            jpeg_tables: main.opaque(tags::JPEG_TABLES),
            is_rgb_jpeg: is_jpeg && photometric == 2,
        };
        image.spans = chunks::spans(main, &grid, image.chunks(), bytes.len())?;
        Ok(image)
    }

    pub(super) fn layout(&self) -> PixelLayout {
        self.kind.layout(self.alpha.is_some())
    }

    fn chunks_across(&self) -> usize {
        self.width.div_ceil(self.chunk_width) as usize
    }

    fn chunks_of_a_plane(&self) -> usize {
        self.chunks_across() * self.height.div_ceil(self.chunk_height) as usize
    }

    /// Returns the number of chunks that hold something that is shown.
    pub(super) fn chunks(&self) -> usize {
        if !self.is_planar {
            return self.chunks_of_a_plane();
        }
        let planes = self.kind.colours() + usize::from(self.alpha.is_some());
        self.chunks_of_a_plane() * planes
    }

    /// Returns a chunk.
    ///
    /// # Errors
    /// [`Error::Truncated`] where it is not all in the file.
    pub(super) fn chunk<'b>(&self, index: usize, bytes: &'b [u8]) -> Result<Chunk<'b>, Error> {
        let span = self.spans[index];
        let end = span.from.saturating_add(span.length);
        let data = bytes.get(span.from..end).ok_or(Error::Truncated)?;
        let in_plane = index % self.chunks_of_a_plane();
        Ok(Chunk {
            x: offset_of(in_plane % self.chunks_across(), self.chunk_width),
            y: offset_of(in_plane / self.chunks_across(), self.chunk_height),
            plane: index / self.chunks_of_a_plane(),
            data,
            is_open: span.is_open,
        })
    }

    /// Returns the lengths of all chunks in bytes.
    pub(super) fn chunk_lengths(&self) -> impl Iterator<Item = u64> {
        self.spans.iter().map(|span| span.length as u64)
    }

    /// Returns the number of samples of a pixel that stand beside each other.
    pub(super) fn stored_samples(&self) -> usize {
        if self.is_planar { 1 } else { self.samples }
    }

    /// Returns the bytes of a row of a chunk.
    pub(super) fn row_bytes(&self) -> usize {
        let samples = self.chunk_width as usize * self.stored_samples();
        (samples * self.format.bits as usize).div_ceil(8)
    }
}

/// Returns the offset in pixels of a chunk of this size. It fits: there are no more chunks than
/// pixels.
fn offset_of(number: usize, size: u32) -> u32 {
    u32::try_from(number)
        .unwrap_or(u32::MAX)
        .saturating_mul(size)
}

fn colours(main: &Directory<'_>) -> ColourSpace {
    match main.opaque(tags::ICC_PROFILE) {
        Some(profile) => ColourSpace::Icc(profile.to_vec()),
        None => ColourSpace::Srgb,
    }
}
