//! The variants of WebP.

use crate::fixtures::{Picture, chunk, error, rendered, riff, webp_lossless};
use crate::seen::{Seen, assert_near};
use image_webp::ColorType;
use imaging::{Error, Format};

#[test]
fn lossy_and_lossless() {
    let picture = Picture::quarters(203, 131);
    for file in [picture.webp_lossy(), picture.webp_lossless(|_| {})] {
        let made = rendered(&file);
        assert_eq!(
            (made.summary.facts.format, made.summary.facts.width, made.summary.facts.height),
            (Format::WebP, 203, 131)
        );
        Seen::new(&made.renditions[0].bytes).assert_quarters(&format!("{:?}", &file[12..16]));
    }
}

fn half_transparent() -> Vec<u8> {
    let pixel = |i: u32| if i % 64 < 32 { [200, 40, 40, 255] } else { [0, 0, 0, 0] };
    (0..64 * 64).flat_map(pixel).collect()
}

#[test]
fn alpha_is_kept() {
    let lossless = webp_lossless(&half_transparent(), 64, 64, ColorType::Rgba8, |_| {});
    let lossy = rendered(&lossless).renditions.remove(0).bytes;
    assert!(lossy.windows(4).any(|part| part == b"ALPH"), "lossy, with a plane of alpha");
    for file in [lossless, lossy] {
        assert!(rendered(&file).summary.facts.has_alpha);
        let seen = Seen::largest(&file);
        assert_near(seen.rgba(10, 32), [200, 40, 40, 255], 6, "the left");
        assert_eq!(seen.rgba(54, 32)[3], 0, "the right");
    }
}

/// An animation on a canvas of 96 × 64, of one frame at an offset.
fn animation(frame: &[u8], width: u32, height: u32, x: u32, y: u32) -> Vec<u8> {
    let three = |number: u32| number.to_le_bytes()[..3].to_vec();
    let extended = [vec![2 | 16, 0, 0, 0], three(95), three(63)].concat();
    let header =
        [three(x / 2), three(y / 2), three(width - 1), three(height - 1), three(100), vec![0]]
            .concat();
    let frame = [header, frame[12..].to_vec()].concat();
    riff(&[(b"VP8X", &extended), (b"ANIM", &[0; 6]), (b"ANMF", &frame), (b"ANMF", &frame)])
}

#[test]
fn of_an_animation_the_first_frame_is_shown() {
    let picture = Picture::quarters(96, 64);
    for frame in [picture.webp_lossy(), picture.webp_lossless(|_| {})] {
        let made = rendered(&animation(&frame, 96, 64, 0, 0));
        assert_eq!((made.summary.facts.width, made.summary.facts.height), (96, 64));
        Seen::new(&made.renditions[0].bytes).assert_quarters("animated");
    }
}

#[test]
fn a_frame_smaller_than_its_canvas_is_put_in_its_place() {
    for frame in [
        Picture::plain(32, 32, [200, 40, 40]).webp_lossy(),
        webp_lossless(&[200, 40, 40, 255].repeat(32 * 32), 32, 32, ColorType::Rgba8, |_| {}),
    ] {
        let file = animation(&frame, 32, 32, 64, 20);
        let seen = Seen::largest(&file);
        assert_eq!((seen.width, seen.height), (96, 64));
        assert_near(seen.rgba(80, 36), [200, 40, 40, 255], 6, "inside");
        assert_eq!(seen.rgba(40, 36)[3], 0, "beside");
        assert_eq!(seen.rgba(80, 60)[3], 0, "below");
    }
}

#[test]
fn a_frame_over_the_edge_of_its_canvas_is_refused() {
    let frame = Picture::plain(32, 32, [200, 40, 40]).webp_lossless(|_| {});
    assert!(matches!(error(&animation(&frame, 32, 32, 80, 0)), Error::Corrupt(_)));
    assert!(matches!(error(&animation(&frame, 32, 32, 0, 1 << 24)), Error::Corrupt(_)));
}

#[test]
fn an_animation_without_a_frame_is_refused() {
    let extended = [2, 0, 0, 0, 95, 0, 0, 63, 0, 0];
    let file = riff(&[(b"VP8X", &extended), (b"ANIM", &[0; 6])]);
    assert!(matches!(error(&file), Error::Corrupt(_) | Error::Truncated), "{:?}", error(&file));
}

#[test]
fn junk_after_the_end_and_unknown_chunks_do_no_harm() {
    let mut file = Picture::quarters(96, 64).webp_lossy();
    chunk(&mut file, *b"JUNK", b"after the end");
    Seen::largest(&file).assert_quarters("junk after the end");
}
