//! What decoder and encoder share of libjpeg-turbo.
//!
//! Called directly, not through the `turbojpeg` crate: its wrapper cannot cap the memory of a
//! progressive JPEG, and does not tell a complaint about a picture that was decoded from a failure.
#![allow(unsafe_code)] // a C library

use std::ffi::{CStr, c_int, c_void};
use std::ptr::NonNull;
use turbojpeg_sys as sys;

/// In the library's words.
pub(crate) struct Failure(pub(crate) String);

/// Owns a compressor or decompressor.
pub(super) struct Handle(NonNull<c_void>);

impl Handle {
    pub(super) fn new(kind: sys::TJINIT) -> Result<Self, Failure> {
        // SAFETY: takes a constant, returns a handle or null.
        let handle = unsafe { sys::tj3Init(kind.cast_signed()) };
        NonNull::new(handle)
            .map(Self)
            .ok_or_else(|| Failure("Insufficient memory for libjpeg-turbo".into()))
    }

    pub(super) fn get(&self) -> sys::tjhandle {
        self.0.as_ptr()
    }

    pub(super) fn set(&self, parameter: sys::TJPARAM, value: c_int) -> Result<(), Failure> {
        // SAFETY: the handle is live; the library checks parameter and value.
        match unsafe { sys::tj3Set(self.get(), parameter.cast_signed(), value) } {
            0 => Ok(()),
            _ => Err(Failure(self.message())),
        }
    }

    pub(super) fn parameter(&self, parameter: sys::TJPARAM) -> c_int {
        // SAFETY: the handle is live; an unknown parameter gives -1.
        unsafe { sys::tj3Get(self.get(), parameter.cast_signed()) }
    }

    pub(super) fn message(&self) -> String {
        // SAFETY: the handle is live; the string ends with a NUL and is copied before the next
        // call.
        unsafe { CStr::from_ptr(sys::tj3GetErrorStr(self.get())) }
            .to_string_lossy()
            .into_owned()
    }

    /// Whether a call complained; an error, if it did not go on to the end. The library's code
    /// alone does not tell: it stays at "warning" when an error follows one.
    pub(super) fn check(&self, status: c_int) -> Result<bool, Failure> {
        if status == 0 {
            return Ok(false);
        }
        // SAFETY: the handle is live.
        let code = unsafe { sys::tj3GetErrorCode(self.get()) };
        let message = self.message();
        let is_warning = WARNINGS.iter().any(|start| message.starts_with(start));
        if code == sys::TJERR_TJERR_WARNING.cast_signed() && is_warning {
            Ok(true)
        } else {
            Err(Failure(message))
        }
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

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle came from `tj3Init` and is destroyed once.
        unsafe { sys::tj3Destroy(self.get()) }
    }
}
