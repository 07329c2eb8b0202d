//! WebP, by libwebp.

mod container;
mod decoder;
pub(crate) mod encoder;

use crate::colour::{self, ColourSpace};
use crate::decoded::DecodedImage;
use crate::picture::Picture;
use crate::pixels::{self, PixelLayout, Pixels};
use crate::planar::{Planar, SampleRange};
use crate::{DecodeLimits, Error};
use container::{AnimationFrame, WebpContainer};
use decoder::WebpFeatures;

/// Returns width and height as stored, in pixels; of an animation those of the canvas.
pub(crate) fn size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    let features = decoder::features(bytes)?;
    Ok((features.width, features.height))
}

/// Decodes the picture, or the first frame of an animation.
///
/// # Errors
/// [`Error::Truncated`], [`Error::Corrupt`], and those of the limits.
pub(crate) fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<DecodedImage, Error> {
    let features = decoder::features(bytes)?;
    let container = WebpContainer::read(bytes)?;
    limits.check_frames(container.frames)?;
    let colours = match container.icc {
        Some(profile) => ColourSpace::Icc(profile.to_vec()),
        None => ColourSpace::Srgb,
    };
    let exif = container.metadata.read();
    let is_stored_in_planes = !features.is_lossless && !features.has_alpha;
    let picture = match container.first_frame {
        Some(frame) if features.is_animation => {
            Picture::Interleaved(decode_first_frame(frame, &features, limits)?)
        }
        None if features.is_animation => {
            return Err(Error::corrupt("an animation without a frame"));
        }
        _ if is_stored_in_planes && !exif.adobe_rgb && colour::is_srgb(&colours) => {
            Picture::Planar(decode_planes(bytes, &features, limits)?)
        }
        _ => Picture::Interleaved(decode_still(bytes, limits)?),
    };
    Ok(DecodedImage { picture, colours, exif, frames: container.frames.max(1) })
}

/// Decodes a lossy picture without alpha, as it is stored.
fn decode_planes(
    bytes: &[u8],
    features: &WebpFeatures,
    limits: &DecodeLimits,
) -> Result<Planar, Error> {
    let WebpFeatures { width, height, .. } = *features;
    limits.check_size(width, height)?;
    let half_width = width.div_ceil(2);
    let half_height = height.div_ceil(2);
    let luma = pixels::bytes(width, height, PixelLayout::Grey);
    let chroma = pixels::bytes(half_width, half_height, PixelLayout::Grey);
    limits.check_memory((luma + 2 * chroma) as u64)?;
    let mut planes = [
        Pixels::blank(width, height, PixelLayout::Grey),
        Pixels::blank(half_width, half_height, PixelLayout::Grey),
        Pixels::blank(half_width, half_height, PixelLayout::Grey),
    ];
    decoder::decode_planes(bytes, &mut planes)?;
    Ok(Planar { width, height, step: (2, 2), range: SampleRange::Limited, planes })
}

/// Decodes a picture, as a whole file or as the bare chunks of a frame.
fn decode_still(bytes: &[u8], limits: &DecodeLimits) -> Result<Pixels, Error> {
    let WebpFeatures { width, height, has_alpha, is_lossless, .. } = decoder::features(bytes)?;
    limits.check_size(width, height)?;
    let layout = if has_alpha { PixelLayout::Rgba } else { PixelLayout::Rgb };
    let output = pixels::bytes(width, height, layout);
    // A lossless picture is decoded to 32 bits a pixel first, the alpha of a lossy one to a plane
    // of its own.
    let working = match (is_lossless, has_alpha) {
        (true, _) => pixels::bytes(width, height, PixelLayout::Rgba),
        (false, true) => pixels::bytes(width, height, PixelLayout::Grey),
        (false, false) => 0,
    };
    limits.check_memory(output as u64 + working as u64)?;
    let mut pixels = Pixels::blank(width, height, layout);
    decoder::decode(bytes, width, has_alpha, &mut pixels.data)?;
    Ok(pixels)
}

/// Decodes the first frame on its canvas, which is transparent where the frame does not reach.
fn decode_first_frame(
    frame: AnimationFrame<'_>,
    canvas: &WebpFeatures,
    limits: &DecodeLimits,
) -> Result<Pixels, Error> {
    let mut part = decode_still(frame.data, limits)?;
    // Offsets have 25 bits, sides 24.
    if frame.x + part.width > canvas.width || frame.y + part.height > canvas.height {
        return Err(Error::corrupt("a frame reaches over its canvas"));
    }
    if (part.width, part.height) == (canvas.width, canvas.height) {
        return Ok(part);
    }
    let output = pixels::bytes(canvas.width, canvas.height, PixelLayout::Rgba);
    let expanded = pixels::bytes(part.width, part.height, PixelLayout::Rgba);
    limits.check_memory(output as u64 + expanded as u64)?;
    if part.layout == PixelLayout::Rgb {
        part = part.map(PixelLayout::Rgba, |[r, g, b]| [r, g, b, 255]);
    }
    let mut whole = Pixels::blank(canvas.width, canvas.height, PixelLayout::Rgba);
    let canvas_row = pixels::bytes(canvas.width, 1, PixelLayout::Rgba);
    let part_row = pixels::bytes(part.width, 1, PixelLayout::Rgba);
    let left = pixels::bytes(frame.x, 1, PixelLayout::Rgba);
    let rows = whole
        .data
        .chunks_exact_mut(canvas_row)
        .skip(frame.y as usize);
    for (from, to) in part.data.chunks_exact(part_row).zip(rows) {
        to[left..left + part_row].copy_from_slice(from);
    }
    Ok(whole)
}
