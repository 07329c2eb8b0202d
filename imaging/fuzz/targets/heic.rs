//! HEIC files.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: imaging_fuzz::panics_are_caught_of("heifer-hevc-dec"),
    |data: &[u8]| imaging_fuzz::render(&[(4, b"ftypheic")], data)
);
