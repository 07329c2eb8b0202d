//! A decoder for the JPEG files that cameras write, which takes about half of libjpeg-turbo's time.
//!
//! It is for Huffman coding with 8 bits, sequential in one scan or progressive, of one component or
//! of three with the samplings of [`Shape::Planar`]. It gives up on whatever is irregular: it
//! either has all pixels of a sound file, or nothing at all. What becomes of a damaged file is
//! libjpeg-turbo's business alone.
//!
//! Where the time is saved:
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
    clippy::inline_always // some 20 million calls for a photograph, and their state has to stay in registers
)]

mod bits;
mod code;
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

use super::decoder::{self, Image, Job, Shape};
use super::scaled;
use crate::pixels::{self, Layout as PixelLayout, Pixels};
use crate::planar::{Planar, Range};
use layout::Layout;
use markers::{Next, State};
use output::Output;

/// The picture, if nothing at all is unusual about the file.
pub(super) fn decode(bytes: &[u8], job: &Job) -> Option<Image> {
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

/// Returns where the pixels end, if all of them are there, whatever is behind them: some makers
/// leave the end marker out, or put something of their own before it or in its place. It is also
/// for samplings that [`decode`] leaves to libjpeg-turbo.
pub(super) fn end_of_pixels(bytes: &[u8], job: &Job) -> Option<usize> {
    let (mut state, mut at) = (State::default(), markers::start(bytes)?);
    let Next::Scan(scan, data) = state.read(bytes, &mut at)? else { return None };
    let layout = Layout::new(&state)?;
    let frame = state.frame.as_ref()?;
    if (frame.width, frame.height) != (job.width, job.height) || layout.groups > sequential::GROUPS
    {
        return None;
    }
    if frame.is_progressive {
        return progressive::end(bytes, &layout, job);
    }
    sequential::decode::<1>(bytes, data, &state, &scan, &layout, |_, _, _, _| {})?
        .end_before_anything()
}

fn decode_scaled<const N: usize>(bytes: &[u8], job: &Job) -> Option<Image> {
    let (mut state, mut at) = (State::default(), markers::start(bytes)?);
    let Next::Scan(scan, data) = state.read(bytes, &mut at)? else { return None };
    let frame = state.frame.as_ref()?;
    let is_expected =
        (frame.width, frame.height) == (job.width, job.height) && frame.has(job.shape);
    if !is_expected {
        return None;
    }
    let is_progressive = frame.is_progressive;
    let layout = Layout::new(&state)?;
    let (width, height) = (scaled(job.width, job.eighths), scaled(job.height, job.eighths));
    let blank = |(width, height)| {
        let data = vec![0; pixels::bytes(width, height, PixelLayout::Grey)];
        Pixels::new(width, height, PixelLayout::Grey, data)
    };
    let mut planes: Vec<Pixels> = match job.shape {
        Shape::Planar { step } => decoder::planes(width, height, step).map(blank).into(),
        Shape::Interleaved(_) => vec![blank((width, height))],
    };
    let mut output = Output::<N>::new(&layout, &mut planes);
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
        let mut at = bits.end()?;
        let Next::End = state.read(bytes, &mut at)? else { return None };
    }
    match job.shape {
        Shape::Planar { step } => {
            let planes = planes.try_into().ok()?;
            Some(Image::Planar(Planar { width, height, step, range: Range::Full, planes }))
        }
        Shape::Interleaved(_) => planes.pop().map(Image::Interleaved),
    }
}
