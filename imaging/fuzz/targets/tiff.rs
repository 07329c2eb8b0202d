//! TIFF files, of either byte order.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| imaging_fuzz::render(&[], data));
