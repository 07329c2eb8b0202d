//! GIF files.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| imaging_fuzz::render(&[(0, b"GIF89a")], data));
