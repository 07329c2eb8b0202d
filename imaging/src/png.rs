//! PNG, by the `png` crate.

use crate::colour::{ColourSpace, Gamma};
use crate::picture::Picture;
use crate::pixels::{self, Layout, Pixels};
use crate::render::Decoded;
use crate::{Error, Limits, exif};
use png::{BitDepth, ColorType, Decoder, DecodingError, Info, Reader, Transformations};
use std::io::{Cursor, ErrorKind};

/// Width and height, from the header chunk, which comes first.
pub(crate) fn size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    let header: &[u8; 24] = bytes.first_chunk().ok_or(Error::Truncated)?;
    if &header[8..16] != b"\0\0\0\x0DIHDR" {
        return Err(Error::corrupt("does not begin with its header"));
    }
    let number = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    Ok((number(16), number(20)))
}

/// Decodes to 8 bits a sample, without palette; of an animation the default image.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Error> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_ignore_text_chunk(true);
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(explain)?;
    let (color, depth) = reader.output_color_type();
    let layout = match color {
        ColorType::Grayscale => Layout::Grey,
        ColorType::GrayscaleAlpha => Layout::GreyAlpha,
        ColorType::Rgb => Layout::Rgb,
        ColorType::Rgba => Layout::Rgba,
        ColorType::Indexed => return Err(Error::UnsupportedFormat("PNG with an unknown kind of pixel")),
    };
    let (width, height) = (reader.info().width, reader.info().height);
    limits.check_size(width, height)?;
    let frames = reader.info().animation_control.map_or(1, |animation| animation.num_frames.max(1));
    limits.check_frames(frames)?;
    let (is_deep, is_interlaced) = (depth == BitDepth::Sixteen, reader.info().interlaced);
    let stored = if is_deep && is_interlaced { 2 } else { 1 } * pixels::bytes(width, height, layout);
    limits.check_memory(stored as u64)?;

    let mut data = vec![0; stored];
    if is_deep && !is_interlaced {
        deep_rows(&mut reader, &mut data, pixels::bytes(width, 1, layout))?;
    } else {
        let frame = reader.next_frame(&mut data).map_err(explain)?;
        if (frame.width, frame.height) != (width, height) {
            return Err(Error::corrupt(SMALLER));
        }
        if is_deep {
            narrow(&mut data);
        }
    }
    let colours = colour_space(reader.info());
    read_tail(&mut reader)?;
    let exif = reader.info().exif_metadata.as_ref().map(|bytes| exif::read(bytes)).unwrap_or_default();
    Ok(Decoded { picture: Picture::Interleaved(Pixels::new(width, height, layout, data)), colours, exif, frames })
}

const SMALLER: &str = "the default image is smaller than the header says";

/// Rounds 16 bits a sample to 8 row by row, so that they never are all in memory.
fn deep_rows(reader: &mut Reader<Cursor<&[u8]>>, data: &mut [u8], row_bytes: usize) -> Result<(), Error> {
    for to in data.chunks_exact_mut(row_bytes) {
        let row = reader.next_row().map_err(explain)?.ok_or_else(|| Error::corrupt(SMALLER))?;
        let (samples, _) = row.data().as_chunks::<2>();
        if samples.len() != to.len() {
            return Err(Error::corrupt(SMALLER));
        }
        for (to, sample) in to.iter_mut().zip(samples) {
            *to = pixels::to_8_bits(u16::from_be_bytes(*sample));
        }
    }
    Ok(())
}

/// The same in place: the passes of an interlaced picture need all of it.
fn narrow(data: &mut Vec<u8>) {
    let count = data.len() / 2;
    for at in 0..count {
        data[at] = pixels::to_8_bits(u16::from_be_bytes([data[2 * at], data[2 * at + 1]]));
    }
    data.truncate(count);
    data.shrink_to_fit();
}

/// Reads on to the end, for EXIF that comes after the pixels. What is damaged there does no harm to the
/// picture; an end that is missing means that the file was cut off.
fn read_tail(reader: &mut Reader<Cursor<&[u8]>>) -> Result<(), Error> {
    match reader.finish().map_err(explain) {
        Err(Error::Truncated) => Err(Error::Truncated),
        _ => Ok(()),
    }
}

/// The colour space, in the order of precedence of PNG (third edition), 4.3.
fn colour_space(info: &Info<'_>) -> ColourSpace {
    if let Some(code) = info.coding_independent_code_points {
        return ColourSpace::Cicp { primaries: code.color_primaries, transfer: code.transfer_function };
    }
    if let Some(profile) = &info.icc_profile {
        return ColourSpace::Icc(profile.to_vec());
    }
    if info.srgb.is_some() {
        return ColourSpace::Cicp { primaries: 1, transfer: 13 };
    }
    let Some(gamma) = info.gama_chunk else { return ColourSpace::Srgb };
    let point = |(x, y): (png::ScaledFloat, png::ScaledFloat)| (x.into_value(), y.into_value());
    let primaries = info.chrm_chunk.map(|c| [c.white, c.red, c.green, c.blue].map(point));
    ColourSpace::Gamma(Gamma { encoding: gamma.into_value(), primaries })
}

fn explain(error: DecodingError) -> Error {
    match error {
        DecodingError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => Error::Truncated,
        DecodingError::LimitsExceeded => Error::TooComplex("a chunk that unpacks to too much".into()),
        error => Error::corrupt(error.to_string()),
    }
}
