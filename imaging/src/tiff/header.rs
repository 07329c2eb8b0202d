//! The first directory of a TIFF file: what its picture is, and where.

use super::fax::Coding;
use super::kind::{self, Alpha, Kind};
use super::samples::{Format, Number};
use crate::Error;
use crate::colour::ColourSpace;
use crate::exif::tiff::{Directory, Tiff};
use crate::pixels::Layout;

const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
pub(super) const BITS: u16 = 258;
const COMPRESSION: u16 = 259;
pub(super) const PHOTOMETRIC: u16 = 262;
const FILL_ORDER: u16 = 266;
const STRIP_OFFSETS: u16 = 273;
const SAMPLES: u16 = 277;
const ROWS_PER_STRIP: u16 = 278;
const STRIP_LENGTHS: u16 = 279;
const PLANAR: u16 = 284;
const FAX_OPTIONS: u16 = 292;
const PREDICTOR: u16 = 317;
const TILE_WIDTH: u16 = 322;
const TILE_HEIGHT: u16 = 323;
const TILE_OFFSETS: u16 = 324;
const TILE_LENGTHS: u16 = 325;
pub(super) const EXTRA_SAMPLES: u16 = 338;
const SAMPLE_FORMAT: u16 = 339;
const JPEG_TABLES: u16 = 347;
const OLD_JPEG: u16 = 513;
const OLD_JPEG_LENGTH: u16 = 514;
const ICC_PROFILE: u16 = 34675;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Lzw,
    Deflate,
    PackBits,
    Fax(Coding),
    Jpeg,
    /// JPEG in its old form: the whole picture is one file.
    OldJpeg,
}

/// The way in which samples are stored as differences to the ones before them, if they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Predictor {
    None,
    Differences,
    FloatDifferences,
}

/// A picture in strips or tiles; strips are tiles as wide as the picture.
pub(super) struct Image<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) kind: Kind,
    pub(super) alpha: Option<Alpha>,
    pub(super) compression: Compression,
    /// True if the lowest bit of a byte comes first.
    pub(super) is_reversed: bool,
    pub(super) predictor: Predictor,
    pub(super) is_planar: bool,
    pub(super) chunk_width: u32,
    pub(super) chunk_height: u32,
    pub(super) colours: ColourSpace,
    pub(super) format: Format,
    samples: usize,
    /// The place of each strip or tile in the file.
    places: Vec<Place>,
    pub(super) jpeg_tables: Option<&'a [u8]>,
    pub(super) is_rgb_jpeg: bool,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    from: usize,
    length: usize,
    /// True if it would reach beyond the end of the file, or does not say how far it reaches.
    is_open: bool,
}

/// A strip or a tile.
pub(super) struct Chunk<'a> {
    pub(super) x: u32,
    pub(super) y: u32,
    /// Which sample it holds, where each has chunks of its own.
    pub(super) plane: usize,
    pub(super) data: &'a [u8],
    /// True if what is missing may have been cut off with the file.
    pub(super) is_open: bool,
}

/// The first directory, whole.
pub(super) fn first(bytes: &[u8]) -> Result<Directory<'_>, Error> {
    let tiff = Tiff::new(bytes).ok_or(Error::Truncated)?;
    // Most programs write it last, so that it is the first to be missing.
    Some(tiff.first())
        .filter(Directory::is_whole)
        .ok_or(Error::Truncated)
}

pub(super) fn size(main: &Directory<'_>) -> Result<(u32, u32), Error> {
    main.number(WIDTH)
        .zip(main.number(HEIGHT))
        .ok_or_else(|| Error::corrupt("a picture without a size"))
}

impl<'a> Image<'a> {
    /// Reads what is needed; the size was held against the limits before.
    pub(super) fn read(tiff: Tiff<'a>, main: &Directory<'a>, bytes: &[u8]) -> Result<Self, Error> {
        let (width, height) = size(main)?;
        let number = |tag, default| main.number(tag).unwrap_or(default);
        let compression = compression(main)?;
        let is_jpeg = matches!(compression, Compression::Jpeg | Compression::OldJpeg);
        let (format, samples) = (format(main, tiff.is_little_endian())?, number(SAMPLES, 1));
        if samples > 8 || (is_jpeg && (format.bits != 8 || samples > 4)) {
            return Err(Error::UnsupportedFormat("TIFF with this many samples a pixel"));
        }
        let kind = Kind::read(main, format.bits, samples, is_jpeg)?;
        let alpha = kind.alpha(main, samples).filter(|_| !is_jpeg);
        let is_planar = number(PLANAR, 1) == 2 && samples > 1;
        if is_planar && (compression == Compression::OldJpeg || number(PHOTOMETRIC, 1) == 6) {
            return Err(Error::UnsupportedFormat("TIFF with JPEG in planes"));
        }
        let (chunk_width, chunk_height, tags) = chunk_size(main, width, height)?;
        let mut image = Self {
            width,
            height,
            kind,
            alpha,
            compression,
            is_reversed: number(FILL_ORDER, 1) == 2 && !is_jpeg,
            predictor: if is_jpeg { Predictor::None } else { predictor(main, format)? },
            is_planar,
            chunk_width,
            chunk_height,
            colours: main
                .opaque(ICC_PROFILE)
                .map_or(ColourSpace::Srgb, |icc| ColourSpace::Icc(icc.to_vec())),
            format,
            samples: samples as usize,
            places: Vec::new(),
            jpeg_tables: main.opaque(JPEG_TABLES),
            is_rgb_jpeg: is_jpeg && number(PHOTOMETRIC, 1) == 2,
        };
        if compression == Compression::OldJpeg {
            (image.chunk_width, image.chunk_height) = (width, height);
        }
        let tags =
            if compression == Compression::OldJpeg { [OLD_JPEG, OLD_JPEG_LENGTH] } else { tags };
        image.places = places(main, tags, image.chunks(), bytes.len())?;
        Ok(image)
    }

    pub(super) fn layout(&self) -> Layout {
        self.kind.layout(self.alpha.is_some())
    }

    fn chunks_across(&self) -> usize {
        self.width.div_ceil(self.chunk_width) as usize
    }

    fn chunks_of_a_plane(&self) -> usize {
        self.chunks_across() * self.height.div_ceil(self.chunk_height) as usize
    }

    /// How many there are that hold something that is shown.
    pub(super) fn chunks(&self) -> usize {
        let planes = if self.is_planar {
            self.kind.colours() + usize::from(self.alpha.is_some())
        } else {
            1
        };
        self.chunks_of_a_plane() * planes
    }

    pub(super) fn chunk<'b>(&self, index: usize, bytes: &'b [u8]) -> Result<Chunk<'b>, Error> {
        let Place { from, length, is_open } = self.places[index];
        let data = bytes
            .get(from..from.saturating_add(length))
            .ok_or(Error::Truncated)?;
        let in_plane = index % self.chunks_of_a_plane();
        // Both fit: there are no more chunks than pixels.
        let at = |number: usize, size: u32| {
            u32::try_from(number)
                .unwrap_or(u32::MAX)
                .saturating_mul(size)
        };
        Ok(Chunk {
            x: at(in_plane % self.chunks_across(), self.chunk_width),
            y: at(in_plane / self.chunks_across(), self.chunk_height),
            plane: index / self.chunks_of_a_plane(),
            data,
            is_open,
        })
    }

    /// The lengths of those chunks.
    pub(super) fn chunk_lengths(&self) -> impl Iterator<Item = u64> {
        self.places.iter().map(|place| place.length as u64)
    }

    /// Samples of a pixel that stand beside each other.
    pub(super) fn stored_samples(&self) -> usize {
        if self.is_planar { 1 } else { self.samples }
    }

    /// Bytes of a row of a chunk.
    pub(super) fn row_bytes(&self) -> usize {
        (self.chunk_width as usize * self.stored_samples() * self.format.bits as usize).div_ceil(8)
    }
}

fn predictor(main: &Directory<'_>, format: Format) -> Result<Predictor, Error> {
    match main.number(PREDICTOR).unwrap_or(1) {
        1 => Ok(Predictor::None),
        2 if format.bits.is_multiple_of(8) => Ok(Predictor::Differences),
        3 if format.number == Number::Float => Ok(Predictor::FloatDifferences),
        _ => Err(Error::UnsupportedFormat("TIFF with this predictor")),
    }
}

/// Returns how samples are stored, all of them the same way.
fn format(main: &Directory<'_>, is_little_endian: bool) -> Result<Format, Error> {
    let code = main.number(SAMPLE_FORMAT).unwrap_or(1);
    let number = match code {
        2 => Number::Signed,
        3 => Number::Float,
        _ => Number::Unsigned, // 4 is of those who do not know
    };
    let format = Format { number, bits: kind::bits(main)?, is_little_endian };
    let is_known = main.numbers(SAMPLE_FORMAT).all(|other| other == code) && matches!(code, 1..=4);
    if is_known && format.is_known() {
        Ok(format)
    } else {
        Err(Error::UnsupportedFormat("TIFF with samples of this kind"))
    }
}

/// Returns where strips or tiles are. One is as long as the file lets it be: there are programs
/// that write too large a length, or none. It then ends where the next one begins.
fn places(
    main: &Directory<'_>,
    tags: [u16; 2],
    count: usize,
    file: usize,
) -> Result<Vec<Place>, Error> {
    let offsets: Vec<usize> = main
        .numbers(tags[0])
        .take(count)
        .map(|offset| offset as usize)
        .collect();
    // Values that do not fit in the directory may stand after it.
    if offsets.len() < count {
        return Err(Error::Truncated);
    }
    let mut starts = offsets.clone();
    starts.sort_unstable();
    let mut lengths = main.numbers(tags[1]);
    let place = |from: usize| {
        let length = lengths.next().map_or(0, |length| length as usize);
        if length > 0 && length <= file.saturating_sub(from) {
            return Place { from, length, is_open: false };
        }
        let next = starts
            .get(starts.partition_point(|start| *start <= from))
            .copied()
            .unwrap_or(file);
        Place { from, length: next.min(file).saturating_sub(from), is_open: true }
    };
    Ok(offsets.into_iter().map(place).collect())
}

/// Width and height of strips or tiles, and the tags of their offsets and lengths.
fn chunk_size(
    main: &Directory<'_>,
    width: u32,
    height: u32,
) -> Result<(u32, u32, [u16; 2]), Error> {
    let rows = main.number(ROWS_PER_STRIP).unwrap_or(height).min(height);
    let (across, down, tags) = match main.number(TILE_WIDTH) {
        Some(tile) => {
            // Some programs list their tiles as if they were strips.
            let has_own = main.number(TILE_OFFSETS).is_some();
            let tags =
                if has_own { [TILE_OFFSETS, TILE_LENGTHS] } else { [STRIP_OFFSETS, STRIP_LENGTHS] };
            (tile, main.number(TILE_HEIGHT).unwrap_or(0), tags)
        }
        None => (width, rows, [STRIP_OFFSETS, STRIP_LENGTHS]),
    };
    // A tile is filled up to its size, even where the picture is smaller.
    let is_sane =
        across > 0 && down > 0 && across <= width.max(65_536) && down <= height.max(65_536);
    is_sane
        .then_some((across, down, tags))
        .ok_or_else(|| Error::corrupt("the size of a tile"))
}

fn compression(main: &Directory<'_>) -> Result<Compression, Error> {
    match main.number(COMPRESSION).unwrap_or(1) {
        1 => Ok(Compression::None),
        2 => Ok(Compression::Fax(Coding::Runs)),
        3 => {
            let is_two_dimensional = main.number(FAX_OPTIONS).unwrap_or(0) & 1 == 1;
            Ok(Compression::Fax(Coding::Group3 { is_two_dimensional }))
        }
        4 => Ok(Compression::Fax(Coding::Group4)),
        5 => Ok(Compression::Lzw),
        6 if main.number(OLD_JPEG).is_some() => Ok(Compression::OldJpeg),
        6 => Err(Error::UnsupportedFormat("TIFF with JPEG in its old form, in pieces")),
        7 => Ok(Compression::Jpeg),
        8 | 32946 => Ok(Compression::Deflate),
        32773 => Ok(Compression::PackBits),
        _ => Err(Error::UnsupportedFormat("TIFF with this compression")),
    }
}
