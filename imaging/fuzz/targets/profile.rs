//! ICC profiles, as they are in any format.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| imaging_fuzz::profile(data));
