//! The common part of the fuzz targets: making files of bytes, and checking the answers.
//!
//! That nothing is read or written out of bounds is AddressSanitizer's to find, and that nothing
//! takes for ever or all memory is libFuzzer's (`./dev` has the bounds). Here stands what else was
//! promised.

mod answer;
mod wrap;

use imaging::{DecodeLimits, Encoding, RenderOptions, inspect};
use std::panic;

/// Small enough that thousands of files a second can be tried. What grows with the limits, such as
/// time and memory, is what `hostile` in the tests of the library looks at.
fn options() -> RenderOptions {
    let limits =
        DecodeLimits { pixels: 1 << 16, side: 1 << 13, scans: 16, frames: 64, memory: 8 << 20 };
    RenderOptions { long_edges: vec![8, 40, 200], effort: 0, limits, ..RenderOptions::default() }
}

/// Renders a file that begins as its format wants it, and looks at the answer.
///
/// `signature` is written over the bytes at these places, so that no time is lost on files that are
/// refused for their first bytes.
pub fn render(signature: &[(usize, &[u8])], data: &[u8]) {
    let mut file = data.to_vec();
    for (at, bytes) in signature {
        file.resize(file.len().max(at + bytes.len()), 0);
        file[*at..at + bytes.len()].copy_from_slice(bytes);
    }
    // Both kinds of renditions, and the same one for the same file.
    let encoding = if file.len() % 2 == 0 { Encoding::WebP } else { Encoding::Jpeg };
    answer::check(&file, &RenderOptions { encoding, ..options() });
}

/// Lets the library answer for panics in this crate, which it catches: elsewhere they end the
/// process.
pub fn panics_are_caught_of(name: &'static str) {
    let end = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if panic
            .location()
            .is_none_or(|place| !place.file().contains(name))
        {
            end(panic);
        }
    }));
}

/// Reads the header of any file.
pub fn header(data: &[u8]) {
    let limits = DecodeLimits::default();
    match inspect(data, &limits) {
        Ok(header) => answer::check_size(header.width, header.height, &limits),
        Err(error) => answer::check_error(&error),
    }
}

/// Renders one pixel with this EXIF, which is read and has no other entry.
pub fn exif(data: &[u8]) {
    let nothing_to_encode = RenderOptions { long_edges: Vec::new(), ..options() };
    let facts = answer::check(&wrap::with_exif(data), &nothing_to_encode);
    assert!(facts.is_some(), "whatever EXIF says, there is a picture");
}

/// Renders one pixel with this packet of XMP.
pub fn xmp(data: &[u8]) {
    let nothing_to_encode = RenderOptions { long_edges: Vec::new(), ..options() };
    let facts = answer::check(&wrap::with_xmp(data), &nothing_to_encode);
    assert!(facts.is_some(), "whatever XMP says, there is a picture");
}

/// Renders a small picture with these resources of Photoshop, among which is IPTC.
pub fn iptc(data: &[u8]) {
    let nothing_to_encode = RenderOptions { long_edges: Vec::new(), ..options() };
    let facts = answer::check(&wrap::with_resources(data), &nothing_to_encode);
    assert!(facts.is_some(), "whatever IPTC says, there is a picture");
}

/// Renders a picture with this ICC profile; the first byte says of how many channels.
pub fn profile(data: &[u8]) {
    let Some((kind, profile)) = data.split_first() else { return };
    let facts = answer::check(&wrap::with_profile(*kind, profile), &options());
    assert!(facts.is_some(), "whatever the profile says, there is a picture");
}
