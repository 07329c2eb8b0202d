//! PNG, by the `png` crate.

use crate::colour::{ColourSpace, Gamma};
use crate::picture::Picture;
use crate::pixels::{self, Layout, Pixels};
use crate::render::Decoded;
use crate::{Error, Limits};
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
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(explain)?;
    let (color, depth) = reader.output_color_type();
    let layout = match (color, depth) {
        (ColorType::Grayscale, BitDepth::Eight) => Layout::Grey,
        (ColorType::GrayscaleAlpha, BitDepth::Eight) => Layout::GreyAlpha,
        (ColorType::Rgb, BitDepth::Eight) => Layout::Rgb,
        (ColorType::Rgba, BitDepth::Eight) => Layout::Rgba,
        _ => return Err(Error::UnsupportedFormat("PNG with an unknown kind of pixel")),
    };
    let (width, height) = (reader.info().width, reader.info().height);
    limits.check_size(width, height)?;
    limits.check_memory(pixels::bytes(width, height, layout) as u64)?;

    let mut data = vec![0; pixels::bytes(width, height, layout)];
    let frame = reader.next_frame(&mut data).map_err(explain)?;
    if (frame.width, frame.height) != (width, height) {
        return Err(Error::corrupt("the default image is smaller than the header says"));
    }
    let colours = colour_space(reader.info());
    read_tail(&mut reader)?;
    let exif = reader.info().exif_metadata.as_ref().map(|exif| exif.to_vec());
    Ok(Decoded { picture: Picture::Interleaved(Pixels::new(width, height, layout, data)), colours, exif })
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
    let Some(gamma) = info.gama_chunk.filter(|_| info.srgb.is_none()) else { return ColourSpace::Srgb };
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
