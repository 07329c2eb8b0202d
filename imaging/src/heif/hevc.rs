//! HEVC still pictures, by `heifer-hevc-dec`.

use super::planes::{Plane, Planes};
use crate::Error;
use crate::bytes::Reader;
use heifer_hevc_dec::decoder::{DecodeOptions, decode_picture};
use heifer_hevc_dec::recon::Frame;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Decodes a picture from its configuration (`hvcC`) and its data, unless more than `pixels` are
/// coded.
///
/// # Errors
/// [`Error::Corrupt`] and [`Error::UnsupportedFormat`].
pub(super) fn decode(configuration: &[u8], data: &[u8], pixels: u64) -> Result<Planes, Error> {
    let frame = decode_stream(&byte_stream(configuration, data)?, pixels)?;
    let (across, down) = match frame.chroma_format {
        1 => (1, 1),
        2 => (1, 0),
        _ => (0, 0),
    };
    let [depth, chroma_depth] = frame.bit_depth;
    let is_grey = frame.planes[1].is_empty();
    if !(8..=16).contains(&depth) || (depth != chroma_depth && !is_grey) {
        return Err(Error::UnsupportedFormat("HEIC with these bits a sample"));
    }
    let [width, blue_width, red_width] = frame.widths;
    let [luma, blue, red] = frame.planes;
    Ok(Planes {
        width,
        height: frame.heights[0],
        depth,
        across,
        down,
        samples: [
            Plane { width: width as usize, samples: luma },
            Plane { width: blue_width as usize, samples: blue },
            Plane { width: red_width as usize, samples: red },
        ],
        is_full_range: frame.full_range,
        matrix: frame.matrix_coeffs,
    })
}

fn decode_stream(stream: &[u8], pixels: u64) -> Result<Frame, Error> {
    let options = DecodeOptions { max_pixels: pixels, ..DecodeOptions::default() };
    // The last line: the decoder is young, and an index out of bounds in it must not end the
    // process.
    match catch_unwind(AssertUnwindSafe(|| decode_picture(stream, options))) {
        Ok(Ok(frame)) => Ok(frame),
        Ok(Err(heifer_hevc_dec::Error::Unimplemented(what))) if what.contains("size limit") => {
            Err(Error::corrupt("HEVC with a picture larger than the header says"))
        }
        Ok(Err(heifer_hevc_dec::Error::Unimplemented(_))) => {
            Err(Error::UnsupportedFormat("HEIC with a variant of HEVC other than still pictures"))
        }
        Ok(Err(error)) => Err(Error::corrupt(format!("HEVC: {error}"))),
        Err(_) => Err(Error::corrupt("HEVC that the decoder cannot bear")),
    }
}

/// Returns the number of slices. The decoder does not ask whether they overlap, so each may cost as
/// much as the whole picture.
pub(super) fn passes(configuration: &[u8], data: &[u8]) -> Result<u64, Error> {
    let mut passes = 0;
    for unit in units(configuration, data)? {
        // ITU-T H.265, table 7-1: types below 32 are slices.
        passes += u64::from(unit?.first().is_some_and(|header| header >> 1 & 63 < 32));
    }
    Ok(passes)
}

/// Returns the units of a picture's data, each of which stands after its length.
fn units<'a>(
    configuration: &[u8],
    data: &'a [u8],
) -> Result<impl Iterator<Item = Result<&'a [u8], Error>>, Error> {
    let size = usize::from(configuration.get(21).ok_or_else(short)? & 3) + 1;
    let mut reader = Reader::new(data);
    Ok(std::iter::from_fn(move || {
        if reader.rest().is_empty() {
            return None;
        }
        let unit = read_unit(&mut reader, size);
        if unit.is_err() {
            reader = Reader::new(&[]);
        }
        Some(unit.map_err(|_| Error::corrupt("HEVC with a unit that is cut off")))
    }))
}

/// Reads a unit after its length, which has so many bytes.
fn read_unit<'a>(reader: &mut Reader<'a>, length_size: usize) -> Result<&'a [u8], Error> {
    let mut length = 0;
    for byte in reader.take(length_size)? {
        length = length << 8 | usize::from(*byte);
    }
    reader.take(length)
}

/// Returns parameter sets and data with start codes instead of lengths (ITU-T H.265, annex B).
fn byte_stream(configuration: &[u8], data: &[u8]) -> Result<Vec<u8>, Error> {
    let mut stream = Vec::with_capacity(configuration.len() + data.len() + 64);
    let mut push = |unit: &[u8]| {
        stream.extend_from_slice(&[0, 0, 1]);
        stream.extend_from_slice(unit);
    };
    // ISO/IEC 14496-15, 8.3.3.1.
    let mut reader = Reader::new(configuration);
    let head: [u8; 23] = reader.array().map_err(|_| short())?;
    for _ in 0..head[22] {
        reader.byte().map_err(|_| short())?;
        for _ in 0..reader.u16_be().map_err(|_| short())? {
            let length = reader.u16_be().map_err(|_| short())?;
            push(reader.take(length.into()).map_err(|_| short())?);
        }
    }
    for unit in units(configuration, data)? {
        push(unit?);
    }
    Ok(stream)
}

/// Returns the error of a configuration that is too short.
fn short() -> Error {
    Error::corrupt("the configuration of HEVC")
}
