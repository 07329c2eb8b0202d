//! BMP: Windows' bitmap from version 2 to version 5, and OS/2's of versions 1 and 2.

use crate::bytes::Reader;
use crate::colour::ColourSpace;
use crate::exif::Exif;
use crate::picture::Picture;
use crate::pixels::{self, Layout, Pixels};
use crate::render::Decoded;
use crate::{Error, Limits};

/// What the headers say. Fields of later versions are zero in earlier ones.
struct Header<'a> {
    width: u32,
    height: u32,
    is_top_down: bool,
    bits: u16,
    packing: Packing,
    palette: Vec<[u8; 3]>,
    colours: ColourSpace,
    data: &'a [u8],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    None,
    /// Runs of pixels, each of so many bytes.
    Runs(usize),
    /// Which bits of a pixel are red, green, blue and alpha.
    Masks([u32; 4]),
}

/// Sizes of the second header that tell its version.
const WINDOWS: [u32; 6] = [12, 40, 52, 56, 108, 124];

/// OS/2's second version may end after any of its fields; what is left out is zero.
const OS2: [u32; 8] = [16, 24, 42, 44, 46, 48, 60, 64];

/// Whether a file that begins with "BM" is one of these.
pub(crate) fn is_bmp(bytes: &[u8]) -> Result<bool, Error> {
    let version = bytes
        .get(14..18)
        .and_then(|version| version.try_into().ok())
        .ok_or(Error::Truncated)?;
    let version = u32::from_le_bytes(version);
    Ok(WINDOWS.contains(&version) || OS2.contains(&version))
}

/// Width and height.
pub(crate) fn size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    let mut reader = Reader::new(bytes);
    reader.take(14)?;
    if reader.u32_le()? == 12 {
        return Ok((reader.u16_le()?.into(), reader.u16_le()?.into()));
    }
    let (width, height) = (reader.i32_le()?, reader.i32_le()?);
    let width = u32::try_from(width).map_err(|_| Error::corrupt("a negative width"))?;
    Ok((width, height.unsigned_abs())) // a negative height says that the first row is the top one
}

/// Decodes any of its kinds of pixels, except whole JPEG and PNG files, which only printers take.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Error> {
    let header = read(bytes)?;
    let Header { width, height, .. } = header;
    let layout = match header.packing {
        Packing::Masks([.., alpha]) if alpha != 0 => Layout::Rgba,
        _ => Layout::Rgb,
    };
    let unpacked = match header.packing {
        Packing::Runs(size) => width as usize * height as usize * size,
        _ => 0,
    };
    limits.check_memory((pixels::bytes(width, height, layout) + unpacked) as u64)?;
    let mut data = vec![0; pixels::bytes(width, height, layout)];
    let row = pixels::bytes(width, 1, layout);
    let runs;
    let (stored, stride) = if let Packing::Runs(size) = header.packing {
        runs = unpack(&header, size)?;
        (&runs[..], width as usize * size)
    } else {
        // Rows are filled up to 32 bits.
        (header.data, (width as usize * usize::from(header.bits)).div_ceil(32) * 4)
    };
    if stored.len() < stride * height as usize {
        return Err(Error::Truncated);
    }
    for (number, to) in data.chunks_exact_mut(row).enumerate() {
        let number = if header.is_top_down { number } else { height as usize - 1 - number };
        header.read_row(&stored[number * stride..(number + 1) * stride], to);
    }
    let mut pixels = Pixels::new(width, height, layout, data);
    // Programs that know no alpha leave it zero. Nobody keeps a picture of nothing.
    if layout == Layout::Rgba
        && pixels
            .data
            .iter()
            .skip(3)
            .step_by(4)
            .all(|alpha| *alpha == 0)
    {
        pixels = pixels.without_alpha();
    }
    Ok(Decoded {
        picture: Picture::Interleaved(pixels),
        colours: header.colours,
        exif: Exif::default(),
        frames: 1,
    })
}

fn read(bytes: &[u8]) -> Result<Header<'_>, Error> {
    let (width, height) = size(bytes)?;
    let mut reader = Reader::new(bytes);
    reader.take(10)?;
    let start = reader.u32_le()? as usize;
    let version = reader.u32_le()?;
    let header = Reader::new(reader.rest()).take(version as usize - 4)?;
    let number = |at: usize| {
        let field = header
            .get(at - 4..at)
            .and_then(|field| field.try_into().ok());
        field.map_or(0, u32::from_le_bytes)
    };
    // Offsets count from the field of the header's own size. The bits stand behind the planes.
    let (bits, code) =
        if version == 12 { (number(8) >> 16, 0) } else { (number(12) >> 16, number(16)) };
    let bits = u16::try_from(bits).unwrap_or(0);
    let is_top_down = version != 12 && number(8).cast_signed() < 0;
    reader.take(version as usize - 4)?;
    let packing = packing(code, bits, version, number, &mut reader)?;
    let colours = colours(bytes, version, number);

    let count = if bits > 8 { 0 } else { 1_usize << bits };
    let named = usize::try_from(number(32)).unwrap_or(usize::MAX);
    let count = if version == 12 || named == 0 { count } else { count.min(named) };
    let size = if version == 12 { 3 } else { 4 };
    let palette = reader
        .take(count * size)?
        .chunks_exact(size)
        .map(|c| [c[2], c[1], c[0]])
        .collect();
    let data = bytes.get(start..).ok_or(Error::Truncated)?;
    Ok(Header { width, height, is_top_down, bits, packing, palette, colours, data })
}

fn packing(
    code: u32,
    bits: u16,
    version: u32,
    number: impl Fn(usize) -> u32,
    reader: &mut Reader<'_>,
) -> Result<Packing, Error> {
    match (code, bits) {
        (0, 1 | 2 | 4 | 8 | 24) => Ok(Packing::None),
        (0, 16) => Ok(Packing::Masks([0x7C00, 0x03E0, 0x001F, 0])),
        (0, 32) => Ok(Packing::Masks([0xFF_0000, 0xFF00, 0xFF, 0])),
        (1, 8) | (2, 4) => Ok(Packing::Runs(1)),
        (4, 24) if OS2.contains(&version) => Ok(Packing::Runs(3)),
        (3, 1) if OS2.contains(&version) => {
            Err(Error::UnsupportedFormat("BMP with a fax's compression"))
        }
        (3 | 6, 16 | 32) if version == 40 => {
            let [red, green, blue] = [reader.u32_le()?, reader.u32_le()?, reader.u32_le()?];
            Ok(Packing::Masks([red, green, blue, if code == 6 { reader.u32_le()? } else { 0 }]))
        }
        (3 | 6, 16 | 32) => Ok(Packing::Masks([number(40), number(44), number(48), number(52)])),
        _ => Err(Error::UnsupportedFormat("BMP with an unknown kind of pixel")),
    }
}

fn colours(bytes: &[u8], version: u32, number: impl Fn(usize) -> u32) -> ColourSpace {
    match number(56).to_be_bytes() {
        _ if version < 108 => ColourSpace::Srgb,
        tag if &tag == b"sRGB" || &tag == b"Win " => {
            ColourSpace::Cicp { primaries: 1, transfer: 13 }
        }
        tag if &tag == b"MBED" => {
            let from = (number(112) as usize).saturating_add(14);
            let to = from.saturating_add(number(116) as usize);
            bytes
                .get(from..to)
                .map_or(ColourSpace::Srgb, |profile| ColourSpace::Icc(profile.to_vec()))
        }
        _ => ColourSpace::Srgb,
    }
}

impl Header<'_> {
    /// One row, to RGB or RGBA.
    fn read_row(&self, from: &[u8], to: &mut [u8]) {
        let colour = |index: usize| self.palette.get(index).copied().unwrap_or_default();
        match (self.packing, self.bits) {
            (Packing::Masks(masks), bits) => masked(from, to, bits, masks),
            (Packing::None, 24) | (Packing::Runs(3), _) => {
                for (to, from) in to
                    .as_chunks_mut::<3>()
                    .0
                    .iter_mut()
                    .zip(from.as_chunks::<3>().0)
                {
                    *to = [from[2], from[1], from[0]];
                }
            }
            (Packing::None, bits) => {
                let per_byte = usize::from(8 / bits);
                for (x, to) in to.as_chunks_mut::<3>().0.iter_mut().enumerate() {
                    let shift = 8 - usize::from(bits) * (x % per_byte + 1);
                    let index = from[x / per_byte] >> shift & u8::MAX >> (8 - bits);
                    *to = colour(index.into());
                }
            }
            (Packing::Runs(_), _) => {
                for (to, index) in to.as_chunks_mut::<3>().0.iter_mut().zip(from) {
                    *to = colour((*index).into());
                }
            }
        }
    }
}

fn masked(from: &[u8], to: &mut [u8], bits: u16, masks: [u32; 4]) {
    let channels = masks.map(|mask| (mask, mask.checked_shr(mask.trailing_zeros()).unwrap_or(0)));
    let (from_size, to_size) = (usize::from(bits / 8), if masks[3] == 0 { 3 } else { 4 });
    for (to, from) in to
        .chunks_exact_mut(to_size)
        .zip(from.chunks_exact(from_size))
    {
        let pixel = from
            .iter()
            .rev()
            .fold(0_u32, |pixel, byte| pixel << 8 | u32::from(*byte));
        for (to, (mask, largest)) in to.iter_mut().zip(channels) {
            let value = u64::from(
                (pixel & mask)
                    .checked_shr(mask.trailing_zeros())
                    .unwrap_or(0),
            );
            let largest = u64::from(largest.max(1));
            *to = u8::try_from((value * 255 + largest / 2) / largest).unwrap_or(u8::MAX);
        }
    }
}

/// Pixels of this many bytes in the order of the file: indices, or blue, green and red. What is
/// skipped stays zero.
fn unpack(header: &Header<'_>, size: usize) -> Result<Vec<u8>, Error> {
    if size == 3 {
        return unpack_colours(header);
    }
    let (width, height) = (header.width as usize, header.height as usize);
    let mut indices = vec![0; width * height];
    let (mut x, mut y, mut reader) = (0_usize, 0_usize, Reader::new(header.data));
    while y < height {
        let [count, value] = reader.array()?;
        let row = &mut indices[y * width..(y + 1) * width];
        match (count, value) {
            (0, 0) => (x, y) = (0, y + 1),
            (0, 1) => break,
            (0, 2) => {
                let [right, down] = reader.array()?.map(usize::from);
                (x, y) = (x + right, y + down);
            }
            (0, count) => {
                let packed = reader.take(if header.bits == 8 {
                    count.into()
                } else {
                    usize::from(count).div_ceil(2)
                })?;
                if packed.len() % 2 == 1 {
                    reader.byte()?; // runs are filled up to 16 bits
                }
                x = put(row, x, count, |at| {
                    nibble(packed[if header.bits == 8 { at } else { at / 2 }], at, header.bits)
                });
            }
            (count, value) => x = put(row, x, count, |at| nibble(value, at, header.bits)),
        }
    }
    Ok(indices)
}

/// As [`unpack`], of pixels of three bytes: those of a run stand after its count, and so do those
/// that differ.
fn unpack_colours(header: &Header<'_>) -> Result<Vec<u8>, Error> {
    let (width, height) = (header.width as usize, header.height as usize);
    let mut colours = vec![0; width * height * 3];
    let (mut x, mut y, mut reader) = (0_usize, 0_usize, Reader::new(header.data));
    while y < height {
        let row = &mut colours[y * width * 3..(y + 1) * width * 3];
        let (pixels, _) = row.as_chunks_mut::<3>();
        match reader.byte()? {
            0 => match reader.byte()? {
                0 => (x, y) = (0, y + 1),
                1 => break,
                2 => {
                    let [right, down] = reader.array()?.map(usize::from);
                    (x, y) = (x + right, y + down);
                }
                count => {
                    let packed = reader.take(usize::from(count) * 3)?;
                    if packed.len() % 2 == 1 {
                        reader.byte()?; // filled up to 16 bits
                    }
                    let (packed, _) = packed.as_chunks::<3>();
                    pixels
                        .iter_mut()
                        .skip(x)
                        .zip(packed)
                        .for_each(|(to, from)| *to = *from);
                    x += usize::from(count);
                }
            },
            count => {
                let colour = reader.array()?;
                pixels
                    .iter_mut()
                    .skip(x)
                    .take(count.into())
                    .for_each(|to| *to = colour);
                x += usize::from(count);
            }
        }
    }
    Ok(colours)
}

/// The whole byte, or its half: the upper one first.
fn nibble(byte: u8, at: usize, bits: u16) -> u8 {
    match (bits, at % 2) {
        (4, 0) => byte >> 4,
        (4, _) => byte & 15,
        _ => byte,
    }
}

/// Writes a run from `x` on, cut off at the end of the row, and returns where it ends.
fn put(row: &mut [u8], x: usize, count: u8, index: impl Fn(usize) -> u8) -> usize {
    for (at, to) in row.iter_mut().skip(x).take(count.into()).enumerate() {
        *to = index(at);
    }
    x + usize::from(count)
}
