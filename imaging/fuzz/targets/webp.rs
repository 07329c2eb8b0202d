//! WebP files.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    // The size of the whole, or nearly every change would make a file that was cut off.
    let size = u32::try_from(data.len().saturating_sub(8))
        .unwrap_or(u32::MAX)
        .to_le_bytes();
    imaging_fuzz::render(&[(0, b"RIFF"), (4, &size), (8, b"WEBP")], data);
});
