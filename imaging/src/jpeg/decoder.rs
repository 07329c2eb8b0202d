//! Decoding with libjpeg-turbo.
#![allow(unsafe_code)] // a C library

use super::scaled;
use super::turbo::{Failure, Handle};
use crate::pixels::{self, Layout, Pixels};
use crate::planar::{Planar, Range};
use std::ffi::c_int;
use turbojpeg_sys as sys;

/// What to decode; width, height and shape are what our own reading of the header found.
pub(super) struct Job {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) shape: Shape,
    /// The scale, 1 to 8 eighths.
    pub(super) eighths: u32,
    /// Passes at most.
    pub(super) scans: u32,
    /// Bytes that the library may take for coefficients.
    pub(super) memory: u64,
}

/// What to decode to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Grey, RGB or CMYK.
    Interleaved(Layout),
    /// Luma and chroma as they are stored, with this many pixels to a sample of chroma, across and
    /// down.
    Planar { step: (u32, u32) },
}

impl Shape {
    /// Bytes of a picture of this size.
    pub(super) fn bytes(self, width: u32, height: u32) -> usize {
        match self {
            Self::Interleaved(layout) => pixels::bytes(width, height, layout),
            Self::Planar { step } => planes(width, height, step)
                .iter()
                .map(|&(w, h)| pixels::bytes(w, h, Layout::Grey))
                .sum(),
        }
    }
}

/// The decoded picture, in the shape that was asked for.
pub(super) enum Image {
    Interleaved(Pixels),
    Planar(Planar),
}

/// A picture that was decoded to its last row.
pub(super) struct Output {
    pub(super) image: Image,
    /// Whether the library complained, of whatever.
    pub(super) has_complaint: bool,
}

/// Decodes a whole picture.
pub(super) fn decode(bytes: &[u8], job: &Job) -> Result<Output, Failure> {
    let handle = Handle::new(sys::TJINIT_TJINIT_DECOMPRESS)?;
    let mebibytes = c_int::try_from(job.memory >> 20)
        .unwrap_or(c_int::MAX)
        .max(1);
    handle.set(sys::TJPARAM_TJPARAM_MAXMEMORY, mebibytes)?;
    handle.set(sys::TJPARAM_TJPARAM_SCANLIMIT, c_int::try_from(job.scans).unwrap_or(c_int::MAX))?;
    // The profile is read by us; kept by the library, it would take its size twice.
    handle.set(sys::TJPARAM_TJPARAM_SAVEMARKERS, 0)?;
    // SAFETY: the handle is a live decompressor; pointer and length are of one slice, which the
    // call only reads. What the library keeps of the pointer it reads again only in the call
    // below, on the same slice.
    let status = unsafe {
        sys::tj3DecompressHeader(handle.get(), bytes.as_ptr(), bytes.len() as sys::size_t)
    };
    handle.check(status)?;
    compare(&handle, job)?;
    scale(&handle, job.eighths)?;
    match job.shape {
        Shape::Interleaved(layout) => interleaved(&handle, bytes, job, layout),
        Shape::Planar { step } => planar(&handle, bytes, job, step),
    }
}

/// Buffers are made for our reading of the header, so the library's must be the same.
fn compare(handle: &Handle, job: &Job) -> Result<(), Failure> {
    let mut expected = vec![
        (sys::TJPARAM_TJPARAM_JPEGWIDTH, i64::from(job.width)),
        (sys::TJPARAM_TJPARAM_JPEGHEIGHT, i64::from(job.height)),
        (sys::TJPARAM_TJPARAM_PRECISION, 8),
        (sys::TJPARAM_TJPARAM_LOSSLESS, 0),
    ];
    if let Shape::Planar { step } = job.shape {
        expected.push((sys::TJPARAM_TJPARAM_SUBSAMP, subsampling(step).into()));
        expected.push((sys::TJPARAM_TJPARAM_COLORSPACE, sys::TJCS_TJCS_YCbCr.into()));
    }
    let is_same = expected
        .into_iter()
        .all(|(parameter, value)| i64::from(handle.parameter(parameter)) == value);
    is_same
        .then_some(())
        .ok_or_else(|| Failure("the header can be read in two ways".into()))
}

fn interleaved(
    handle: &Handle,
    bytes: &[u8],
    job: &Job,
    layout: Layout,
) -> Result<Output, Failure> {
    let (width, height) = (scaled(job.width, job.eighths), scaled(job.height, job.eighths));
    let mut data = vec![0; pixels::bytes(width, height, layout)];
    let format = match layout {
        Layout::Grey => sys::TJPF_TJPF_GRAY,
        Layout::Cmyk => sys::TJPF_TJPF_CMYK,
        _ => sys::TJPF_TJPF_RGB,
    };
    // SAFETY: the handle is live and its header was read from this slice. The library writes rows
    // without padding (pitch 0) of the scaled size that it computes from width, height and
    // scale, all three of which were compared or set before; `data` has just that size, because
    // TJSCALED rounds as `scaled` does and the three formats have as many bytes a pixel as
    // their layouts.
    let status = unsafe {
        sys::tj3Decompress8(
            handle.get(),
            bytes.as_ptr(),
            bytes.len() as sys::size_t,
            data.as_mut_ptr(),
            0,
            format,
        )
    };
    let has_complaint = handle.check(status)?;
    Ok(Output {
        image: Image::Interleaved(Pixels::new(width, height, layout, data)),
        has_complaint,
    })
}

fn planar(handle: &Handle, bytes: &[u8], job: &Job, step: (u32, u32)) -> Result<Output, Failure> {
    let (width, height) = (scaled(job.width, job.eighths), scaled(job.height, job.eighths));
    let mut planes = planes(width, height, step)
        .map(|(w, h)| Pixels::new(w, h, Layout::Grey, vec![0; w as usize * h as usize]));
    let mut pointers = planes.each_mut().map(|plane| plane.data.as_mut_ptr());
    // SAFETY: the handle is live and its header was read from this slice. The library writes three
    // planes without padding (no strides) of the sizes that tj3YUVPlaneWidth and
    // tj3YUVPlaneHeight give for the scaled size and the subsampling. Size, subsampling and
    // colour space were compared before, `planes` computes the same (and a test compares), and
    // the planes outlive the call.
    let status = unsafe {
        sys::tj3DecompressToYUVPlanes8(
            handle.get(),
            bytes.as_ptr(),
            bytes.len() as sys::size_t,
            pointers.as_mut_ptr(),
            std::ptr::null_mut(),
        )
    };
    let has_complaint = handle.check(status)?;
    Ok(Output {
        image: Image::Planar(Planar { width, height, step, range: Range::Full, planes }),
        has_complaint,
    })
}

/// Width and height of each plane. The library rounds the picture up to whole samples of chroma,
/// and so luma may be one pixel wider or higher than the picture.
pub(super) fn planes(width: u32, height: u32, step: (u32, u32)) -> [(u32, u32); 3] {
    let chroma = (width.div_ceil(step.0), height.div_ceil(step.1));
    [(chroma.0 * step.0, chroma.1 * step.1), chroma, chroma]
}

/// The library's name for the subsamplings of [`Shape::Planar`].
fn subsampling(step: (u32, u32)) -> sys::TJSAMP {
    match step {
        (1, 1) => sys::TJSAMP_TJSAMP_444,
        (2, 1) => sys::TJSAMP_TJSAMP_422,
        (2, 2) => sys::TJSAMP_TJSAMP_420,
        _ => sys::TJSAMP_TJSAMP_UNKNOWN,
    }
}

/// The library knows its scales in lowest terms only.
fn scale(handle: &Handle, eighths: u32) -> Result<(), Failure> {
    let (num, denom) = match eighths {
        1 => (1, 8),
        2 => (1, 4),
        3 => (3, 8),
        4 => (1, 2),
        5 => (5, 8),
        6 => (3, 4),
        7 => (7, 8),
        _ => (1, 1),
    };
    // SAFETY: the handle is live; the library checks the factor.
    match unsafe { sys::tj3SetScalingFactor(handle.get(), sys::tjscalingfactor { num, denom }) } {
        0 => Ok(()),
        _ => Err(Failure(handle.message())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_are_as_large_as_the_library_s() {
        for step in [(1, 1), (2, 1), (2, 2)] {
            for (width, height) in [(1, 1), (2, 3), (1023, 767), (2048, 1536), (65_500, 7)] {
                let found = planes(width, height, step);
                for (component, size) in (0..).zip(found) {
                    let (w, h) = (width.cast_signed(), height.cast_signed());
                    // SAFETY: takes and returns numbers.
                    let expected = unsafe {
                        let subsampling = subsampling(step);
                        (
                            sys::tj3YUVPlaneWidth(component, w, subsampling),
                            sys::tj3YUVPlaneHeight(component, h, subsampling),
                        )
                    };
                    assert_eq!(
                        (size.0.cast_signed(), size.1.cast_signed()),
                        expected,
                        "{step:?} {width}×{height}"
                    );
                }
            }
        }
    }
}
