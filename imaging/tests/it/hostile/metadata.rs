//! EXIF and XMP made to do harm, and files that are two things at once. The picture comes out all
//! the same.

use super::code;
use crate::directories::taken;
use crate::fixtures::{Picture, png_of, rendered, riff, with_exif, with_segment};
use crate::metadata::{self, XMP_NAME};
use crate::seen::Seen;
use flate2::{Compression, write::ZlibEncoder};
use imaging::{PhotoFacts, RenderOptions, render};
use proptest::prelude::*;
use std::io::Write;

/// An entry of a directory: tag, type, count, value.
type Entry = (u16, u16, u32, u32);

/// A little-endian TIFF structure: directories at their offsets.
fn tiff(directories: &[(usize, &[Entry])]) -> Vec<u8> {
    let mut bytes = b"II\x2A\0\x08\0\0\0".to_vec();
    for (offset, entries) in directories {
        bytes.resize(bytes.len().max(offset + 6 + 12 * entries.len()), 0);
        let mut directory = u16::try_from(entries.len()).unwrap().to_le_bytes().to_vec();
        for (tag, kind, count, value) in *entries {
            directory.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
            directory.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
        }
        bytes[*offset..offset + directory.len()].copy_from_slice(&directory);
    }
    bytes
}

fn facts(exif: &[u8]) -> PhotoFacts {
    let file = with_exif(&Picture::quarters(96, 64).jpeg(), exif);
    // Nothing to encode: thousands of these are tried.
    render(&file, &RenderOptions { long_edges: Vec::new(), ..RenderOptions::default() })
        .unwrap()
        .summary
        .facts
}

#[test]
fn directories_that_point_to_themselves_and_to_each_other() {
    const EXIF: u16 = 0x8769;
    const GPS: u16 = 0x8825;
    const INTEROPERABILITY: u16 = 0xA005;
    let itself = facts(&tiff(&[(
        8,
        &[(0x0112, 3, 1, 3), (EXIF, 4, 1, 8), (GPS, 4, 1, 8), (INTEROPERABILITY, 4, 1, 8)],
    )]));
    assert_eq!(itself.orientation, 3, "what can be read is read");
    let each_other =
        tiff(&[(8, &[(EXIF, 4, 1, 100)]), (100, &[(EXIF, 4, 1, 8), (INTEROPERABILITY, 4, 1, 8)])]);
    assert_eq!(facts(&each_other).orientation, 1);
    let mut overlapping = tiff(&[(8, &[(EXIF, 4, 1, 9), (GPS, 4, 1, 10), (0x0112, 3, 1, 6)])]);
    assert_eq!(facts(&overlapping).orientation, 6);
    overlapping[8..10].copy_from_slice(&[0xFF, 0xFF]);
    assert_eq!(facts(&overlapping).orientation, 6, "more entries than there are");
}

#[test]
fn offsets_and_counts_beyond_the_end() {
    for number in [26, 100, 65_535, 1 << 31, u32::MAX - 7, u32::MAX] {
        let all: Vec<_> = [0x010F, 0x0110, 0x0132, 0x8769, 0x8825, 0x829A, 0x9003]
            .into_iter()
            .flat_map(|tag| (1..=13).map(move |kind| (tag, kind)))
            .collect();
        for (tag, kind) in all {
            for (count, value) in [(number, number), (1, number), (number, 8), (20, number)] {
                let found = facts(&tiff(&[(8, &[(tag, kind, count, value)])]));
                assert_eq!(
                    (found.orientation, found.place),
                    (1, None),
                    "{tag:X} {kind} {count} {value}"
                );
            }
        }
    }
}

#[test]
fn structures_that_are_none() {
    for bytes in [
        &b""[..],
        b"I",
        b"II",
        b"II\x2A\0",
        b"II\x2A\0\x08",
        b"II\x2A\0\xFF\xFF\xFF\xFF",
        b"MM\x2A\0\0\0\0\x08",
        b"II\x2B\0\x08\0\0\0",
        b"II\x2A\0\0\0\0\0",
    ] {
        assert_eq!(facts(bytes).orientation, 1, "{bytes:?}");
    }
}

#[test]
fn thousands_of_segments() {
    let photo = Picture::quarters(96, 64).jpeg();
    let segment = [&[0xFF, 0xE1, 0, 10][..], b"Exif\0\0II"].concat();
    let file = [&photo[..2], &segment.repeat(100_000), &photo[2..]].concat();
    Seen::largest(&file).assert_quarters("a hundred thousand EXIF segments");
    let part_of_profile = [&[0xFF, 0xE2, 0, 17][..], b"ICC_PROFILE\0\x01\xFF", b"x"].concat();
    let file = [&photo[..2], &part_of_profile.repeat(100_000), &photo[2..]].concat();
    Seen::largest(&file).assert_quarters("a hundred thousand pieces of a profile");
    let padded = [&photo[..2], &vec![0xFF; 1_000_000], &photo[2..]].concat();
    Seen::largest(&padded).assert_quarters("a million fill bytes");
}

#[test]
fn junk_where_xmp_belongs() {
    let photo = Picture::quarters(96, 64);
    let billion_laughs =
        b"<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><x>&b;</x>";
    for junk in [&billion_laughs[..], b"", b"\0\xFF\xFE", &vec![b'<'; 60_000]] {
        let jpeg = with_segment(&photo.jpeg(), 0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", junk]);
        Seen::largest(&jpeg).assert_quarters("JPEG");
        let webp = photo.webp_lossless(|encoder| encoder.set_xmp_metadata(junk.to_vec()));
        Seen::largest(&webp).assert_quarters("WebP");
        let png = photo.png();
        let text = png_of(&[(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", junk].concat())]);
        let file = [&png[..33], &text[8..], &png[33..]].concat();
        Seen::largest(&file).assert_quarters("PNG");
    }
}

#[test]
fn texts_that_unpack_to_too_much() {
    let photo = Picture::quarters(96, 64).png();
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![b'0'; 64 << 20]).unwrap();
    let bomb = encoder.finish().unwrap();
    let text = [&b"Raw profile type exif\0\0"[..], &bomb].concat();
    let packed = [&b"XML:com.adobe.xmp\0\x01\0\0\0"[..], &bomb].concat();
    let texts = png_of(&[(b"zTXt", &text), (b"iTXt", &packed)])[8..].repeat(20);
    Seen::largest(&[&photo[..33], &texts, &photo[33..]].concat()).assert_quarters("bombs of texts");
    let many = png_of(&[(b"tEXt", b"Creation Time\x002024"), (b"eXIf", b"")])[8..].repeat(100_000);
    Seen::largest(&[&photo[..33], &many, &photo[33..]].concat())
        .assert_quarters("a hundred thousand texts");
    let long =
        png_of(&[(b"tEXt", &[&b"Raw profile type exif\0"[..], &vec![b'4'; 8 << 20]].concat())]);
    Seen::largest(&[&photo[..33], &long[8..], &photo[33..]].concat())
        .assert_quarters("a long text");
}

#[test]
fn packets_and_resources_without_end() {
    let photo = Picture::quarters(96, 64).jpeg();
    let part =
        |marker: u8, content: &[u8]| with_segment(&[0xFF, 0xD8], marker, &[content])[2..].to_vec();
    let open = "<a>".repeat(20_000);
    for part in [
        part(0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", open.as_bytes()].concat()),
        part(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\xFF\xFF\xFF\xFF\x1C\x02\x19\0\x01x"),
        part(
            0xED,
            &[&b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\xFF\xFF"[..], &vec![0x1C; 60_000]].concat(),
        ),
    ] {
        let file = [&photo[..2], &part.repeat(500), &photo[2..]].concat();
        Seen::largest(&file).assert_quarters("hundreds of segments");
    }
}

#[test]
fn files_that_are_two_things_at_once() {
    let photo = Picture::quarters(96, 64);
    // An archive or a page behind the picture: it is not read, and nothing of it is in what is
    // made.
    for tail in
        [&b"PK\x03\x04SECRET"[..], b"<script>SECRET</script>", b"%PDF-1.7 SECRET", b"GIF89a"]
    {
        for file in [photo.jpeg(), photo.png(), photo.webp_lossy()] {
            let both = [&file, tail].concat();
            let made = rendered(&both);
            Seen::new(&made.renditions[0].bytes).assert_quarters("the first of two");
            assert!(
                !made.renditions[0]
                    .bytes
                    .windows(6)
                    .any(|part| part == b"SECRET")
            );
        }
    }
    // A page inside a comment.
    let page = with_segment(&photo.jpeg(), 0xFE, &[b"*/=1;alert(1)/*<script>SECRET</script>"]);
    assert!(
        !rendered(&page).renditions[0]
            .bytes
            .windows(6)
            .any(|part| part == b"SECRET")
    );
    // The signature of one, the rest of another.
    let jpeg = photo.jpeg();
    let png = photo.png();
    assert_eq!(code(&[&png[..8], &jpeg].concat()), "corrupt");
    assert_eq!(code(&[&jpeg[..2], &png].concat()), "unsupported_format");
    assert_eq!(code(&riff(&[(b"VP8 ", &jpeg)])), "corrupt");
    assert_eq!(code(&riff(&[(b"\x89PNG", &png)])), "corrupt");
}

/// A picture with metadata of one of five kinds, made of these bytes.
fn with_metadata(kind: usize, bytes: &[u8]) -> Vec<u8> {
    let photo = Picture::quarters(96, 64).jpeg();
    match kind {
        0 => with_segment(&photo, 0xE1, &[XMP_NAME, bytes]),
        1 => with_segment(&photo, 0xED, &[b"Photoshop 3.0\0", bytes]),
        2 => with_exif(&photo, bytes),
        3 => metadata::png(&[(b"tEXt", &[b"Raw profile type exif\0", bytes].concat())]),
        _ => metadata::png(&[(b"tEXt", &[b"Creation Time\0", bytes].concat())]),
    }
}

proptest! {
    #[test]
    fn mutated_metadata(
        kind in 0..5_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::of((any::<prop::sample::Index>(), 1..60_usize)),
    ) {
        let mut bytes = match kind {
            0 => metadata::ferry(),
            1 => metadata::resources(),
            2 => taken("2024:05:17 14:03:09.25+02:00").bytes(),
            3 => metadata::raw_profile("exif", &metadata::exif()),
            _ => b"Fri, 17 May 2024 02:03:09.25 PM +0200".to_vec(),
        };
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some((at, length)) = cut {
            let at = at.index(bytes.len());
            bytes.drain(at..(at + length).min(bytes.len()));
        }
        let options = RenderOptions { long_edges: Vec::new(), ..RenderOptions::default() };
        let facts = render(&with_metadata(kind, &bytes), &options).unwrap().summary.facts;
        let words = facts.caption.iter().chain(&facts.keywords);
        prop_assert!(words.into_iter().all(|text| text.trim() == text && !text.is_empty()));
    }
}
