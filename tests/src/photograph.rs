//! Photographs made in code.

use sha2::{Digest, Sha256};
use turbojpeg::{Image, PixelFormat, Subsamp};

/// A JPEG of this size whose pixels depend on `seed`: a different one has different bytes.
///
/// # Panics
/// When it cannot be encoded.
pub fn jpeg(width: usize, height: usize, seed: u8) -> Vec<u8> {
    let pixel = |i: usize| {
        let (x, y) = (i % width, i / width);
        let shade = |n: usize| u8::try_from(n % 256).unwrap_or(0);
        [shade(x * 255 / width), shade(y * 255 / height), seed]
    };
    let pixels: Vec<u8> = (0..width * height).flat_map(pixel).collect();
    let image =
        Image { pixels: &pixels[..], width, pitch: width * 3, height, format: PixelFormat::RGB };
    turbojpeg::compress(image, 85, Subsamp::Sub2x2)
        .expect("a JPEG")
        .to_vec()
}

/// The JPEG with an EXIF orientation, 1 to 8.
pub fn oriented(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    // TIFF, little endian, one directory with one entry: tag 0x0112, type SHORT, one value.
    let tiff = [
        b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(),
        &[orientation, 0, 0, 0, 0, 0, 0, 0],
    ]
    .concat();
    with_exif(jpeg, &tiff)
}

/// The JPEG with another size in its header than its pixels have.
///
/// # Panics
/// When it has no baseline frame header.
pub fn claiming(jpeg: &[u8], width: u16, height: u16) -> Vec<u8> {
    let mut bytes = jpeg.to_vec();
    let frame = bytes
        .windows(2)
        .position(|marker| marker == [0xff, 0xc0])
        .expect("a frame header");
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

/// SHA-256, hexadecimal.
pub fn sum(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The JPEG with an EXIF date, as cameras write it: `2026:07:14 09:30:00`.
pub fn dated(jpeg: &[u8], date: &str) -> Vec<u8> {
    // TIFF, little endian: one entry (0x8769, the EXIF directory at 26), which has one entry
    // (0x9003, `DateTimeOriginal`, 20 bytes of ASCII at 44).
    let header = b"II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0";
    let directory = b"\x01\0\x03\x90\x02\0\x14\0\0\0\x2c\0\0\0\0\0\0\0";
    with_exif(jpeg, &[header.as_slice(), directory, date.as_bytes(), b"\0"].concat())
}

/// The JPEG with an EXIF date and the zone of its clock: `+02:00`.
pub fn zoned(jpeg: &[u8], date: &str, zone: &str) -> Vec<u8> {
    // As `dated`, with a second entry (0x9011, `OffsetTimeOriginal`, 7 bytes at 76); the date is at
    // 56.
    let header = b"II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0";
    let directory =
        b"\x02\0\x03\x90\x02\0\x14\0\0\0\x38\0\0\0\x11\x90\x02\0\x07\0\0\0\x4c\0\0\0\0\0\0\0";
    with_exif(
        jpeg,
        &[header.as_slice(), directory, date.as_bytes(), b"\0", zone.as_bytes(), b"\0"].concat(),
    )
}

/// The JPEG with comments that make it this large at least.
pub fn padded(jpeg: &[u8], size: usize) -> Vec<u8> {
    let comment = [[0xff, 0xfe, 0xff, 0xff].as_slice(), &vec![b'x'; 65_533]].concat();
    let comments = comment.repeat(size.saturating_sub(jpeg.len()).div_ceil(comment.len()));
    [&jpeg[..2], &comments, &jpeg[2..]].concat()
}

/// The JPEG with an EXIF place: 45° 30′ N, 9° 15′ E.
pub fn placed(jpeg: &[u8]) -> Vec<u8> {
    // TIFF, little endian: one entry (0x8825, the GPS directory at 26), which has four: the letters
    // of latitude and longitude, and three rationals of each at 80 and 104.
    let header = b"II*\0\x08\0\0\0\x01\0\x25\x88\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0".as_slice();
    let latitude = b"\x04\0\x01\0\x02\0\x02\0\0\0N\0\0\0\x02\0\x05\0\x03\0\0\0\x50\0\0\0";
    let longitude = b"\x03\0\x02\0\x02\0\0\0E\0\0\0\x04\0\x05\0\x03\0\0\0\x68\0\0\0\0\0\0\0";
    let rationals = [45u32, 1, 30, 1, 0, 1, 9, 1, 15, 1, 0, 1]
        .map(u32::to_le_bytes)
        .concat();
    with_exif(jpeg, &[header, latitude, longitude, &rationals].concat())
}

/// The JPEG with a caption and keywords in XMP.
pub fn described(jpeg: &[u8], caption: &str, keywords: &[&str]) -> Vec<u8> {
    let keywords = keywords
        .iter()
        .map(|word| format!("<rdf:li>{word}</rdf:li>"))
        .collect::<Vec<_>>()
        .concat();
    let packet = format!(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
         <rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:description><rdf:Alt>\
         <rdf:li xml:lang='x-default'>{caption}</rdf:li></rdf:Alt></dc:description><dc:subject><rdf:Bag>{keywords}\
         </rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"
    );
    with_app1(jpeg, &[b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()].concat())
}

fn with_exif(jpeg: &[u8], tiff: &[u8]) -> Vec<u8> {
    with_app1(jpeg, &[b"Exif\0\0".as_slice(), tiff].concat())
}

fn with_app1(jpeg: &[u8], content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap_or(0).to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, content, &jpeg[2..]].concat()
}
