//! Photographs made in code.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use turbojpeg::{Image, PixelFormat, Subsamp};

/// A JPEG of this size whose pixels depend on `seed`: a different one has different bytes.
///
/// # Panics
/// When it cannot be encoded.
pub fn jpeg(width: usize, height: usize, seed: u8) -> Vec<u8> {
    let pixel = |i: usize| {
        let x = i % width;
        let y = i / width;
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
    let entry = ExifEntry { tag: 0x0112, kind: 3, count: 1, value: vec![orientation, 0] };
    with_exif(jpeg, &[TIFF_HEADER.to_vec(), directory(8, &[entry])].concat())
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

/// Returns what announces a JPEG with these bytes.
pub fn announcement(name: &str, bytes: &[u8]) -> Value {
    json!({
        "name": name,
        "size": bytes.len(),
        "content_type": "image/jpeg",
        "sha256": sum(bytes),
    })
}

/// SHA-256, hexadecimal.
pub fn sum(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The JPEG with an EXIF date, as cameras write it: `2026:07:14 09:30:00`.
pub fn dated(jpeg: &[u8], date: &str) -> Vec<u8> {
    taken_with(jpeg, &[ExifEntry::text(0x9003, date)])
}

/// The JPEG with an EXIF date and the zone of its clock: `+02:00`.
pub fn zoned(jpeg: &[u8], date: &str, zone: &str) -> Vec<u8> {
    taken_with(jpeg, &[ExifEntry::text(0x9003, date), ExifEntry::text(0x9011, zone)])
}

/// The JPEG with what a camera says of its taking, in the order of the tags:
/// `&[ExifEntry::rationals(0x829a, &[[1, 250]])]`.
pub fn taken_with(jpeg: &[u8], entries: &[ExifEntry]) -> Vec<u8> {
    with_directory(jpeg, 0x8769, entries)
}

/// The JPEG with comments that make it this large at least.
pub fn padded(jpeg: &[u8], size: usize) -> Vec<u8> {
    let comment = [[0xff, 0xfe, 0xff, 0xff].as_slice(), &vec![b'x'; 65_533]].concat();
    let comments = comment.repeat(size.saturating_sub(jpeg.len()).div_ceil(comment.len()));
    [&jpeg[..2], &comments, &jpeg[2..]].concat()
}

/// The JPEG with an EXIF place: 45° 30′ N, 9° 15′ E.
pub fn placed(jpeg: &[u8]) -> Vec<u8> {
    let entries = [
        ExifEntry::text(1, "N"),
        ExifEntry::rationals(2, &[[45, 1], [30, 1], [0, 1]]),
        ExifEntry::text(3, "E"),
        ExifEntry::rationals(4, &[[9, 1], [15, 1], [0, 1]]),
    ];
    with_directory(jpeg, 0x8825, &entries)
}

/// The JPEG with a caption and keywords in XMP.
pub fn described(jpeg: &[u8], caption: &str, keywords: &[&str]) -> Vec<u8> {
    let keywords = keywords
        .iter()
        .map(|word| format!("<rdf:li>{word}</rdf:li>"))
        .collect::<Vec<_>>()
        .concat();
    let packet = format!(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'>\
         <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
         <rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/'>\
         <dc:description><rdf:Alt><rdf:li xml:lang='x-default'>{caption}</rdf:li></rdf:Alt>\
         </dc:description><dc:subject><rdf:Bag>{keywords}</rdf:Bag></dc:subject>\
         </rdf:Description></rdf:RDF></x:xmpmeta>"
    );
    with_app1(jpeg, &[b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()].concat())
}

/// An entry of EXIF: a tag and its value.
pub struct ExifEntry {
    tag: u16,
    /// The type by its number: 2 is text, 3 a short integer, 5 a rational.
    kind: u16,
    /// The number of values, or of bytes of a text.
    count: u32,
    value: Vec<u8>,
}

impl ExifEntry {
    /// A text.
    pub fn text(tag: u16, text: &str) -> Self {
        let value = [text.as_bytes(), b"\0"].concat();
        Self { tag, kind: 2, count: length(&value), value }
    }

    /// Fractions: numerator and denominator.
    pub fn rationals(tag: u16, fractions: &[[u32; 2]]) -> Self {
        let mut value = Vec::new();
        for number in fractions.as_flattened() {
            value.extend(number.to_le_bytes());
        }
        Self { tag, kind: 5, count: length(&value) / 8, value }
    }

    /// A pointer to a directory at this place.
    fn pointer(tag: u16, place: u32) -> Self {
        Self { tag, kind: 4, count: 1, value: place.to_le_bytes().to_vec() }
    }
}

/// TIFF, little endian, with its first directory behind these eight bytes.
const TIFF_HEADER: [u8; 8] = *b"II*\0\x08\0\0\0";

/// The JPEG with EXIF whose first directory has nothing but a pointer to another.
fn with_directory(jpeg: &[u8], pointer: u16, entries: &[ExifEntry]) -> Vec<u8> {
    const SECOND: u32 = 26;
    let first = directory(8, &[ExifEntry::pointer(pointer, SECOND)]);
    let second = directory(SECOND, entries);
    with_exif(jpeg, &[TIFF_HEADER.to_vec(), first, second].concat())
}

/// A directory that begins at this place, and behind it the values of more than four bytes.
fn directory(place: u32, entries: &[ExifEntry]) -> Vec<u8> {
    let count = u16::try_from(entries.len()).unwrap_or_default();
    let mut values = Vec::new();
    let values_begin = place + 2 + 12 * u32::from(count) + 4;
    let mut bytes = count.to_le_bytes().to_vec();
    for entry in entries {
        bytes.extend(entry.tag.to_le_bytes());
        bytes.extend(entry.kind.to_le_bytes());
        bytes.extend(entry.count.to_le_bytes());
        if entry.value.len() <= 4 {
            let mut padded = [0; 4];
            padded[..entry.value.len()].copy_from_slice(&entry.value);
            bytes.extend(padded);
        } else {
            bytes.extend((values_begin + length(&values)).to_le_bytes());
            values.extend(&entry.value);
        }
    }
    bytes.extend([0; 4]); // no directory follows
    bytes.extend(values);
    bytes
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or_default()
}

fn with_exif(jpeg: &[u8], tiff: &[u8]) -> Vec<u8> {
    with_app1(jpeg, &[b"Exif\0\0".as_slice(), tiff].concat())
}

fn with_app1(jpeg: &[u8], content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap_or(0).to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, content, &jpeg[2..]].concat()
}
