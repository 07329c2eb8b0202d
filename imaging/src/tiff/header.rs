//! The first directory of a TIFF file: what its picture is, and where.

use crate::Error;
use crate::colour::ColourSpace;
use crate::exif::tiff::{Directory, Tiff};

const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const BITS: u16 = 258;
const COMPRESSION: u16 = 259;
const PHOTOMETRIC: u16 = 262;
const FILL_ORDER: u16 = 266;
const STRIP_OFFSETS: u16 = 273;
const SAMPLES: u16 = 277;
const ROWS_PER_STRIP: u16 = 278;
const STRIP_LENGTHS: u16 = 279;
const PLANAR: u16 = 284;
const PREDICTOR: u16 = 317;
const COLOUR_MAP: u16 = 320;
const TILE_WIDTH: u16 = 322;
const TILE_HEIGHT: u16 = 323;
const TILE_OFFSETS: u16 = 324;
const TILE_LENGTHS: u16 = 325;
const EXTRA_SAMPLES: u16 = 338;
const SAMPLE_FORMAT: u16 = 339;
const JPEG_TABLES: u16 = 347;
const ICC_PROFILE: u16 = 34675;

/// What a pixel is.
pub(super) enum Kind {
    Grey { is_inverted: bool },
    Rgb,
    Palette(Vec<[u8; 3]>),
    Cmyk,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Lzw,
    Deflate,
    PackBits,
    Jpeg,
}

/// A picture in strips or tiles; strips are tiles as wide as the picture.
#[expect(clippy::struct_excessive_bools, reason = "as the file has them, each for itself")]
pub(super) struct Image<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) kind: Kind,
    pub(super) has_alpha: bool,
    pub(super) is_premultiplied: bool,
    pub(super) compression: Compression,
    pub(super) has_predictor: bool,
    pub(super) is_planar: bool,
    pub(super) chunk_width: u32,
    pub(super) chunk_height: u32,
    pub(super) colours: ColourSpace,
    pub(super) bits: u32,
    samples: usize,
    pub(super) is_little_endian: bool,
    offsets: Vec<u32>,
    lengths: Vec<u32>,
    pub(super) jpeg_tables: Option<&'a [u8]>,
    pub(super) is_rgb_jpeg: bool,
}

/// A strip or a tile.
pub(super) struct Chunk<'a> {
    pub(super) x: u32,
    pub(super) y: u32,
    /// Which sample it holds, where each has chunks of its own.
    pub(super) plane: usize,
    pub(super) data: &'a [u8],
}

/// The first directory, whole.
pub(super) fn first(bytes: &[u8]) -> Result<Directory<'_>, Error> {
    let tiff = Tiff::new(bytes).ok_or(Error::Truncated)?;
    // Most programs write it last, so that it is the first to be missing.
    Some(tiff.first()).filter(Directory::is_whole).ok_or(Error::Truncated)
}

pub(super) fn size(main: &Directory<'_>) -> Result<(u32, u32), Error> {
    main.number(WIDTH).zip(main.number(HEIGHT)).ok_or_else(|| Error::corrupt("a picture without a size"))
}

impl<'a> Image<'a> {
    /// Reads what is needed; the size was held against the limits before.
    pub(super) fn read(tiff: Tiff<'a>, main: &Directory<'a>) -> Result<Self, Error> {
        let (width, height) = size(main)?;
        let number = |tag, default| main.number(tag).unwrap_or(default);
        let compression = compression(number(COMPRESSION, 1))?;
        let is_jpeg = compression == Compression::Jpeg;
        let (bits, samples) = (bits(main)?, number(SAMPLES, 1));
        if samples > 8 || (is_jpeg && (bits != 8 || samples > 4)) {
            return Err(Error::UnsupportedFormat("TIFF with this many samples a pixel"));
        }
        let kind = kind(main, bits, samples, is_jpeg)?;
        let alpha = alpha(main, &kind, samples).filter(|_| !is_jpeg);
        let is_planar = number(PLANAR, 1) == 2 && samples > 1;
        if is_planar && is_jpeg {
            return Err(Error::UnsupportedFormat("TIFF with JPEG in planes"));
        }
        let (chunk_width, chunk_height, [offsets, lengths]) = chunk_size(main, width, height)?;
        let image = Self {
            width,
            height,
            kind,
            has_alpha: alpha.is_some(),
            is_premultiplied: alpha == Some(Alpha::Multiplied),
            compression,
            has_predictor: has_predictor(main, bits)? && !is_jpeg,
            is_planar,
            chunk_width,
            chunk_height,
            colours: main.opaque(ICC_PROFILE).map_or(ColourSpace::Srgb, |icc| ColourSpace::Icc(icc.to_vec())),
            bits,
            samples: samples as usize,
            is_little_endian: tiff.is_little_endian(),
            offsets: main.numbers(offsets).collect(),
            lengths: main.numbers(lengths).collect(),
            jpeg_tables: main.opaque(JPEG_TABLES),
            is_rgb_jpeg: is_jpeg && number(PHOTOMETRIC, 1) == 2,
        };
        // Values that do not fit in the directory may stand after it.
        let has_all = image.offsets.len() >= image.chunks() && image.lengths.len() >= image.chunks();
        has_all.then_some(image).ok_or(Error::Truncated)
    }

    fn chunks_across(&self) -> usize {
        self.width.div_ceil(self.chunk_width) as usize
    }

    fn chunks_of_a_plane(&self) -> usize {
        self.chunks_across() * self.height.div_ceil(self.chunk_height) as usize
    }

    /// How many there are that hold something that is shown.
    pub(super) fn chunks(&self) -> usize {
        let planes = match (&self.kind, self.has_alpha) {
            _ if !self.is_planar => 1,
            (Kind::Grey { .. }, false) => 1,
            (Kind::Grey { .. }, true) => 2,
            (Kind::Rgb, true) | (Kind::Cmyk, _) => 4,
            (Kind::Rgb | Kind::Palette(_), _) => 3,
        };
        self.chunks_of_a_plane() * planes
    }

    pub(super) fn chunk<'b>(&self, index: usize, bytes: &'b [u8]) -> Result<Chunk<'b>, Error> {
        let (from, length) = (self.offsets[index] as usize, self.lengths[index] as usize);
        let data = bytes.get(from..from.saturating_add(length)).ok_or(Error::Truncated)?;
        let in_plane = index % self.chunks_of_a_plane();
        // Both fit: there are no more chunks than pixels.
        let at = |number: usize, size: u32| u32::try_from(number).unwrap_or(u32::MAX).saturating_mul(size);
        Ok(Chunk {
            x: at(in_plane % self.chunks_across(), self.chunk_width),
            y: at(in_plane / self.chunks_across(), self.chunk_height),
            plane: index / self.chunks_of_a_plane(),
            data,
        })
    }

    /// The lengths of those chunks.
    pub(super) fn chunk_lengths(&self) -> impl Iterator<Item = u64> {
        self.lengths.iter().take(self.chunks()).map(|length| u64::from(*length))
    }

    /// Samples of a pixel that stand beside each other.
    pub(super) fn stored_samples(&self) -> usize {
        if self.is_planar { 1 } else { self.samples }
    }

    /// Bytes of a row of a chunk.
    pub(super) fn row_bytes(&self) -> usize {
        (self.chunk_width as usize * self.stored_samples() * self.bits as usize).div_ceil(8)
    }
}

fn kind(main: &Directory<'_>, bits: u32, samples: u32, is_jpeg: bool) -> Result<Kind, Error> {
    match (main.number(PHOTOMETRIC).unwrap_or(1), samples) {
        (code @ (0 | 1), 1..) => Ok(Kind::Grey { is_inverted: code == 0 }),
        (2, 3..) => Ok(Kind::Rgb),
        (6, 3) if is_jpeg => Ok(Kind::Rgb), // the JPEG decoder converts it
        (3, 1) if bits <= 8 => Ok(Kind::Palette(palette(main, bits)?)),
        (5, 4..) => Ok(Kind::Cmyk),
        _ => Err(Error::UnsupportedFormat("TIFF with this kind of colours")),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alpha {
    /// Colours are stored multiplied by it.
    Multiplied,
    Separate,
}

/// What the first sample after the colours is, if it is alpha.
fn alpha(main: &Directory<'_>, kind: &Kind, samples: u32) -> Option<Alpha> {
    let colours = match kind {
        Kind::Grey { .. } => 1,
        Kind::Rgb => 3,
        Kind::Palette(_) | Kind::Cmyk => return None,
    };
    match main.number(EXTRA_SAMPLES).filter(|_| samples > colours)? {
        1 => Some(Alpha::Multiplied),
        2 => Some(Alpha::Separate),
        _ => None,
    }
}

/// Whether samples are stored as differences.
fn has_predictor(main: &Directory<'_>, bits: u32) -> Result<bool, Error> {
    match main.number(PREDICTOR).unwrap_or(1) {
        1 => Ok(false),
        2 if bits >= 8 => Ok(true),
        _ => Err(Error::UnsupportedFormat("TIFF with this predictor")),
    }
}

/// Width and height of strips or tiles, and the tags of their offsets and lengths.
fn chunk_size(main: &Directory<'_>, width: u32, height: u32) -> Result<(u32, u32, [u16; 2]), Error> {
    let rows = main.number(ROWS_PER_STRIP).unwrap_or(height).min(height);
    let (across, down, tags) = match main.number(TILE_WIDTH) {
        Some(tile) => (tile, main.number(TILE_HEIGHT).unwrap_or(0), [TILE_OFFSETS, TILE_LENGTHS]),
        None => (width, rows, [STRIP_OFFSETS, STRIP_LENGTHS]),
    };
    // A tile is filled up to its size, even where the picture is smaller.
    let is_sane = across > 0 && down > 0 && across <= width.max(65_536) && down <= height.max(65_536);
    is_sane.then_some((across, down, tags)).ok_or_else(|| Error::corrupt("the size of a tile"))
}

fn compression(code: u32) -> Result<Compression, Error> {
    match code {
        1 => Ok(Compression::None),
        5 => Ok(Compression::Lzw),
        7 => Ok(Compression::Jpeg),
        8 | 32946 => Ok(Compression::Deflate),
        32773 => Ok(Compression::PackBits),
        2..=4 => Err(Error::UnsupportedFormat("TIFF with a fax's compression")),
        6 => Err(Error::UnsupportedFormat("TIFF with JPEG in its old form")),
        _ => Err(Error::UnsupportedFormat("TIFF with this compression")),
    }
}

/// Bits a sample, of all samples the same.
fn bits(main: &Directory<'_>) -> Result<u32, Error> {
    let bits = main.number(BITS).unwrap_or(1);
    let is_even = main.numbers(BITS).all(|other| other == bits);
    let is_whole_number = main.numbers(SAMPLE_FORMAT).all(|format| format == 1);
    if !is_even || !is_whole_number || !matches!(bits, 1 | 2 | 4 | 8 | 16) {
        return Err(Error::UnsupportedFormat("TIFF with other samples than 1 to 16 bits"));
    }
    if main.number(FILL_ORDER).unwrap_or(1) != 1 {
        return Err(Error::UnsupportedFormat("TIFF with bits in reverse"));
    }
    Ok(bits)
}

/// Red, green and blue of each colour; all reds are stored first.
fn palette(main: &Directory<'_>, bits: u32) -> Result<Vec<[u8; 3]>, Error> {
    let count = 1_usize << bits;
    let levels: Vec<u32> = main.numbers(COLOUR_MAP).collect();
    // Some programs wrote 8 bits where 16 are asked for.
    let is_short = levels.iter().all(|level| *level < 256);
    let level = |at: usize| {
        let value = u16::try_from(*levels.get(at)?).ok()?;
        Some(if is_short { value.to_le_bytes()[0] } else { crate::pixels::to_8_bits(value) })
    };
    let colour = |at: usize| Some([level(at)?, level(count + at)?, level(2 * count + at)?]);
    (0..count).map(colour).collect::<Option<_>>().ok_or_else(|| Error::corrupt("too few colours in the palette"))
}
