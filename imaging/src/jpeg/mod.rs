//! JPEG, by libjpeg-turbo.
//!
//! The header is walked here, before the C library sees the file: what the limits need (size, number of
//! components, coding process) and what the library does not give (EXIF, the Adobe marker).

mod header;
mod turbo;

use crate::colour::ColourSpace;
use crate::pixels::{self, Layout, Pixels};
use crate::render::Decoded;
use crate::{Error, Limits};
use header::Head;
use turbo::{Failure, Job};

/// Width and height as stored.
pub(crate) fn size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    let frame = header::frame(bytes)?;
    Ok((frame.width, frame.height))
}

/// Decodes at the smallest scale whose long edge is at least `long_edge`.
pub(crate) fn decode(bytes: &[u8], long_edge: u32, limits: &Limits) -> Result<Decoded, Error> {
    let head = header::head(bytes)?;
    let (width, height) = (head.frame.width, head.frame.height);
    let layout = match head.frame.components {
        1 => Layout::Grey,
        3 => Layout::Rgb,
        _ => Layout::Cmyk,
    };
    let eighths = eighths(width.max(height), long_edge);
    let output = pixels::bytes(scaled(width, eighths), scaled(height, eighths), layout) as u64;
    limits.check_memory(output)?;

    let job = Job { width, height, layout, eighths, scans: limits.scans, memory: limits.memory - output };
    let data = decode_whole(bytes, &head, &job)?;
    let mut pixels = Pixels::new(scaled(width, eighths), scaled(height, eighths), layout, data);
    if layout == Layout::Cmyk && head.is_adobe {
        // Photoshop writes ink upside down and says so only by being Adobe; everybody reads it this way.
        pixels.data.iter_mut().for_each(|ink| *ink = !*ink);
    }
    let colours = head.icc_profile().map_or(ColourSpace::Srgb, ColourSpace::Icc);
    Ok(Decoded { pixels, colours, exif: head.exif.map(<[u8]>::to_vec) })
}

/// The scale in eighths, 1 to 8. libjpeg-turbo scales in the DCT, where pixels that are not asked for
/// cost next to nothing.
fn eighths(long: u32, wanted: u32) -> u32 {
    (1..8).find(|eighths| scaled(long, *eighths) >= wanted).unwrap_or(8)
}

/// A side at a scale, rounded as libjpeg-turbo does it (TJSCALED). Sides have 16 bits.
fn scaled(side: u32, eighths: u32) -> u32 {
    (side * eighths).div_ceil(8)
}

/// The pixels, if all of them are in the file.
///
/// Where the file was cut off, the library makes up what is missing and complains. It complains of
/// damage in the middle just the same; that is let pass, because it is all there is of the photograph.
fn decode_whole(bytes: &[u8], head: &Head<'_>, job: &Job) -> Result<Vec<u8>, Error> {
    let output = turbo::decode(bytes, job).map_err(|failure| explain(bytes, head, failure))?;
    if !output.has_complaint || header::has_end(bytes, head.scan) {
        return Ok(output.data);
    }
    if head.is_single_scan() {
        // Some cameras leave out the end marker. With one, such a file gives no reason to complain.
        let ended = [bytes, &header::END].concat();
        if let Ok(turbo::Output { data, has_complaint: false }) = turbo::decode(&ended, job) {
            return Ok(data);
        }
    }
    Err(Error::Truncated)
}

fn explain(bytes: &[u8], head: &Head<'_>, Failure(reason): Failure) -> Error {
    let too_much = ["Memory limit exceeded", "Insufficient memory", "Progressive JPEG image has more than"];
    if too_much.iter().any(|start| reason.starts_with(start)) {
        Error::TooComplex(reason)
    } else if header::has_end(bytes, head.scan) {
        Error::Corrupt(reason)
    } else {
        Error::Truncated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_the_smallest_that_suffice() {
        assert_eq!(eighths(4000, 2048), 5, "2500 pixels");
        assert_eq!(eighths(6000, 2048), 3, "2250 pixels");
        assert_eq!(eighths(16_384, 2048), 1, "exactly 2048");
        assert_eq!(eighths(2048, 2048), 8);
        assert_eq!(eighths(300, 2048), 8, "never enlarged");
        assert_eq!(scaled(1, 1), 1);
        assert_eq!(scaled(65_535, 8), 65_535);
    }
}
