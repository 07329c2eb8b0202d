//! A decoder for the JPEG files that cameras write, which takes about half of libjpeg-turbo's time.
//!
//! It is for Huffman coding with 8 bits, sequential in one scan or progressive, of one component or
//! of three with the samplings of [`Shape::Planar`]. It gives up on whatever is irregular: it
//! either has all pixels of a sound file, or nothing at all. A damaged file is libjpeg-turbo's
//! business alone.
//!
//! The time is saved by these means:
//!
//! - One look at the next ten bits tells the values of one or two coefficients, and where they
//!   belong.
//! - At a scale of N eighths only the N × N lowest coefficients matter. The others are stepped
//!   over, several at a time.
//! - Sixteen blocks are transformed at once, in vectors.
//! - Of a progressive picture only the coefficients that matter are kept; of the others a bit each.
//!
//! Pixels are those of libjpeg-turbo, give or take one, but at two and four eighths: there it
//! averages the pixels of the full size, and this is the same transform as at the other scales.
#![allow(
    clippy::cast_possible_truncation, // bits are cut out of words, everywhere
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss, // of angles
    clippy::cast_sign_loss,
    clippy::needless_range_loop, // lanes and places index several arrays at once
    clippy::inline_always // some 20 million calls a photograph, with their state in registers
)]

mod bits;
mod code;
mod coefficients;
mod first;
mod huffman;
mod idct;
mod layout;
mod lookup;
mod markers;
mod output;
mod plan;
mod progressive;
mod refine;
mod sequential;
#[cfg(test)]
mod tests;

use super::job::{DecodeJob, Shape, plane_sizes};
use crate::picture::Picture;
use crate::pixels::{PixelLayout, Pixels};
use crate::planar::{Planar, SampleRange};
use layout::McuLayout;
use markers::{CodedFrame, DecoderState, NextSegment};
use output::PlaneOutput;

/// Decodes the picture, if nothing at all is unusual about the file.
pub(super) fn decode(bytes: &[u8], job: &DecodeJob) -> Option<Picture> {
    match job.eighths {
        1 => decode_scaled::<1>(bytes, job),
        2 => decode_scaled::<2>(bytes, job),
        3 => decode_scaled::<3>(bytes, job),
        4 => decode_scaled::<4>(bytes, job),
        5 => decode_scaled::<5>(bytes, job),
        6 => decode_scaled::<6>(bytes, job),
        7 => decode_scaled::<7>(bytes, job),
        8 => decode_scaled::<8>(bytes, job),
        _ => None,
    }
}

/// Returns the offset at which the pixels end, if all of them are there, whatever is behind them:
/// some makers leave the end marker out, or put something of their own before it or in its place.
/// It is also for samplings that [`decode`] leaves to libjpeg-turbo.
pub(super) fn end_of_pixels(bytes: &[u8], job: &DecodeJob) -> Option<usize> {
    let mut state = DecoderState::default();
    let mut at = markers::start(bytes)?;
    let NextSegment::Scan(scan, data) = state.read(bytes, &mut at)? else { return None };
    let layout = McuLayout::new(&state)?;
    let frame = state.frame.as_ref()?;
    if !has_size(frame, job) || layout.groups > sequential::GROUPS {
        return None;
    }
    if frame.is_progressive {
        return progressive::end(bytes, &layout, job);
    }
    let bits = sequential::decode::<1>(bytes, data, &state, &scan, &layout, |_, _, _, _| {})?;
    bits.end_before_anything()
}

fn has_size(frame: &CodedFrame, job: &DecodeJob) -> bool {
    (frame.width, frame.height) == (job.width, job.height)
}

/// Decodes at `N` eighths.
fn decode_scaled<const N: usize>(bytes: &[u8], job: &DecodeJob) -> Option<Picture> {
    let mut state = DecoderState::default();
    let mut at = markers::start(bytes)?;
    let NextSegment::Scan(scan, data) = state.read(bytes, &mut at)? else { return None };
    let frame = state.frame.as_ref()?;
    if !has_size(frame, job) || !frame.has_shape(job.shape) {
        return None;
    }
    let is_progressive = frame.is_progressive;
    let layout = McuLayout::new(&state)?;
    let mut planes = blank_planes(job);
    let mut output = PlaneOutput::<N>::new(&layout, &mut planes);
    if is_progressive {
        progressive::decode(bytes, &layout, job, &mut output)?;
    } else {
        let bits = sequential::decode::<N>(
            bytes,
            data,
            &state,
            &scan,
            &layout,
            |batch, has_more, row, first| {
                output.write(batch, has_more, row, first);
            },
        )?;
        let mut end = bits.end()?;
        let NextSegment::End = state.read(bytes, &mut end)? else { return None };
    }
    picture_of(planes, job)
}

/// Creates the planes of the scaled picture.
fn blank_planes(job: &DecodeJob) -> Vec<Pixels> {
    let (width, height) = job.scaled_size();
    match job.shape {
        Shape::Planar { step } => {
            let mut planes = Vec::with_capacity(3);
            for (width, height) in plane_sizes(width, height, step) {
                planes.push(Pixels::blank(width, height, PixelLayout::Grey));
            }
            planes
        }
        Shape::Interleaved(_) => vec![Pixels::blank(width, height, PixelLayout::Grey)],
    }
}

fn picture_of(mut planes: Vec<Pixels>, job: &DecodeJob) -> Option<Picture> {
    let Shape::Planar { step } = job.shape else {
        return planes.pop().map(Picture::Interleaved);
    };
    let (width, height) = job.scaled_size();
    let planes = planes.try_into().ok()?;
    Some(Picture::Planar(Planar { width, height, step, range: SampleRange::Full, planes }))
}
