//! Numbers on their way to C libraries.

use std::ffi::c_int;

/// Converts a number of pixels or bytes to C's `int`.
///
/// Sides and rows are bounded by the limits, and those by memory. A number that does not fit
/// becomes the largest `int`, which the libraries refuse as a size.
pub(crate) fn to_c_int(number: u32) -> c_int {
    c_int::try_from(number).unwrap_or(c_int::MAX)
}
