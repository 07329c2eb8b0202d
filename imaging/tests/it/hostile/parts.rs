//! Files whose parts are fine, but not all there, not once, or not in order.

use super::photos::PHOTOS;
use super::{code, survives};
use crate::fixtures::{Picture, error, png_of, text, with_exif, with_icc};
use exif::Tag;
use imaging::Error;
use moxcms::ColorProfile;
use std::ops::Range;
use turbojpeg::Subsamp;

/// The parts that a file is made of, each with its name: segments of a JPEG (a scan with its
/// pixels), chunks of a PNG or WebP with name, length, content, and checksum or padding.
pub fn parts(file: &[u8]) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = match file[0] {
        0xFF => 2,
        b'R' => 12,
        _ => 8,
    };
    while at < file.len() {
        let (name, length) = match file[0] {
            0xFF => (format!("{:X}", file[at + 1]), segment(&file[at..])),
            b'R' => {
                let content = u32::from_le_bytes(file[at + 4..at + 8].try_into().unwrap()) as usize;
                (name(&file[at..at + 4]), 8 + content.next_multiple_of(2))
            }
            _ => {
                let content = u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
                (name(&file[at + 4..at + 8]), 12 + content)
            }
        };
        found.push((name, at..at + length));
        at += length;
    }
    assert!(found.len() > 1 || file.starts_with(b"RIFF"), "something was found");
    found
}

fn name(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn segment(bytes: &[u8]) -> usize {
    if bytes[1] == 0xD9 {
        return 2;
    }
    let length = 2 + usize::from(u16::from_be_bytes([bytes[2], bytes[3]]));
    if bytes[1] != 0xDA {
        return length;
    }
    let is_marker = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xD0..=0xD7);
    length + bytes[length..].windows(2).position(is_marker).unwrap()
}

/// The RIFF file with its length set right.
fn repaired(mut file: Vec<u8>) -> Vec<u8> {
    if file.starts_with(b"RIFF") {
        let size = u32::try_from(file.len() - 8).unwrap().to_le_bytes();
        file[4..8].copy_from_slice(&size);
    }
    file
}

#[test]
fn cut_at_the_border_of_every_part_and_a_byte_to_each_side() {
    let profile = ColorProfile::new_display_p3().encode().unwrap();
    let large = Picture::noise(700, 500);
    let tags = crate::fixtures::exif(&[(Tag::Make, text("Maker"))]);
    let progressive = large.jpeg_with(Subsamp::Sub2x2, |c| c.set_progressive(true).unwrap());
    let files = [
        with_exif(&with_icc(&large.jpeg(), &profile), &tags),
        progressive,
        large.png(),
        large.webp_lossy(),
        large.webp_lossless(|encoder| {
            encoder.set_icc_profile(profile.clone());
            encoder.set_exif_metadata(tags.clone());
        }),
    ];
    for file in &files {
        let all = parts(file);
        for (name, part) in &all {
            // Not at the end marker of a JPEG, without which it is whole all the same.
            let ends = part.start..if name == "D9" { part.start } else { part.end };
            for cut in [ends.start.saturating_sub(1), ends.start, ends.start + 1, ends.end - 1] {
                let is_whole = name == "D9" && cut >= part.start;
                if cut > 0 && !is_whole {
                    assert_eq!(
                        error(&file[..cut]),
                        Error::Truncated,
                        "{name} at {part:?} cut at {cut}"
                    );
                }
            }
        }
    }
}

#[test]
fn without_one_of_its_parts() {
    for (what, photo) in PHOTOS.iter() {
        for (name, part) in parts(photo) {
            let file = repaired([&photo[..part.start], &photo[part.end..]].concat());
            let found = code(&file);
            let wanted: &[&str] = match name.as_str() {
                // What says how large it is, or how many of the pixels are which; what holds them.
                "C0" | "C2" | "DB" | "IHDR" | "PLTE" => &["corrupt"],
                // One of many scans only refines what others brought.
                "DA" if what.contains("progressive") => &["ok", "corrupt", "truncated"],
                "ANMF" | "VP8 " | "VP8L" | "DA" | "IDAT" | "IEND" => &["corrupt", "truncated"],
                // The standard tables stand in; but they are not those of this file.
                "C4" => &["ok", "corrupt"],
                "VP8X" | "D9" => &["ok", "corrupt", "truncated"],
                _ => &["ok"],
            };
            assert!(wanted.contains(&found), "{what} without {name} at {part:?}: {found}");
        }
    }
}

#[test]
fn with_one_of_its_parts_twice() {
    for (what, photo) in PHOTOS.iter() {
        for (name, part) in parts(photo) {
            let file =
                repaired([&photo[..part.end], &photo[part.clone()], &photo[part.end..]].concat());
            let found = code(&file);
            let wanted: &[&str] = match name.as_str() {
                "C0" | "C2" | "IHDR" => &["corrupt"],
                "DA" | "IDAT" | "VP8X" | "VP8 " | "VP8L" | "ANIM" | "ALPH" => &["ok", "corrupt"],
                _ => &["ok"],
            };
            assert!(wanted.contains(&found), "{what} with {name} twice: {found}");
        }
    }
}

/// Each length a little and very wrong.
#[test]
fn with_wrong_lengths() {
    for (what, photo) in PHOTOS.iter() {
        for (_, part) in parts(photo).into_iter().filter(|(name, _)| name != "D9") {
            let at = part.start
                + match photo[0] {
                    0xFF => 2,
                    b'R' => 4,
                    _ => 0,
                };
            for wrong in [
                [0, 0],
                [0, 1],
                [0xFF, 0xFF],
                [photo[at], photo[at + 1] ^ 1],
                [0x7F, photo[at + 1]],
            ] {
                let mut file = photo.clone();
                file[at..at + 2].copy_from_slice(&wrong);
                survives(&file);
                file[at..at + 2].reverse();
                survives(&file);
            }
            assert!(!photo.is_empty(), "{what}");
        }
    }
}

#[test]
fn wrong_checksums_of_a_png() {
    let photo = Picture::quarters(96, 64).png();
    for (name, part) in parts(&photo) {
        let mut file = photo.clone();
        file[part.end - 1] ^= 1;
        // After the last pixel nothing can be wrong with them any more.
        let wanted = if name == "IEND" { "ok" } else { "corrupt" };
        assert_eq!(code(&file), wanted, "{name}");
    }
}

#[test]
fn a_png_of_nothing_but_its_header() {
    let header = [0, 0, 0, 16, 0, 0, 0, 16, 8, 2, 0, 0, 0];
    assert_eq!(code(&png_of(&[(b"IHDR", &header)])), "truncated");
    assert!(
        ["corrupt", "truncated"].contains(&code(&png_of(&[(b"IHDR", &header), (b"IEND", &[])]))),
        "no pixels"
    );
    assert_eq!(code(&png_of(&[(b"IHDR", &header), (b"IDAT", &[]), (b"IEND", &[])])), "corrupt");
    assert_eq!(code(&png_of(&[(b"IEND", &[]), (b"IEND", &[])])), "corrupt");
}
