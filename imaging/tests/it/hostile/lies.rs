//! Headers that say one thing where the pixels say another.

use super::code;
use super::parts::parts;
use crate::fixtures::{Picture, png_of, rendered, riff, webp_lossless, with_segment};
use image_webp::ColorType;
use turbojpeg::Subsamp;

/// Returns the offset of the content of the first segment with this marker.
fn content(jpeg: &[u8], marker: &str) -> usize {
    parts(jpeg)
        .into_iter()
        .find(|(name, _)| name == marker)
        .unwrap()
        .1
        .start
        + 4
}

fn claiming(width: u16, height: u16) -> Vec<u8> {
    let mut photo = Picture::noise(64, 48).jpeg();
    let frame = content(&photo, "C0");
    photo[frame + 1..frame + 3].copy_from_slice(&height.to_be_bytes());
    photo[frame + 3..frame + 5].copy_from_slice(&width.to_be_bytes());
    photo
}

#[test]
fn a_jpeg_of_another_size_than_its_pixels() {
    // It ends properly, so what is there is shown, as browsers do.
    for (width, height) in [(64, 4800), (640, 480), (32, 24), (1, 1), (65, 49), (64, 1)] {
        let made = rendered(&claiming(width, height));
        assert_eq!(
            (made.summary.facts.width, made.summary.facts.height),
            (width.into(), height.into())
        );
    }
}

#[test]
fn a_jpeg_whose_height_comes_after_its_pixels() {
    // DNL (T.81, B.2.5): height 0 in the frame, then the true one. No camera writes it, and what
    // reads the header alone cannot know the size.
    let photo = claiming(64, 0);
    let end = photo.len() - 2;
    let file = [&photo[..end], &[0xFF, 0xDC, 0, 4, 0, 48], &photo[end..]].concat();
    assert_eq!(code(&file), "corrupt");
}

#[test]
fn a_jpeg_with_two_frames() {
    let photo = Picture::noise(64, 48).jpeg();
    let (_, frame) = parts(&photo)
        .into_iter()
        .find(|(name, _)| name == "C0")
        .unwrap();
    let mut other = photo[frame.clone()].to_vec();
    other[5..9].copy_from_slice(&[0xEA, 0x60, 0xEA, 0x60]);
    for marker in [0xC0, 0xC1, 0xC2, 0xC9, 0xCA] {
        other[1] = marker;
        let before = [&photo[..frame.start], &other, &photo[frame.start..]].concat();
        assert_eq!(code(&before), "too_many_pixels", "the first counts");
        let after = [&photo[..frame.end], &other, &photo[frame.end..]].concat();
        assert_eq!(code(&after), "corrupt", "a small one first");
    }
}

#[test]
fn a_jpeg_with_a_second_picture_behind_the_first() {
    // Thumbnails and the second picture of a stereo pair come like this.
    let small = Picture::noise(64, 48).jpeg();
    let bomb = claiming(65_000, 65_000);
    assert_eq!(rendered(&[&small[..], &bomb].concat()).summary.facts.width, 64);
    let unended = [&small[..small.len() - 2], &bomb].concat();
    assert!(["ok", "corrupt"].contains(&code(&unended)), "{}", code(&unended));
}

#[test]
fn a_jpeg_with_components_that_make_no_sense() {
    let photo = Picture::noise(64, 48).jpeg();
    let frame = content(&photo, "C0");
    let with = |at: usize, value: u8| {
        let mut file = photo.clone();
        file[frame + at] = value;
        code(&file)
    };
    assert_eq!(with(5, 0), "unsupported_format", "no component");
    assert_eq!(with(5, 2), "unsupported_format", "two");
    assert_eq!(with(5, 255), "unsupported_format", "255");
    assert_eq!(with(5, 4), "corrupt", "one more than its header has");
    assert_eq!(with(7, 0x00), "corrupt", "a sampling factor of zero");
    assert_eq!(with(7, 0x55), "corrupt", "and of five");
    assert_eq!(with(8, 9), "corrupt", "a table that cannot be");
    assert_eq!(with(8, 3), "corrupt", "a table that is not there");
    assert!(["ok", "corrupt"].contains(&with(7, 0x44)), "more blocks than a unit may have");
    assert!(["ok", "corrupt"].contains(&with(10, 0x42)), "chroma finer than luma");
}

#[test]
fn a_jpeg_of_every_sampling_at_every_scale() {
    // Sampling factors that no encoder here writes; what is decoded means nothing, but is within
    // its buffer.
    let photo = Picture::noise(333, 117).jpeg_with(Subsamp::None, |_| {});
    let frame = content(&photo, "C0");
    for (width, height) in [(333_u16, 117_u16), (1500, 117), (9001, 33)] {
        for factors in [
            [0x22, 0x12, 0x12],
            [0x22, 0x21, 0x11],
            [0x41, 0x11, 0x21],
            [0x14, 0x11, 0x12],
            [0x12, 0x22, 0x11],
            [0x31, 0x11, 0x11],
            [0x42, 0x11, 0x11],
            [0x44, 0x11, 0x11],
        ] {
            let mut file = photo.clone();
            file[frame + 1..frame + 3].copy_from_slice(&height.to_be_bytes());
            file[frame + 3..frame + 5].copy_from_slice(&width.to_be_bytes());
            for (component, factor) in factors.into_iter().enumerate() {
                file[frame + 7 + 3 * component] = factor;
            }
            let found = code(&file);
            assert!(
                ["ok", "corrupt", "unsupported_format"].contains(&found),
                "{factors:?} at {width}: {found}"
            );
        }
    }
}

fn png(width: u32, height: u32, depth_and_kind: [u8; 2], pixels: &[u8]) -> Vec<u8> {
    let [width, height] = [width, height].map(u32::to_be_bytes);
    let header = [&width[..], &height, &depth_and_kind, &[0, 0, 0]].concat();
    png_of(&[(b"IHDR", &header), (b"IDAT", pixels), (b"IEND", &[])])
}

#[test]
fn a_png_of_another_size_than_its_pixels() {
    let photo = Picture::noise(16, 16).png();
    let (_, part) = parts(&photo)
        .into_iter()
        .find(|(name, _)| name == "IDAT")
        .unwrap();
    let pixels = &photo[part.start + 8..part.end - 4];
    assert_eq!(code(&png(16, 16, [8, 2], pixels)), "ok", "as it was");
    assert_eq!(code(&png(16, 17, [8, 2], pixels)), "corrupt", "a row too few");
    assert_eq!(code(&png(16, 9000, [8, 2], pixels)), "corrupt", "many rows too few");
    assert_eq!(code(&png(9000, 9000, [16, 6], pixels)), "corrupt", "and columns");
    assert_eq!(code(&png(16, 15, [8, 2], pixels)), "ok", "a row too many");
    for wrong in [[3, 2], [0, 0], [4, 2], [16, 3], [8, 1], [8, 5], [8, 255]] {
        assert_eq!(code(&png(16, 16, wrong, pixels)), "corrupt", "{wrong:?}");
    }
    assert_eq!(code(&png(16, 16, [8, 3], pixels)), "corrupt", "a palette that is not there");
}

#[test]
fn a_webp_of_another_size_than_its_pixels() {
    let photo = Picture::noise(64, 48);
    for file in [photo.webp_lossy(), photo.webp_lossless(|_| {})] {
        let name: &[u8; 4] = file[12..16].try_into().unwrap();
        let pixels = &file[20..];
        let with = |extended: [u8; 10]| code(&riff(&[(b"VP8X", &extended), (name, pixels)]));
        assert_eq!(with([0, 0, 0, 0, 63, 0, 0, 47, 0, 0]), "ok", "as it was");
        assert_eq!(with([0, 0, 0, 0, 64, 0, 0, 47, 0, 0]), "corrupt", "one pixel more");
        assert_eq!(with([0, 0, 0, 0, 0, 32, 0, 0, 32, 0]), "corrupt", "many more");
        assert_eq!(with([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), "corrupt", "a canvas of one pixel");
        assert_eq!(with([0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]), "corrupt", "2⁴⁸ pixels");
    }
}

#[test]
fn a_webp_with_two_pictures() {
    let small = Picture::noise(16, 16).webp_lossless(|_| {});
    let large = Picture::noise(640, 480).webp_lossless(|_| {});
    let both = riff(&[(b"VP8L", &small[20..]), (b"VP8L", &large[20..])]);
    assert_eq!(rendered(&both).summary.facts.width, 16, "the first counts");
}

#[test]
fn a_webp_frame_of_another_size_than_it_says() {
    let still = webp_lossless(&vec![9; 640 * 480 * 4], 640, 480, ColorType::Rgba8, |_| {});
    // The frame claims 16 × 16 of a canvas of 16 × 16.
    let header = [0, 0, 0, 0, 0, 0, 15, 0, 0, 15, 0, 0, 9, 0, 0, 0];
    let frame = [&header[..], &still[12..]].concat();
    let file = riff(&[
        (b"VP8X", &[2, 0, 0, 0, 15, 0, 0, 15, 0, 0]),
        (b"ANIM", &[0; 6]),
        (b"ANMF", &frame),
    ]);
    assert_eq!(code(&file), "corrupt");
}

#[test]
fn segments_that_lie_about_their_length() {
    let photo = Picture::noise(64, 48).jpeg();
    for marker in [0xE0, 0xE1, 0xE2, 0xEE, 0xFE, 0xDB, 0xC4, 0xDD] {
        let mut file = with_segment(&photo, marker, &[b"Exif\0\0"]);
        file[4..6].copy_from_slice(&[0xFF, 0xFF]);
        assert!(["truncated", "corrupt"].contains(&code(&file)), "{marker:X}: {}", code(&file));
        file[4..6].copy_from_slice(&[0, 1]);
        assert_eq!(code(&file), "corrupt", "{marker:X}");
    }
}
