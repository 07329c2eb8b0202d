//! AVIF files.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| imaging_fuzz::render(&[(4, b"ftypavif")], data));
