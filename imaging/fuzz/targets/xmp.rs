//! XMP, as it is in any format.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| imaging_fuzz::xmp(data));
