//! PNG files. Built for fuzzing, the `png` crate passes over wrong checksums.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| imaging_fuzz::render(
    &[(0, b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR")],
    data
));
