//! RAW files, whose preview is a JPEG: TIFF with other tags.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| imaging_fuzz::render(&[], data));
