//! The part of libjpeg-turbo that decoder and encoder share.
//!
//! Called directly, not through the `turbojpeg` crate: its wrapper cannot cap the memory of a
//! progressive JPEG, and does not tell a complaint about a picture that was decoded from a failure.
#![allow(unsafe_code)] // a C library

use std::ffi::{CStr, c_int, c_void};
use std::ptr::NonNull;
use turbojpeg_sys as sys;

/// A failure, in the library's words.
pub(crate) struct TurboError(pub(crate) String);

/// Owns a compressor or decompressor.
pub(super) struct Handle(NonNull<c_void>);

impl Handle {
    /// Creates a compressor or decompressor.
    pub(super) fn new(kind: sys::TJINIT) -> Result<Self, TurboError> {
        // SAFETY: takes a constant, returns a handle or null.
        let handle = unsafe { sys::tj3Init(kind.cast_signed()) };
        match NonNull::new(handle) {
            Some(handle) => Ok(Self(handle)),
            None => Err(TurboError("Insufficient memory for libjpeg-turbo".into())),
        }
    }

    /// Returns the library's own handle, which lives as long as this.
    pub(super) fn get(&self) -> sys::tjhandle {
        self.0.as_ptr()
    }

    pub(super) fn set(&self, parameter: sys::TJPARAM, value: c_int) -> Result<(), TurboError> {
        // SAFETY: the handle is live; the library checks parameter and value.
        match unsafe { sys::tj3Set(self.get(), parameter.cast_signed(), value) } {
            0 => Ok(()),
            _ => Err(TurboError(self.message())),
        }
    }

    /// Returns the value of a parameter; -1 of an unknown one.
    pub(super) fn parameter(&self, parameter: sys::TJPARAM) -> c_int {
        // SAFETY: the handle is live; an unknown parameter gives -1.
        unsafe { sys::tj3Get(self.get(), parameter.cast_signed()) }
    }

    /// Returns the message of the last failure or warning.
    pub(super) fn message(&self) -> String {
        // SAFETY: the handle is live; the string ends with a NUL and is copied before the next
        // call.
        unsafe { CStr::from_ptr(sys::tj3GetErrorStr(self.get())) }
            .to_string_lossy()
            .into_owned()
    }

    /// Returns true if a call complained.
    ///
    /// # Errors
    /// The library's message, if it did not go on to the end. Its code alone does not tell: it
    /// stays at "warning" when an error follows one.
    pub(super) fn check(&self, status: c_int) -> Result<bool, TurboError> {
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
            Err(TurboError(message))
        }
    }
}

/// The beginnings of the messages of libjpeg-turbo's warnings (the JWRN lines of its `jerror.h`).
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
