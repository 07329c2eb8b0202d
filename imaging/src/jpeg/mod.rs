//! JPEG, by a decoder of our own ([`fast`]) for sound files of cameras, and by libjpeg-turbo.
//!
//! The header is walked here, before the C library sees the file: what the limits need (size,
//! number of components, coding process) and what the library does not give (EXIF, the Adobe
//! marker).

mod decoder;
pub(crate) mod encoder;
mod fast;
mod header;
mod turbo;

use crate::colour::{self, ColourSpace};
use crate::picture::Picture;
use crate::pixels::Layout;
use crate::render::Decoded;
use crate::{Error, Limits, exif};
use decoder::{Image, Job, Output, Shape};
use header::Head;
use turbo::Failure;

/// Width and height as stored.
pub(crate) fn size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    let frame = header::frame(bytes)?;
    Ok((frame.width, frame.height))
}

/// Decodes at the smallest scale whose long edge is at least `long_edge`.
pub(crate) fn decode(bytes: &[u8], long_edge: u32, limits: &Limits) -> Result<Decoded, Error> {
    let head = header::head(bytes)?;
    let (width, height) = (head.frame.width, head.frame.height);
    let colours = head
        .icc_profile()
        .map_or_else(|| exif::colours(head.metadata.exif()), ColourSpace::Icc);
    let shape = shape(&head, &colours);
    let eighths = eighths(width.max(height), long_edge);
    let output = shape.bytes(scaled(width, eighths), scaled(height, eighths)) as u64;
    limits.check_memory(output)?;

    let job =
        Job { width, height, shape, eighths, scans: limits.scans, memory: limits.memory - output };
    let picture = match decode_whole(bytes, &head, &job)? {
        Image::Planar(planar) => Picture::Planar(planar),
        Image::Interleaved(mut pixels) => {
            if pixels.layout == Layout::Cmyk && head.is_adobe() {
                // Photoshop writes ink upside down and says so only by being Adobe; everybody reads
                // it this way.
                pixels.data.iter_mut().for_each(|ink| *ink = !*ink);
            }
            Picture::Interleaved(pixels)
        }
    };
    Ok(Decoded { picture, colours, exif: head.metadata.read(), frames: 1 })
}

/// Luma and chroma as they are stored, where nothing is to be done to the colours.
fn shape(head: &Head<'_>, colours: &ColourSpace) -> Shape {
    match head.frame.components {
        1 => Shape::Interleaved(Layout::Grey),
        3 => match head.chroma_step() {
            Some(step) if colour::is_srgb(colours) => Shape::Planar { step },
            _ => Shape::Interleaved(Layout::Rgb),
        },
        _ => Shape::Interleaved(Layout::Cmyk),
    }
}

/// The scale in eighths, 1 to 8. libjpeg-turbo scales in the DCT, where pixels that are not asked
/// for cost next to nothing.
fn eighths(long: u32, wanted: u32) -> u32 {
    (1..8)
        .find(|eighths| scaled(long, *eighths) >= wanted)
        .unwrap_or(8)
}

/// A side at a scale, rounded as libjpeg-turbo does it (TJSCALED). Sides have 16 bits.
fn scaled(side: u32, eighths: u32) -> u32 {
    (side * eighths).div_ceil(8)
}

/// The pixels, if all of them are in the file.
///
/// A sound photograph has them at once. What is left is for libjpeg-turbo: where the file was cut
/// off, the library makes up what is missing and complains. It complains of damage in the middle
/// just the same; that is let pass, because it is all there is of the photograph.
fn decode_whole(bytes: &[u8], head: &Head<'_>, job: &Job) -> Result<Image, Error> {
    if let Some(image) = fast::decode(bytes, job) {
        return Ok(image);
    }
    let error = match decoder::decode(bytes, job) {
        Ok(output) if !output.has_complaint || header::has_end(bytes, head.scan) => {
            return Ok(output.image);
        }
        Ok(_) => Error::Truncated,
        Err(failure) => explain(bytes, head, failure),
    };
    if matches!(error, Error::Truncated | Error::Corrupt(_))
        && let Some(image) = decode_without_end(bytes, head, job)
    {
        return Ok(image);
    }
    Err(error)
}

/// The pixels of a file that has all of them, but not the end marker behind them. With one in its
/// place, such a file gives no reason to complain.
fn decode_without_end(bytes: &[u8], head: &Head<'_>, job: &Job) -> Option<Image> {
    // Of other codings it cannot be told; there the marker may be missing, and nothing more.
    let end =
        fast::end_of_pixels(bytes, job).or_else(|| head.is_single_scan().then_some(bytes.len()))?;
    let ended = [&bytes[..end], &header::END].concat();
    if let Some(image) = fast::decode(&ended, job) {
        return Some(image);
    }
    match decoder::decode(&ended, job) {
        Ok(Output { image, has_complaint: false }) => Some(image),
        _ => None,
    }
}

fn explain(bytes: &[u8], head: &Head<'_>, Failure(reason): Failure) -> Error {
    if ["Memory limit exceeded", "Insufficient memory"]
        .iter()
        .any(|start| reason.starts_with(start))
    {
        Error::TooMuchMemory(reason)
    } else if reason.starts_with("Progressive JPEG image has more than") {
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
