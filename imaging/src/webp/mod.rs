//! WebP, by libwebp.

mod container;
mod decoder;
pub(crate) mod encoder;

use crate::colour::{self, ColourSpace};
use crate::picture::Picture;
use crate::pixels::{self, Layout, Pixels};
use crate::planar::{Planar, Range};
use crate::render::Decoded;
use crate::{Error, Limits};
use container::{Container, Frame};
use std::ffi::c_int;

/// Width and height as stored; of an animation those of the canvas.
pub(crate) fn size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    let features = decoder::features(bytes)?;
    Ok((features.width, features.height))
}

/// Decodes the picture, or the first frame of an animation.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Error> {
    let features = decoder::features(bytes)?;
    let container = Container::read(bytes)?;
    limits.check_frames(container.frames)?;
    let colours = container
        .icc
        .map_or(ColourSpace::Srgb, |profile| ColourSpace::Icc(profile.to_vec()));
    let exif = container.metadata.read();
    let is_stored_in_planes = !features.is_lossless && !features.has_alpha;
    let picture = match container.first_frame {
        Some(frame) if features.is_animation => {
            Picture::Interleaved(first_frame(frame, features.width, features.height, limits)?)
        }
        None if features.is_animation => {
            return Err(Error::corrupt("an animation without a frame"));
        }
        _ if is_stored_in_planes && !exif.adobe_rgb && colour::is_srgb(&colours) => {
            Picture::Planar(planar(bytes, &features, limits)?)
        }
        _ => Picture::Interleaved(still(bytes, limits)?),
    };
    Ok(Decoded { picture, colours, exif, frames: container.frames.max(1) })
}

/// A lossy picture without alpha, as it is stored.
fn planar(bytes: &[u8], features: &decoder::Features, limits: &Limits) -> Result<Planar, Error> {
    let (width, height) = (features.width, features.height);
    limits.check_size(width, height)?;
    let half = (width.div_ceil(2), height.div_ceil(2));
    let sizes = [(width, height), half, half];
    let output: usize = sizes
        .iter()
        .map(|&(width, height)| pixels::bytes(width, height, Layout::Grey))
        .sum();
    limits.check_memory(output as u64)?;
    let plane = |(width, height)| {
        Pixels::new(
            width,
            height,
            Layout::Grey,
            vec![0; pixels::bytes(width, height, Layout::Grey)],
        )
    };
    let mut planes = sizes.map(plane);
    decoder::decode_planes(bytes, &mut planes)?;
    Ok(Planar { width, height, step: (2, 2), range: Range::Limited, planes })
}

/// A picture, as a whole file or as the bare chunks of a frame.
fn still(bytes: &[u8], limits: &Limits) -> Result<Pixels, Error> {
    let decoder::Features { width, height, has_alpha, is_lossless, .. } = decoder::features(bytes)?;
    limits.check_size(width, height)?;
    let layout = if has_alpha { Layout::Rgba } else { Layout::Rgb };
    let output = pixels::bytes(width, height, layout);
    // A lossless picture is decoded to 32 bits a pixel first, the alpha of a lossy one to a plane
    // of its own.
    let working = match (is_lossless, has_alpha) {
        (true, _) => pixels::bytes(width, height, Layout::Rgba),
        (false, true) => pixels::bytes(width, height, Layout::Grey),
        (false, false) => 0,
    };
    limits.check_memory(output as u64 + working as u64)?;
    let mut data = vec![0; output];
    decoder::decode(bytes, width, has_alpha, &mut data)?;
    Ok(Pixels::new(width, height, layout, data))
}

/// The first frame on its canvas, which is transparent where the frame does not reach.
fn first_frame(
    frame: Frame<'_>,
    width: u32,
    height: u32,
    limits: &Limits,
) -> Result<Pixels, Error> {
    let part = still(frame.data, limits)?;
    // Offsets have 25 bits, sides 24.
    if frame.x + part.width > width || frame.y + part.height > height {
        return Err(Error::corrupt("a frame reaches over its canvas"));
    }
    if (part.width, part.height) == (width, height) {
        return Ok(part);
    }
    let output = pixels::bytes(width, height, Layout::Rgba);
    limits.check_memory(
        output as u64 + pixels::bytes(part.width, part.height, Layout::Rgba) as u64,
    )?;
    let part = match part.layout {
        Layout::Rgb => part.map(Layout::Rgba, |[r, g, b]| [r, g, b, 255]),
        _ => part,
    };
    let mut canvas = vec![0; output];
    let (row, left) = (width as usize * 4, frame.x as usize * 4);
    let part_row = part.width as usize * 4;
    for (from, to) in part
        .data
        .chunks_exact(part_row)
        .zip(canvas.chunks_exact_mut(row).skip(frame.y as usize))
    {
        to[left..left + part_row].copy_from_slice(from);
    }
    Ok(Pixels::new(width, height, Layout::Rgba, canvas))
}

/// Sides and rows are bounded by the limits, and those by memory; what does not fit is refused by
/// the library.
fn to_c(number: u32) -> c_int {
    c_int::try_from(number).unwrap_or(c_int::MAX)
}
