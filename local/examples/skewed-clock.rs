//! A clock that is wrong by `SKEWED_CLOCK_SECONDS`, for tests: a library that Linux loads before a
//! process's C library (`LD_PRELOAD`), so that nothing of what is deployed knows of it. The clock
//! that counts on from a start, which time-outs go by, stays as it is.

#![cfg(target_os = "linux")] // elsewhere it is empty, and clocks stay right
#![allow(unsafe_code)] // it stands in for a function of the C library

use std::sync::OnceLock;

use libc::{c_int, clockid_t, timespec};

/// Says what the wall clock says and some seconds more, and of other clocks what they say.
///
/// # Safety
/// As of the C library's own: `time` points at a `timespec` that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: clockid_t, time: *mut timespec) -> c_int {
    // SAFETY: the kernel writes to where the caller says.
    let outcome = unsafe { libc::syscall(libc::SYS_clock_gettime, clock, time) };
    let is_wall_clock = matches!(clock, libc::CLOCK_REALTIME | libc::CLOCK_REALTIME_COARSE);
    if outcome == 0 && is_wall_clock {
        // SAFETY: the kernel has just written there.
        unsafe { (*time).tv_sec += skew() };
    }
    if outcome == 0 { 0 } else { -1 }
}

fn skew() -> i64 {
    static SKEW: OnceLock<i64> = OnceLock::new();
    *SKEW.get_or_init(|| {
        let seconds = std::env::var("SKEWED_CLOCK_SECONDS").unwrap_or_default();
        seconds.parse().unwrap_or(0)
    })
}
