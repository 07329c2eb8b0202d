//! The variants of JPEG.

use crate::fixtures::{Picture, error, jpeg, rendered, with_icc, with_segment};
use crate::seen::{Seen, assert_near};
use imaging::{Error, Format};
use moxcms::ColorProfile;
use turbojpeg::{Colorspace, Compressor, PixelFormat, Subsamp};

#[test]
fn every_subsampling_baseline_and_progressive() {
    let picture = Picture::quarters(203, 131);
    let all = [
        Subsamp::None,
        Subsamp::Sub2x1,
        Subsamp::Sub2x2,
        Subsamp::Sub1x2,
        Subsamp::Sub4x1,
        Subsamp::Sub1x4,
    ];
    for subsamp in all {
        for progressive in [false, true] {
            let file = picture
                .jpeg_with(subsamp, |compressor| compressor.set_progressive(progressive).unwrap());
            let made = rendered(&file);
            assert_eq!(
                (made.summary.facts.format, made.summary.facts.width, made.summary.facts.height),
                (Format::Jpeg, 203, 131)
            );
            assert!(!made.summary.facts.has_alpha);
            Seen::new(&made.renditions[0].bytes)
                .assert_quarters(&format!("{subsamp:?}, {progressive}"));
        }
    }
}

#[test]
fn grey() {
    let file = jpeg(&[90; 60 * 40], 60, PixelFormat::GRAY, |compressor| {
        compressor.set_subsamp(Subsamp::Gray).unwrap();
    });
    assert_near(Seen::largest(&file).middle(), [90; 3], 2, "grey");
}

#[test]
fn arithmetic_coding() {
    let file =
        Picture::quarters(96, 64).jpeg_with(Subsamp::Sub2x2, |c| c.set_arithmetic(true).unwrap());
    Seen::largest(&file).assert_quarters("arithmetic");
}

/// Ink without a profile, in both ways to store it, and both ways to count it.
#[test]
fn ink() {
    // The encoder adds the Adobe segment, which says that the ink is counted upside down: 255 is
    // none.
    let inks = [255 - 200, 255 - 20, 255 - 10, 255 - 30].repeat(64 * 64);
    let wanted = [49, 207, 216]; // (255 − ink) × (255 − black) / 255
    for colorspace in [Colorspace::CMYK, Colorspace::YCCK] {
        let file = jpeg(&inks, 64, PixelFormat::CMYK, |compressor| {
            compressor.set_subsamp(Subsamp::None).unwrap();
            compressor.set_colorspace(colorspace).unwrap();
        });
        assert_near(Seen::largest(&file).middle(), wanted, 4, &format!("{colorspace:?}"));
    }

    let upright = jpeg(&[200, 20, 10, 30].repeat(64 * 64), 64, PixelFormat::CMYK, |compressor| {
        compressor.set_subsamp(Subsamp::None).unwrap();
        compressor.set_colorspace(Colorspace::CMYK).unwrap();
    });
    let adobe = upright
        .windows(5)
        .position(|part| part == b"Adobe")
        .unwrap()
        - 4;
    let without = [&upright[..adobe], &upright[adobe + 16..]].concat();
    assert_near(Seen::largest(&without).middle(), wanted, 4, "not by Adobe");
}

#[test]
fn junk_after_the_end_does_no_harm() {
    let photo = Picture::quarters(96, 64).jpeg();
    for junk in [&b"\0\0\0"[..], b"trailing text", &photo[..200]] {
        Seen::largest(&[&photo, junk].concat()).assert_quarters("junk after the end");
    }
}

#[test]
fn a_missing_end_marker_does_no_harm() {
    let photo = Picture::quarters(96, 64).jpeg();
    Seen::largest(&photo[..photo.len() - 2]).assert_quarters("no end marker");
}

/// Returns what Samsung's phones put behind a panorama: a directory of its blocks, read from the
/// end.
fn samsung_trailer(length: u8) -> Vec<u8> {
    let block = [
        &b"\0\0\x01\x0A\x0E\0\0\0Image_UTC_Data1400000000000"[..],
        &(0..length).collect::<Vec<_>>(),
    ]
    .concat();
    [&block[..], b"SEFHk\0\0\0\x01\0\0\0SEFT"].concat()
}

/// Pictures of every coding that can be told from what is behind it, each with the colours of
/// quarters.
fn codings() -> Vec<(&'static str, Vec<u8>)> {
    let picture = Picture::quarters(96, 64);
    let profile = ColorProfile::new_srgb().encode().unwrap();
    let grey: Vec<u8> = picture.rgb.iter().step_by(3).copied().collect();
    let as_rgb = |compressor: &mut Compressor| compressor.set_colorspace(Colorspace::RGB).unwrap();
    vec![
        ("4:2:0", picture.jpeg()),
        ("4:4:0", picture.jpeg_with(Subsamp::Sub1x2, |_| {})),
        ("RGB", picture.jpeg_with(Subsamp::None, as_rgb)),
        ("with a profile", with_icc(&picture.jpeg(), &profile)),
        ("progressive", picture.jpeg_with(Subsamp::Sub2x2, |c| c.set_progressive(true).unwrap())),
        (
            "progressive, 4:1:1",
            picture.jpeg_with(Subsamp::Sub4x1, |c| c.set_progressive(true).unwrap()),
        ),
        ("grey", jpeg(&grey, 96, PixelFormat::GRAY, |c| c.set_subsamp(Subsamp::Gray).unwrap())),
    ]
}

#[test]
fn whatever_is_in_place_of_the_end_marker_does_no_harm() {
    let another = Picture::noise(300, 200).jpeg();
    for (what, photo) in codings() {
        let whole = Seen::largest(&photo);
        let pixels = &photo[..photo.len() - 2];
        let others = [
            ("nothing", vec![]),
            ("Samsung's trailer", samsung_trailer(200)),
            ("another picture", another.clone()),
            ("another picture that is cut off", another[..another.len() / 2].to_vec()),
            ("zeros, then the marker", [&[0; 100][..], &[0xFF, 0xD9]].concat()),
            (
                "junk with markers",
                [&b"junk"[..], &[0xFF, 0xC0, 0, 9, 0xFF, 0xDA, 0xFF, 0xD0, 0xFF, 0xC4]].concat(),
            ),
            ("text, and another picture", [&b"text"[..], &another].concat()),
        ];
        for (behind, bytes) in others {
            let seen = Seen::largest(&[pixels, &bytes].concat());
            for (x, y) in [(24, 16), (72, 16), (24, 48), (72, 48), (95, 63)] {
                assert_eq!(seen.rgba(x, y), whole.rgba(x, y), "{what}, {behind}, at {x}, {y}");
            }
        }
    }
}

#[test]
fn pixels_that_are_missing_are_not_made_up_of_what_follows() {
    for subsamp in [Subsamp::Sub2x2, Subsamp::Sub1x2] {
        for progressive in [false, true] {
            let photo = Picture::noise(200, 150)
                .jpeg_with(subsamp, |c| c.set_progressive(progressive).unwrap());
            for part in 4..8 {
                let cut = &photo[..photo.len() * part / 8];
                let file = [cut, &samsung_trailer(200)].concat();
                assert_eq!(error(&file), Error::Truncated, "{subsamp:?}, {progressive}, {part}/8");
            }
        }
    }
}

#[test]
fn damage_in_the_middle_is_shown() {
    let mut photo = Picture::noise(400, 300).jpeg();
    let middle = photo.len() / 2;
    photo[middle..middle + 40].fill(0);
    assert_eq!(rendered(&photo).renditions.len(), 2);
}

#[test]
fn kinds_that_no_camera_writes_are_refused() {
    let lossless = Picture::quarters(96, 64).jpeg_with(Subsamp::None, |compressor| {
        compressor.set_colorspace(Colorspace::RGB).unwrap();
        compressor.set_lossless(true).unwrap();
    });
    assert!(matches!(error(&lossless), Error::UnsupportedFormat(_)), "{:?}", error(&lossless));

    let photo = Picture::quarters(96, 64).jpeg();
    let frame = photo
        .windows(2)
        .position(|part| part == [0xFF, 0xC0])
        .unwrap();
    let mut deep = photo.clone();
    deep[frame + 4] = 12;
    assert!(matches!(error(&deep), Error::UnsupportedFormat(_)), "12 bits");
}

#[test]
fn segments_before_the_frame_are_stepped_over() {
    let photo = Picture::quarters(96, 64).jpeg();
    // What looks like a frame of another size, inside a comment.
    let frame = [0xFF, 0xC0, 0, 17, 8, 0, 1, 0, 1, 3];
    let file = with_segment(&photo, 0xFE, &[&frame, &vec![0; 60_000]]);
    Seen::largest(&file).assert_quarters("a frame inside a comment");
}
