//! JPEG, by a decoder of our own ([`fast`]) for sound files of cameras, and by libjpeg-turbo.
//!
//! The header is walked here, before the C library sees the file: what the limits need (size,
//! number of components, coding process) and what the library does not give (EXIF, the Adobe
//! marker).

mod decoder;
pub(crate) mod encoder;
mod fast;
mod header;
mod job;
mod markers;
mod turbo;

use crate::colour::{self, ColourSpace};
use crate::decoded::DecodedImage;
use crate::picture::Picture;
use crate::pixels::PixelLayout;
use crate::{DecodeLimits, Error, exif};
use decoder::TurboOutput;
use header::JpegHead;
use job::{DecodeJob, Shape, eighths, scaled};
use turbo::TurboError;

/// Returns width and height as stored, in pixels.
pub(crate) fn size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    let frame = header::read_frame(bytes)?;
    Ok((frame.width, frame.height))
}

/// Decodes at the smallest scale whose long edge is at least `long_edge` pixels.
///
/// # Errors
/// [`Error::Truncated`], [`Error::Corrupt`], [`Error::TooComplex`] for too many scans, and those of
/// the limits.
pub(crate) fn decode(
    bytes: &[u8],
    long_edge: u32,
    limits: &DecodeLimits,
) -> Result<DecodedImage, Error> {
    let head = header::read_head(bytes)?;
    let width = head.frame.width;
    let height = head.frame.height;
    let colours = match head.icc_profile() {
        Some(profile) => ColourSpace::Icc(profile),
        None => exif::colours(head.metadata.exif()),
    };
    let shape = shape(&head, &colours);
    let eighths = eighths(width.max(height), long_edge);
    let output = shape.bytes(scaled(width, eighths), scaled(height, eighths)) as u64;
    limits.check_memory(output)?;

    let memory = limits.memory - output;
    let job = DecodeJob { width, height, shape, eighths, scans: limits.scans, memory };
    let mut picture = decode_whole(bytes, &head, &job)?;
    if let Picture::Interleaved(pixels) = &mut picture
        && pixels.layout == PixelLayout::Cmyk
        && head.is_adobe()
    {
        // Photoshop writes ink upside down and says so only by being Adobe; everybody reads it this
        // way.
        for ink in &mut pixels.data {
            *ink = !*ink;
        }
    }
    Ok(DecodedImage { picture, colours, exif: head.metadata.read(), frames: 1 })
}

/// Returns luma and chroma as they are stored, where nothing is to be done to the colours.
fn shape(head: &JpegHead<'_>, colours: &ColourSpace) -> Shape {
    match head.frame.components {
        1 => Shape::Interleaved(PixelLayout::Grey),
        3 => match head.chroma_step() {
            Some(step) if colour::is_srgb(colours) => Shape::Planar { step },
            _ => Shape::Interleaved(PixelLayout::Rgb),
        },
        _ => Shape::Interleaved(PixelLayout::Cmyk),
    }
}

/// Decodes the pixels, if all of them are in the file.
///
/// A sound photograph has them at once. What is left is for libjpeg-turbo: where the file was cut
/// off, the library makes up what is missing and complains. It complains of damage in the middle
/// just the same; that is let pass, because it is all there is of the photograph.
fn decode_whole(bytes: &[u8], head: &JpegHead<'_>, job: &DecodeJob) -> Result<Picture, Error> {
    if let Some(picture) = fast::decode(bytes, job) {
        return Ok(picture);
    }
    let error = match decoder::decode(bytes, job) {
        Ok(output) if !output.has_complaint || header::has_end(bytes, head.scan) => {
            return Ok(output.picture);
        }
        Ok(_) => Error::Truncated,
        Err(failure) => explain(bytes, head, failure),
    };
    if matches!(error, Error::Truncated | Error::Corrupt(_))
        && let Some(picture) = decode_without_end(bytes, head, job)
    {
        return Ok(picture);
    }
    Err(error)
}

/// Decodes a file that has all of its pixels, but not the end marker behind them. With one in its
/// place, such a file gives no reason to complain.
fn decode_without_end(bytes: &[u8], head: &JpegHead<'_>, job: &DecodeJob) -> Option<Picture> {
    let end = match fast::end_of_pixels(bytes, job) {
        Some(end) => end,
        // Of other codings it cannot be told; there the marker may be missing, and nothing more.
        None if head.is_single_scan() => bytes.len(),
        None => return None,
    };
    let ended = [&bytes[..end], &header::END].concat();
    if let Some(picture) = fast::decode(&ended, job) {
        return Some(picture);
    }
    match decoder::decode(&ended, job) {
        Ok(TurboOutput { picture, has_complaint: false }) => Some(picture),
        _ => None,
    }
}

/// Translates a failure of libjpeg-turbo.
fn explain(bytes: &[u8], head: &JpegHead<'_>, TurboError(reason): TurboError) -> Error {
    let is_about_memory =
        reason.starts_with("Memory limit exceeded") || reason.starts_with("Insufficient memory");
    if is_about_memory {
        Error::TooMuchMemory(reason)
    } else if reason.starts_with("Progressive JPEG image has more than") {
        Error::TooComplex(reason)
    } else if header::has_end(bytes, head.scan) {
        Error::Corrupt(reason)
    } else {
        Error::Truncated
    }
}
