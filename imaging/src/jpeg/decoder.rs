//! Decoding with libjpeg-turbo.
#![allow(unsafe_code)] // a C library

use super::job::{DecodeJob, Shape, plane_sizes};
use super::turbo::{Handle, TurboError};
use crate::ffi::to_c_int;
use crate::picture::Picture;
use crate::pixels::{PixelLayout, Pixels};
use crate::planar::{Planar, SampleRange};
use std::ffi::c_int;
use turbojpeg_sys as sys;

/// A picture that was decoded to its last row.
pub(super) struct TurboOutput {
    pub(super) picture: Picture,
    /// True if the library complained, of whatever.
    pub(super) has_complaint: bool,
}

/// Decodes a whole picture.
///
/// # Errors
/// The library's message, where it did not go on to the last row.
pub(super) fn decode(bytes: &[u8], job: &DecodeJob) -> Result<TurboOutput, TurboError> {
    let handle = Handle::new(sys::TJINIT_TJINIT_DECOMPRESS)?;
    let mebibytes = c_int::try_from(job.memory >> 20).unwrap_or(c_int::MAX);
    handle.set(sys::TJPARAM_TJPARAM_MAXMEMORY, mebibytes.max(1))?;
    handle.set(sys::TJPARAM_TJPARAM_SCANLIMIT, to_c_int(job.scans))?;
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
    set_scale(&handle, job.eighths)?;
    match job.shape {
        Shape::Interleaved(layout) => interleaved(&handle, bytes, job, layout),
        Shape::Planar { step } => planar(&handle, bytes, job, step),
    }
}

/// Refuses a header that the library reads otherwise than we do, for whose reading the buffers are
/// made.
fn compare(handle: &Handle, job: &DecodeJob) -> Result<(), TurboError> {
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
    for (parameter, value) in expected {
        if i64::from(handle.parameter(parameter)) != value {
            return Err(TurboError("the header can be read in two ways".into()));
        }
    }
    Ok(())
}

fn interleaved(
    handle: &Handle,
    bytes: &[u8],
    job: &DecodeJob,
    layout: PixelLayout,
) -> Result<TurboOutput, TurboError> {
    let (width, height) = job.scaled_size();
    let mut pixels = Pixels::blank(width, height, layout);
    let format = match layout {
        PixelLayout::Grey => sys::TJPF_TJPF_GRAY,
        PixelLayout::Cmyk => sys::TJPF_TJPF_CMYK,
        _ => sys::TJPF_TJPF_RGB,
    };
    // SAFETY: the handle is live and its header was read from this slice. The library writes rows
    // without padding (pitch 0) of the scaled size that it computes from width, height and
    // scale, all three of which were compared or set before; `pixels` has just that size, because
    // TJSCALED rounds as `scaled` does and the three formats have as many bytes a pixel as
    // their layouts.
    let status = unsafe {
        sys::tj3Decompress8(
            handle.get(),
            bytes.as_ptr(),
            bytes.len() as sys::size_t,
            pixels.data.as_mut_ptr(),
            0,
            format,
        )
    };
    let has_complaint = handle.check(status)?;
    Ok(TurboOutput { picture: Picture::Interleaved(pixels), has_complaint })
}

fn planar(
    handle: &Handle,
    bytes: &[u8],
    job: &DecodeJob,
    step: (u32, u32),
) -> Result<TurboOutput, TurboError> {
    let (width, height) = job.scaled_size();
    let mut planes = plane_sizes(width, height, step)
        .map(|(width, height)| Pixels::blank(width, height, PixelLayout::Grey));
    let mut pointers = planes.each_mut().map(|plane| plane.data.as_mut_ptr());
    // SAFETY: the handle is live and its header was read from this slice. The library writes three
    // planes without padding (no strides) of the sizes that tj3YUVPlaneWidth and
    // tj3YUVPlaneHeight give for the scaled size and the subsampling. Size, subsampling and
    // colour space were compared before, `plane_sizes` computes the same (and a test compares), and
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
    let planar = Planar { width, height, step, range: SampleRange::Full, planes };
    Ok(TurboOutput { picture: Picture::Planar(planar), has_complaint })
}

/// Returns the library's name for the subsamplings of [`Shape::Planar`].
fn subsampling(step: (u32, u32)) -> sys::TJSAMP {
    match step {
        (1, 1) => sys::TJSAMP_TJSAMP_444,
        (2, 1) => sys::TJSAMP_TJSAMP_422,
        (2, 2) => sys::TJSAMP_TJSAMP_420,
        _ => sys::TJSAMP_TJSAMP_UNKNOWN,
    }
}

/// Sets the scale, which the library knows in lowest terms only.
fn set_scale(handle: &Handle, eighths: u32) -> Result<(), TurboError> {
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
        _ => Err(TurboError(handle.message())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_are_as_large_as_the_library_s() {
        for step in [(1, 1), (2, 1), (2, 2)] {
            let subsampling = subsampling(step);
            for (width, height) in [(1, 1), (2, 3), (1023, 767), (2048, 1536), (65_500, 7)] {
                let found = plane_sizes(width, height, step);
                let across = to_c_int(width);
                let down = to_c_int(height);
                for (component, size) in (0..).zip(found) {
                    // SAFETY: takes and returns numbers.
                    let expected = unsafe {
                        (
                            sys::tj3YUVPlaneWidth(component, across, subsampling),
                            sys::tj3YUVPlaneHeight(component, down, subsampling),
                        )
                    };
                    let size = (to_c_int(size.0), to_c_int(size.1));
                    assert_eq!(size, expected, "{step:?} {width}×{height}");
                }
            }
        }
    }
}
