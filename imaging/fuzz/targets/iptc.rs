//! Photoshop's resources, and IPTC in them.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| imaging_fuzz::iptc(data));
