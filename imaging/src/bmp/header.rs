//! The headers of a BMP file.

use crate::Error;
use crate::bytes::Reader;
use crate::colour::ColourSpace;

/// The headers' fields. Those of later versions are zero in earlier ones.
pub(super) struct BmpHeader<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) is_top_down: bool,
    /// Bits of a pixel.
    pub(super) bits: u16,
    pub(super) packing: PixelPacking,
    /// Red, green and blue of each colour.
    palette: Vec<[u8; 3]>,
    pub(super) colours: ColourSpace,
    /// The bytes of the pixels, and whatever follows.
    pub(super) data: &'a [u8],
}

/// The way in which pixels are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PixelPacking {
    None,
    /// Runs of pixels, each of so many bytes.
    Runs(usize),
    /// The bits of a pixel that are red, green, blue and alpha.
    Masks([u32; 4]),
}

/// Bytes of the first header.
const FILE_HEADER: usize = 14;

/// Bytes of the second header of OS/2's first version and Windows' second, whose fields have 16
/// bits.
const SHORT_HEADER: u32 = 12;

/// Sizes of the second header that tell its version.
const WINDOWS: [u32; 6] = [SHORT_HEADER, 40, 52, 56, 108, 124];

/// Sizes of OS/2's second version, which may end after any of its fields; what is left out is zero.
const OS2: [u32; 8] = [16, 24, 42, 44, 46, 48, 60, 64];

// Offsets of fields in the second header, counted from the field of its own size.
const HEIGHT: usize = 8;
/// The number of planes in the low half, the bits of a pixel in the high one.
const PLANES_AND_BITS: usize = 12;
const COMPRESSION: usize = 16;
const COLOURS_USED: usize = 32;
const MASKS: [usize; 4] = [40, 44, 48, 52];
const COLOUR_SPACE: usize = 56;
const PROFILE_OFFSET: usize = 112;
const PROFILE_LENGTH: usize = 116;

/// Returns true if a file that begins with "BM" is one of these.
///
/// # Errors
/// [`Error::Truncated`] where the file ends before it can be told.
pub(crate) fn is_bmp(bytes: &[u8]) -> Result<bool, Error> {
    let mut reader = Reader::new(bytes);
    reader.take(FILE_HEADER)?;
    let version = reader.u32_le()?;
    Ok(WINDOWS.contains(&version) || OS2.contains(&version))
}

/// Returns width and height in pixels.
pub(crate) fn size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    let mut reader = Reader::new(bytes);
    reader.take(FILE_HEADER)?;
    if reader.u32_le()? == SHORT_HEADER {
        let width = reader.u16_le()?;
        let height = reader.u16_le()?;
        return Ok((width.into(), height.into()));
    }
    let signed_width = reader.i32_le()?;
    let signed_height = reader.i32_le()?;
    let width = u32::try_from(signed_width).map_err(|_| Error::corrupt("a negative width"))?;
    // A negative height says that the first row is the top one.
    Ok((width, signed_height.unsigned_abs()))
}

/// The second header.
#[derive(Clone, Copy)]
struct InfoHeader<'a> {
    /// Its own size in bytes, which tells the version.
    version: u32,
    /// The bytes after the field of its size.
    fields: &'a [u8],
}

impl InfoHeader<'_> {
    fn is_short(self) -> bool {
        self.version == SHORT_HEADER
    }

    /// Returns the number at this offset; zero where the version does not have it.
    fn number(self, at: usize) -> u32 {
        match self.fields.get(at - 4..).and_then(<[u8]>::first_chunk) {
            Some(bytes) => u32::from_le_bytes(*bytes),
            None => 0,
        }
    }

    /// Returns the bits of a pixel.
    fn bits(self) -> u16 {
        let at = if self.is_short() { HEIGHT } else { PLANES_AND_BITS };
        u16::try_from(self.number(at) >> 16).unwrap_or(0)
    }

    fn compression(self) -> u32 {
        if self.is_short() { 0 } else { self.number(COMPRESSION) }
    }

    fn is_top_down(self) -> bool {
        !self.is_short() && self.number(HEIGHT).cast_signed() < 0
    }

    /// Returns the number of colours in the palette.
    fn palette_length(self) -> usize {
        let bits = self.bits();
        if bits > 8 {
            return 0;
        }
        let possible = 1_usize << bits;
        let used = usize::try_from(self.number(COLOURS_USED)).unwrap_or(usize::MAX);
        if self.is_short() || used == 0 { possible } else { possible.min(used) }
    }
}

impl<'a> BmpHeader<'a> {
    /// Reads both headers, the masks and the palette.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let (width, height) = size(bytes)?;
        let mut reader = Reader::new(bytes);
        reader.take(10)?;
        let data_offset = reader.u32_le()? as usize;
        let version = reader.u32_le()?;
        let info = InfoHeader { version, fields: reader.take(version as usize - 4)? };
        let packing = packing(info, &mut reader)?;
        let palette = palette(info, &mut reader)?;
        Ok(Self {
            width,
            height,
            is_top_down: info.is_top_down(),
            bits: info.bits(),
            packing,
            palette,
            colours: colours(info, bytes),
            data: bytes.get(data_offset..).ok_or(Error::Truncated)?,
        })
    }

    /// Returns a colour of the palette; black where it has none.
    pub(super) fn colour(&self, index: u8) -> [u8; 3] {
        self.palette
            .get(usize::from(index))
            .copied()
            .unwrap_or_default()
    }
}

/// Reads the way in which pixels are stored, with the masks that may follow the header.
fn packing(info: InfoHeader<'_>, reader: &mut Reader<'_>) -> Result<PixelPacking, Error> {
    let is_os2 = OS2.contains(&info.version);
    match (info.compression(), info.bits()) {
        (0, 1 | 2 | 4 | 8 | 24) => Ok(PixelPacking::None),
        (0, 16) => Ok(PixelPacking::Masks([0x7C00, 0x03E0, 0x001F, 0])),
        (0, 32) => Ok(PixelPacking::Masks([0xFF_0000, 0xFF00, 0xFF, 0])),
        (1, 8) | (2, 4) => Ok(PixelPacking::Runs(1)),
        (4, 24) if is_os2 => Ok(PixelPacking::Runs(3)),
        (3, 1) if is_os2 => Err(Error::UnsupportedFormat("BMP with a fax's compression")),
        (compression @ (3 | 6), 16 | 32) if info.version == 40 => {
            let red = reader.u32_le()?;
            let green = reader.u32_le()?;
            let blue = reader.u32_le()?;
            let alpha = if compression == 6 { reader.u32_le()? } else { 0 };
            Ok(PixelPacking::Masks([red, green, blue, alpha]))
        }
        (3 | 6, 16 | 32) => Ok(PixelPacking::Masks(MASKS.map(|at| info.number(at)))),
        _ => Err(Error::UnsupportedFormat("BMP with an unknown kind of pixel")),
    }
}

/// Reads red, green and blue of each colour, which are stored the other way round.
fn palette(info: InfoHeader<'_>, reader: &mut Reader<'_>) -> Result<Vec<[u8; 3]>, Error> {
    let entry_size = if info.is_short() { 3 } else { 4 };
    let stored = reader.take(info.palette_length() * entry_size)?;
    let mut palette = Vec::with_capacity(info.palette_length());
    for entry in stored.chunks_exact(entry_size) {
        palette.push([entry[2], entry[1], entry[0]]);
    }
    Ok(palette)
}

/// Returns the colour space, which versions 4 and 5 declare.
fn colours(info: InfoHeader<'_>, bytes: &[u8]) -> ColourSpace {
    if info.version < 108 {
        return ColourSpace::Srgb;
    }
    match &info.number(COLOUR_SPACE).to_be_bytes() {
        b"sRGB" | b"Win " => ColourSpace::Cicp { primaries: 1, transfer: 13 },
        b"MBED" => match embedded_profile(info, bytes) {
            Some(profile) => ColourSpace::Icc(profile.to_vec()),
            None => ColourSpace::Srgb,
        },
        _ => ColourSpace::Srgb,
    }
}

/// Returns the profile, whose offset counts from the second header.
fn embedded_profile<'a>(info: InfoHeader<'_>, bytes: &'a [u8]) -> Option<&'a [u8]> {
    let from = FILE_HEADER.saturating_add(info.number(PROFILE_OFFSET) as usize);
    let to = from.saturating_add(info.number(PROFILE_LENGTH) as usize);
    bytes.get(from..to)
}
