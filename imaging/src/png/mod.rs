//! PNG, by the `png` crate.

mod packed;
mod text;

use crate::colour::{ColourSpace, Gamma};
use crate::decoded::DecodedImage;
use crate::picture::Picture;
use crate::pixels::{self, PixelLayout, Pixels};
use crate::strips::Strips;
use crate::{DecodeLimits, Error, resize};
use packed::PackedGrey;
use png::{ColorType, Decoder, DecodingError, Info, Reader, Transformations};
use std::io::{Cursor, ErrorKind};

/// Returns width and height in pixels, from the header chunk, which comes first.
pub(crate) fn size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    let header: &[u8; 24] = bytes.first_chunk().ok_or(Error::Truncated)?;
    if &header[8..16] != b"\0\0\0\x0DIHDR" {
        return Err(Error::corrupt("does not begin with its header"));
    }
    let number = |at: usize| {
        u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    Ok((number(16), number(20)))
}

/// Decodes to 8 bits a sample, without palette; of an animation the default image. Shrinks to
/// `long_edge` pixels on the way, unless the picture is interlaced.
///
/// # Errors
/// [`Error::Truncated`], [`Error::Corrupt`], [`Error::TooComplex`] for a chunk that unpacks to too
/// much, and those of the limits.
pub(crate) fn decode(
    bytes: &[u8],
    long_edge: u32,
    limits: &DecodeLimits,
) -> Result<DecodedImage, Error> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_ignore_text_chunk(true);
    let is_packed = PackedGrey::is_in(decoder.read_header_info().map_err(explain)?);
    decoder.set_transformations(if is_packed {
        Transformations::IDENTITY
    } else {
        Transformations::EXPAND
    });
    let mut reader = decoder.read_info().map_err(explain)?;
    let packed = if is_packed { Some(PackedGrey::read(reader.info())) } else { None };
    let layout = output_layout(&reader, packed.as_ref())?;
    limits.check_size(reader.info().width, reader.info().height)?;
    let frames = match reader.info().animation_control {
        Some(animation) => animation.num_frames.max(1),
        None => 1,
    };
    limits.check_frames(frames)?;
    let pixels = if reader.info().interlaced {
        read_interlaced(&mut reader, layout, packed.as_ref(), limits)?
    } else {
        read_rows(&mut reader, layout, packed.as_ref(), long_edge, limits)?
    };
    let colours = colour_space(reader.info());
    read_tail(&mut reader)?;
    let exif = text::metadata(bytes).read();
    Ok(DecodedImage { picture: Picture::Interleaved(pixels), colours, exif, frames })
}

type PngReader<'a> = Reader<Cursor<&'a [u8]>>;

/// Returns the layout of the pixels once they are unpacked to 8 bits a sample.
fn output_layout(
    reader: &PngReader<'_>,
    packed: Option<&PackedGrey>,
) -> Result<PixelLayout, Error> {
    let (color_type, _) = reader.output_color_type();
    match color_type {
        ColorType::Grayscale if packed.is_some_and(PackedGrey::has_alpha) => {
            Ok(PixelLayout::GreyAlpha)
        }
        ColorType::Grayscale => Ok(PixelLayout::Grey),
        ColorType::GrayscaleAlpha => Ok(PixelLayout::GreyAlpha),
        ColorType::Rgb => Ok(PixelLayout::Rgb),
        ColorType::Rgba => Ok(PixelLayout::Rgba),
        ColorType::Indexed => Err(Error::UnsupportedFormat("PNG with an unknown kind of pixel")),
    }
}

const SMALLER: &str = "the default image is smaller than the header says";

/// Reads row by row, so that neither the whole picture nor 16 bits of a sample are ever in memory.
fn read_rows(
    reader: &mut PngReader<'_>,
    layout: PixelLayout,
    packed: Option<&PackedGrey>,
    long_edge: u32,
    limits: &DecodeLimits,
) -> Result<Pixels, Error> {
    let width = reader.info().width;
    let height = reader.info().height;
    let small = resize::fit(width, height, long_edge);
    let samples = pixels::bytes(width, 1, layout);
    limits.check_memory(Strips::bytes((width, height), layout, small))?;
    let mut strips = Strips::new((width, height), layout, small);
    for _ in 0..height {
        let next = reader.next_row().map_err(explain)?;
        let stored = next.ok_or_else(|| Error::corrupt(SMALLER))?;
        let data = stored.data();
        let row = match packed {
            Some(packed) => packed.unpack(data, width),
            None if data.len() == samples => data.to_vec(),
            None if data.len() == 2 * samples => to_8_bits(data),
            None => return Err(Error::corrupt(SMALLER)),
        };
        strips.push(row);
    }
    // Nothing is left but the checksums of the pixels.
    reader.next_row().map_err(explain)?;
    Ok(strips.finish())
}

/// Reads a picture whose passes need all of it.
fn read_interlaced(
    reader: &mut PngReader<'_>,
    layout: PixelLayout,
    packed: Option<&PackedGrey>,
    limits: &DecodeLimits,
) -> Result<Pixels, Error> {
    let width = reader.info().width;
    let height = reader.info().height;
    let output = pixels::bytes(width, height, layout);
    let stored = reader
        .output_buffer_size()
        .ok_or_else(|| Error::corrupt("more pixels than can be counted"))?;
    let needed = if packed.is_some() { stored + output } else { stored };
    limits.check_memory(needed as u64)?;
    let mut data = vec![0; stored];
    let frame = reader.next_frame(&mut data).map_err(explain)?;
    if (frame.width, frame.height) != (width, height) {
        return Err(Error::corrupt(SMALLER));
    }
    if let Some(packed) = packed {
        let mut unpacked = Vec::with_capacity(output);
        for row in data.chunks_exact(frame.line_size) {
            unpacked.extend_from_slice(&packed.unpack(row, width));
        }
        data = unpacked;
    } else if stored == 2 * output {
        // In place, so that both are never in memory.
        for at in 0..output {
            data[at] = pixels::to_8_bits(u16::from_be_bytes([data[2 * at], data[2 * at + 1]]));
        }
        data.truncate(output);
        data.shrink_to_fit();
    }
    Ok(Pixels::new(width, height, layout, data))
}

/// Converts 16 bits a sample to 8.
fn to_8_bits(row: &[u8]) -> Vec<u8> {
    let (samples, _) = row.as_chunks::<2>();
    samples
        .iter()
        .map(|sample| pixels::to_8_bits(u16::from_be_bytes(*sample)))
        .collect()
}

/// Reads on to the end, for EXIF that comes after the pixels. What is damaged there does no harm to
/// the picture; an end that is missing means that the file was cut off.
fn read_tail(reader: &mut PngReader<'_>) -> Result<(), Error> {
    match reader.finish().map_err(explain) {
        Err(Error::Truncated) => Err(Error::Truncated),
        _ => Ok(()),
    }
}

/// Returns the colour space, in the order of precedence of PNG (third edition), 4.3.
fn colour_space(info: &Info<'_>) -> ColourSpace {
    if let Some(code) = info.coding_independent_code_points {
        return ColourSpace::Cicp {
            primaries: code.color_primaries,
            transfer: code.transfer_function,
        };
    }
    if let Some(profile) = &info.icc_profile {
        return ColourSpace::Icc(profile.to_vec());
    }
    if info.srgb.is_some() {
        return ColourSpace::Cicp { primaries: 1, transfer: 13 };
    }
    let Some(gamma) = info.gama_chunk else { return ColourSpace::Srgb };
    let point = |(x, y): (png::ScaledFloat, png::ScaledFloat)| (x.into_value(), y.into_value());
    let primaries = info
        .chrm_chunk
        .map(|c| [c.white, c.red, c.green, c.blue].map(point));
    ColourSpace::Gamma(Gamma { encoding: gamma.into_value(), primaries })
}

fn explain(error: DecodingError) -> Error {
    match error {
        DecodingError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => {
            Error::Truncated
        }
        DecodingError::LimitsExceeded => {
            Error::TooComplex("a chunk that unpacks to too much".into())
        }
        error => Error::corrupt(error.to_string()),
    }
}
