//! HEVC still pictures, by `heifer-hevc-dec`.

use super::planes::{Plane, Planes};
use crate::Error;
use crate::bytes::Reader;
use heifer_hevc_dec::decoder::{DecodeOptions, decode_picture};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Decodes a picture from its configuration (`hvcC`) and its data, unless more than `pixels` are
/// coded.
pub(super) fn decode(configuration: &[u8], data: &[u8], pixels: u64) -> Result<Planes, Error> {
    let stream = byte_stream(configuration, data)?;
    let options = DecodeOptions { max_pixels: pixels, ..DecodeOptions::default() };
    // The last line: the decoder is young, and an index out of bounds in it must not end the
    // process.
    let decoded = catch_unwind(AssertUnwindSafe(|| decode_picture(&stream, options)));
    let frame = match decoded {
        Ok(Ok(frame)) => frame,
        Ok(Err(heifer_hevc_dec::Error::Unimplemented(what))) if what.contains("size limit") => {
            return Err(Error::corrupt("HEVC with a picture larger than the header says"));
        }
        Ok(Err(heifer_hevc_dec::Error::Unimplemented(_))) => {
            return Err(Error::UnsupportedFormat(
                "HEIC with a variant of HEVC other than still pictures",
            ));
        }
        Ok(Err(error)) => return Err(Error::corrupt(format!("HEVC: {error}"))),
        Err(_) => return Err(Error::corrupt("HEVC that the decoder cannot bear")),
    };
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
    let [width, height] = [frame.widths[0], frame.heights[0]];
    let mut widths = frame.widths.into_iter();
    let samples = frame
        .planes
        .map(|samples| Plane { width: widths.next().unwrap_or(0) as usize, samples });
    let (is_full_range, matrix) = (frame.full_range, frame.matrix_coeffs);
    Ok(Planes { width, height, depth, across, down, samples, is_full_range, matrix })
}

/// How many slices there are. The decoder does not ask whether they overlap, so each may cost as
/// much as the whole picture.
pub(super) fn passes(configuration: &[u8], data: &[u8]) -> Result<u64, Error> {
    let mut passes = 0;
    for unit in units(configuration, data)? {
        // ITU-T H.265, table 7-1: types below 32 are slices.
        passes += u64::from(unit?.first().is_some_and(|header| header >> 1 & 63 < 32));
    }
    Ok(passes)
}

/// The units of a picture's data, each after its length.
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
        let length = reader.take(size).map(|bytes| {
            bytes
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte))
        });
        let unit = length.and_then(|length| reader.take(length));
        if unit.is_err() {
            reader = Reader::new(&[]);
        }
        Some(unit.map_err(|_| Error::corrupt("HEVC with a unit that is cut off")))
    }))
}

/// Parameter sets and data with start codes instead of lengths (ITU-T H.265, annex B).
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

fn short() -> Error {
    Error::corrupt("the configuration of HEVC")
}
