//! The calls into libjpeg-turbo.
//!
//! Made directly, not through the `turbojpeg` crate: its wrapper cannot cap the memory of a progressive
//! JPEG, and does not tell a complaint about a picture that was decoded from a failure.
#![allow(unsafe_code)] // a C library

use crate::pixels::{self, Layout};
use std::ffi::{CStr, c_int, c_void};
use std::ptr::NonNull;
use turbojpeg_sys as sys;

/// What to decode; width, height and layout are what our own reading of the header found.
pub(super) struct Job {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) layout: Layout,
    /// The scale, 1 to 8 eighths.
    pub(super) eighths: u32,
    /// Passes at most.
    pub(super) scans: u32,
    /// Bytes that the library may take for coefficients.
    pub(super) memory: u64,
}

/// A picture that was decoded to its last row.
pub(super) struct Output {
    pub(super) data: Vec<u8>,
    /// Whether the library complained, of whatever.
    pub(super) has_complaint: bool,
}

/// In the library's words.
pub(super) struct Failure(pub(super) String);

/// Decodes a whole picture.
pub(super) fn decode(bytes: &[u8], job: &Job) -> Result<Output, Failure> {
    let decoder = Decoder::new()?;
    let mebibytes = c_int::try_from(job.memory >> 20).unwrap_or(c_int::MAX).max(1);
    decoder.set(sys::TJPARAM_TJPARAM_MAXMEMORY, mebibytes)?;
    decoder.set(sys::TJPARAM_TJPARAM_SCANLIMIT, c_int::try_from(job.scans).unwrap_or(c_int::MAX))?;
    // SAFETY: the handle is a live decompressor; pointer and length are of one slice, which the call only
    // reads. What the library keeps of the pointer it reads again only in the call below, on the same slice.
    let status = unsafe { sys::tj3DecompressHeader(decoder.handle(), bytes.as_ptr(), bytes.len() as sys::size_t) };
    decoder.check(status)?;
    let found = [
        decoder.get(sys::TJPARAM_TJPARAM_JPEGWIDTH),
        decoder.get(sys::TJPARAM_TJPARAM_JPEGHEIGHT),
        decoder.get(sys::TJPARAM_TJPARAM_PRECISION),
        decoder.get(sys::TJPARAM_TJPARAM_LOSSLESS),
    ];
    // The buffer below is made for our reading of the header, so the library's must be the same.
    if found.map(i64::from) != [i64::from(job.width), i64::from(job.height), 8, 0] {
        return Err(Failure("the header can be read in two ways".into()));
    }
    decoder.scale(job.eighths)?;

    let scaled = |side: u32| super::scaled(side, job.eighths);
    let mut data = vec![0; pixels::bytes(scaled(job.width), scaled(job.height), job.layout)];
    let format = match job.layout {
        Layout::Grey => sys::TJPF_TJPF_GRAY,
        Layout::Cmyk => sys::TJPF_TJPF_CMYK,
        _ => sys::TJPF_TJPF_RGB,
    };
    // SAFETY: the handle is live and its header was read from this slice. The library writes rows without
    // padding (pitch 0) of the scaled size that it computes from width, height and scale, all three of which
    // were compared or set above; `data` has just that size, because TJSCALED rounds as `scaled` does and
    // the three formats have as many bytes a pixel as their layouts.
    let status = unsafe {
        sys::tj3Decompress8(decoder.handle(), bytes.as_ptr(), bytes.len() as sys::size_t, data.as_mut_ptr(), 0, format)
    };
    Ok(Output { data, has_complaint: decoder.check(status)? })
}

/// Owns a decompressor.
struct Decoder(NonNull<c_void>);

impl Decoder {
    fn new() -> Result<Self, Failure> {
        // SAFETY: takes a constant, returns a handle or null.
        let handle = unsafe { sys::tj3Init(sys::TJINIT_TJINIT_DECOMPRESS.cast_signed()) };
        NonNull::new(handle).map(Self).ok_or_else(|| Failure("Insufficient memory for a decoder".into()))
    }

    fn handle(&self) -> sys::tjhandle {
        self.0.as_ptr()
    }

    fn set(&self, parameter: sys::TJPARAM, value: c_int) -> Result<(), Failure> {
        // SAFETY: the handle is live; the library checks parameter and value.
        match unsafe { sys::tj3Set(self.handle(), parameter.cast_signed(), value) } {
            0 => Ok(()),
            _ => Err(Failure(self.message())),
        }
    }

    fn get(&self, parameter: sys::TJPARAM) -> c_int {
        // SAFETY: the handle is live; an unknown parameter gives -1.
        unsafe { sys::tj3Get(self.handle(), parameter.cast_signed()) }
    }

    /// The library knows its scales in lowest terms only.
    fn scale(&self, eighths: u32) -> Result<(), Failure> {
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
        match unsafe { sys::tj3SetScalingFactor(self.handle(), sys::tjscalingfactor { num, denom }) } {
            0 => Ok(()),
            _ => Err(Failure(self.message())),
        }
    }

    fn message(&self) -> String {
        // SAFETY: the handle is live; the string ends with a NUL and is copied before the next call.
        unsafe { CStr::from_ptr(sys::tj3GetErrorStr(self.handle())) }.to_string_lossy().into_owned()
    }

    /// Whether a call complained; an error, if it did not go on to the end. The library's code alone does
    /// not tell: it stays at "warning" when an error follows one.
    fn check(&self, status: c_int) -> Result<bool, Failure> {
        if status == 0 {
            return Ok(false);
        }
        // SAFETY: the handle is live.
        let code = unsafe { sys::tj3GetErrorCode(self.handle()) };
        let message = self.message();
        let is_warning = WARNINGS.iter().any(|start| message.starts_with(start));
        if code == sys::TJERR_TJERR_WARNING.cast_signed() && is_warning { Ok(true) } else { Err(Failure(message)) }
    }
}

/// How the messages of libjpeg-turbo's warnings begin (the JWRN lines of its `jerror.h`).
const WARNINGS: &[&str] = &[
    "Corrupt JPEG data",
    "Inconsistent progression sequence",
    "Invalid SOS parameters for sequential JPEG",
    "Premature end of JPEG file",
    "Unknown Adobe color transform code",
    "Warning: unknown JFIF revision number",
];

impl Drop for Decoder {
    fn drop(&mut self) {
        // SAFETY: the handle came from `tj3Init` and is destroyed once.
        unsafe { sys::tj3Destroy(self.handle()) }
    }
}
