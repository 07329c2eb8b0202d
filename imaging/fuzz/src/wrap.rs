//! Files around the part that is to be fuzzed. So that parts of the library that are not public are
//! reached the way they are in earnest, and need no entry for this alone.

use std::sync::LazyLock;
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

/// A WebP file of one pixel with this EXIF.
pub fn with_exif(exif: &[u8]) -> Vec<u8> {
    one_pixel(8, b"EXIF", exif)
}

/// A WebP file of one pixel with this XMP.
pub fn with_xmp(xmp: &[u8]) -> Vec<u8> {
    one_pixel(4, b"XMP ", xmp)
}

/// A WebP file with one more chunk, of which the flag tells; losslessly coded: what costs the
/// least.
fn one_pixel(flag: u8, name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let extended = [flag, 0, 0, 0, 0, 0, 0, 0, 0, 0]; // width and height less one
    // Signature, 14 bits each of width and height less one, alpha, version; no transform, no cache,
    // no groups; five prefix codes of one symbol each, zero.
    const PIXEL: &[u8] = &[0x2F, 0, 0, 0, 0, 0x88, 0x88, 0x08];
    let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
    for (name, content) in [(b"VP8X", &extended[..]), (b"VP8L", PIXEL), (name, content)] {
        file.extend_from_slice(name);
        file.extend_from_slice(&length(content.len()));
        file.extend_from_slice(content);
        file.resize(file.len().next_multiple_of(2), 0);
    }
    let size = length(file.len() - 8);
    file[4..8].copy_from_slice(&size);
    file
}

fn length(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes)
        .expect("libFuzzer makes no files this large")
        .to_le_bytes()
}

/// Pictures in grey, in colours, and in ink.
static PICTURES: LazyLock<[Vec<u8>; 3]> =
    LazyLock::new(|| [PixelFormat::GRAY, PixelFormat::RGB, PixelFormat::CMYK].map(picture));

/// Eight by eight pixels, so that a row is long enough for the wide paths of a conversion.
fn picture(format: PixelFormat) -> Vec<u8> {
    let pitch = 8 * format.size();
    let pixels: Vec<u8> = (0..8 * pitch).map(|at| (at * 37 % 256) as u8).collect();
    let mut compressor = Compressor::new().expect("memory");
    let subsampling = if format == PixelFormat::GRAY { Subsamp::Gray } else { Subsamp::None };
    compressor
        .set_subsamp(subsampling)
        .expect("known to the library");
    let image = Image { pixels: &pixels[..], width: 8, pitch, height: 8, format };
    compressor.compress_to_vec(image).expect("a sound picture")
}

/// A JPEG with these resources of Photoshop, as many as fit in a segment.
pub fn with_resources(resources: &[u8]) -> Vec<u8> {
    const NAME: &[u8] = b"Photoshop 3.0\0";
    let jpeg = &PICTURES[0];
    let content = &resources[..resources.len().min(65_000)];
    let length = u16::try_from(2 + NAME.len() + content.len())
        .expect("65,016 at most")
        .to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xED], &length, NAME, content, &jpeg[2..]].concat()
}

/// A JPEG with this ICC profile.
pub fn with_profile(kind: u8, profile: &[u8]) -> Vec<u8> {
    let jpeg = &PICTURES[usize::from(kind) % 3];
    let pieces: Vec<&[u8]> = profile.chunks(65_000).take(255).collect();
    let mut file = jpeg[..2].to_vec();
    for (number, piece) in (1_u8..).zip(&pieces) {
        let length = u16::try_from(piece.len() + 16)
            .expect("65,016 at most")
            .to_be_bytes();
        file.extend_from_slice(&[0xFF, 0xE2, length[0], length[1]]);
        file.extend_from_slice(b"ICC_PROFILE\0");
        file.extend_from_slice(&[number, u8::try_from(pieces.len()).expect("255 at most")]);
        file.extend_from_slice(piece);
    }
    file.extend_from_slice(&jpeg[2..]);
    file
}
