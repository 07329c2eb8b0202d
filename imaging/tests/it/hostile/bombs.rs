//! Small files that unpack to very much, or claim to.

use super::claims::claims;
use super::code;
use super::memory::{Peak, SMALL, peak};
use super::parts::parts;
use crate::fixtures::{Picture, png_of, rendered, riff};
use flate2::{Compression, write::ZlibEncoder};
use std::io::Write;
use turbojpeg::Subsamp;

/// Megabytes of zeros, in some kilobytes.
pub fn packed(megabytes: usize) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![0; 1 << 20];
    for _ in 0..megabytes {
        packed.write_all(&zeros).unwrap();
    }
    packed.finish().unwrap()
}

fn png(width: u32, height: u32, chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let [width, height] = [width, height].map(u32::to_be_bytes);
    let header = [&width[..], &height, &[8, 6, 0, 0, 0]].concat();
    let chunks: Vec<(&[u8; 4], &[u8])> =
        [&[(b"IHDR", &header[..])], chunks, &[(b"IEND", &[][..])]].concat();
    png_of(&chunks)
}

pub fn assert_small(what: &str, file: &[u8], codes: &[&str]) {
    let Peak { code, bytes } = peak(file, SMALL);
    assert!(codes.contains(&code.as_str()), "{what}: {code}");
    assert!(bytes <= SMALL, "{what}: {} MiB", bytes >> 20);
}

#[test]
fn a_png_with_more_pixels_than_it_says() {
    let bomb = packed(500);
    assert!(bomb.len() < 1 << 20, "it is a bomb");
    assert_small("pixels", &png(16, 16, &[(b"IDAT", &bomb)]), &["ok"]);
    assert_small("frames", &png(16, 16, &[(b"IDAT", &packed(1)), (b"fdAT", &bomb)]), &["ok"]);
}

#[test]
fn a_png_with_texts_that_unpack_to_much() {
    let bomb = packed(500);
    let pixels = packed(1);
    for (name, start) in
        [(b"zTXt", &b"key\0\0"[..]), (b"iTXt", b"key\0\x01\0\0\0"), (b"tEXt", b"key\0")]
    {
        let text = [start, &bomb].concat();
        assert_small("before", &png(16, 16, &[(name, &text), (b"IDAT", &pixels)]), &["ok"]);
        assert_small("after", &png(16, 16, &[(b"IDAT", &pixels), (name, &text)]), &["ok"]);
    }
    let text = (b"tEXt", &b"key\0value"[..]);
    let many = [vec![text; 100_000], vec![(b"IDAT", &pixels[..])]].concat();
    assert_small("a hundred thousand", &png(16, 16, &many), &["ok"]);
}

#[test]
fn claims_of_very_much_in_very_little() {
    for (what, file) in claims(65_000, 65_000) {
        assert!(file.len() < 1000, "{what}: {} bytes", file.len());
        assert_small(what, &file, &["too_many_pixels"]);
    }
    // Within the limits of size, but not of memory; a JPEG only where it cannot be decoded smaller.
    for (what, file) in claims(10_000, 9_999) {
        assert_small(
            what,
            &file,
            if what == "JPEG" { &["ok"] } else { &["too_much_memory", "corrupt", "truncated"] },
        );
    }
}

/// The progressive photograph with one of its scans many times.
fn scans(progressive: bool, times: usize) -> Vec<u8> {
    let photo = Picture::noise(64, 48)
        .jpeg_with(Subsamp::None, |c| c.set_progressive(progressive).unwrap());
    let (_, scan) = parts(&photo)
        .into_iter()
        .rfind(|(name, _)| name == "DA")
        .unwrap();
    [&photo[..scan.start], &photo[scan.clone()].repeat(times), &photo[scan.end..]].concat()
}

#[test]
fn a_jpeg_with_thousands_of_scans() {
    assert_small("progressive", &scans(true, 5000), &["too_complex"]);
    assert_small("not too many", &scans(true, 20), &["ok"]);
    assert_small("sequential, of which the first has all", &scans(false, 5000), &["ok"]);
}

#[test]
fn a_jpeg_with_thousands_of_tables() {
    let photo = Picture::noise(64, 48).jpeg();
    for (name, part) in parts(&photo) {
        if ["DB", "C4"].contains(&name.as_str()) {
            let many =
                [&photo[..part.start], &photo[part.clone()].repeat(20_000), &photo[part.start..]]
                    .concat();
            assert_small(&name, &many, &["ok"]);
        }
    }
}

#[test]
fn an_animation_of_ten_thousand_frames() {
    let still = Picture::noise(16, 16).webp_lossless(|_| {});
    let header = [0, 0, 0, 0, 0, 0, 15, 0, 0, 15, 0, 0, 9, 0, 0, 0];
    let frame = [&header[..], &still[12..]].concat();
    let mut chunks: Vec<(&[u8; 4], &[u8])> =
        vec![(b"VP8X", &[2, 0, 0, 0, 15, 0, 0, 15, 0, 0]), (b"ANIM", &[0; 6])];
    chunks.extend(vec![(b"ANMF", &frame[..]); 10_000]);
    assert_small("10,000 frames", &riff(&chunks), &["ok"]);
}

#[test]
fn a_frame_of_one_pixel_on_a_huge_canvas() {
    let still = Picture::noise(1, 1).webp_lossless(|_| {});
    let header = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0];
    let frame = [&header[..], &still[12..]].concat();
    let canvas = |width: u32, height: u32| {
        let three = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
        let extended = [vec![2 | 16, 0, 0, 0], three(width), three(height)].concat();
        riff(&[(b"VP8X", &extended), (b"ANIM", &[0; 6]), (b"ANMF", &frame)])
    };
    assert_eq!(code(&canvas(16_384, 16_384)), "too_many_pixels");
    assert_eq!(code(&canvas(1 << 24, 1)), "too_large_side");
    assert_small("within the limits of size", &canvas(9_000, 9_000), &["too_much_memory"]);
    assert_eq!(rendered(&canvas(300, 200)).summary.facts.width, 300);
}
