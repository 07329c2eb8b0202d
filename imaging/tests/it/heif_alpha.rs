//! Alpha of HEIC and AVIF, which is a picture of its own.

use crate::fixtures::{BLUE, GREEN, Picture, RED, error, rendered};
use crate::heif_fixtures::{
    ALPHA, AV1, AV1_ALPHA, Item, av1, avif_with_alpha_of_tiles, heif, hevc, hevc_grey, ispe,
};
use crate::seen::{Seen, assert_near};

fn photo() -> Picture {
    Picture::quarters(96, 64)
}

#[test]
fn alpha_from_its_own_picture() {
    let kind = b"\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0";
    let half: Vec<u8> = (0..96 * 64)
        .map(|i| if i % 96 < 48 { 255 } else { 0 })
        .collect();
    let pairs = [
        (hevc(&photo(), 8), hevc_grey(96, 64, &half)),
        (av1(AV1), av1(AV1_ALPHA)),
        (hevc(&photo(), 8), av1(AV1_ALPHA)),
    ];
    for (colour, alpha) in pairs {
        let file = heif(b"mif1", &[colour, alpha.with(b"auxC", kind).refers(b"auxl", &[1])]);
        let made = rendered(&file);
        assert!(made.summary.facts.has_alpha);
        let seen = Seen::new(&made.renditions[0].bytes);
        assert_near(seen.rgba(24, 16), [RED[0], RED[1], RED[2], 255], 7, "the left");
        assert_near(seen.rgba(24, 48), [BLUE[0], BLUE[1], BLUE[2], 255], 7, "the left, below");
        assert_eq!(seen.rgba(80, 32)[3], 0, "the right");
    }
}

/// Two pictures side by side, of which each is opaque in its left half.
fn assert_halves(file: &[u8], what: &str) {
    let made = rendered(file);
    assert!(made.summary.facts.has_alpha, "{what}");
    let seen = Seen::new(&made.renditions[0].bytes);
    assert_eq!((seen.width, seen.height), (192, 64), "{what}");
    for left in [0, 96] {
        assert_near(seen.rgba(left + 24, 16), [RED[0], RED[1], RED[2], 255], 7, what);
        assert_near(seen.rgba(left + 24, 48), [BLUE[0], BLUE[1], BLUE[2], 255], 7, what);
        assert_eq!(seen.rgba(left + 80, 32)[3], 0, "{what}");
    }
}

#[test]
fn alpha_of_the_tiles_of_a_grid() {
    let grid = |tiles: &[u16]| {
        Item::new(b"grid", vec![0, 0, 0, 1, 0, 192, 0, 64], vec![ispe(192, 64)])
            .refers(b"dimg", tiles)
    };
    let alpha = || av1(AV1_ALPHA).with(b"auxC", ALPHA);
    let of_tile = |tile: u16| alpha().refers(b"auxl", &[tile]);
    assert_halves(&avif_with_alpha_of_tiles(), "each tile has its own");
    let shared_alpha = [grid(&[2, 3]), av1(AV1), av1(AV1), alpha().refers(b"auxl", &[2, 3])];
    assert_halves(&heif(b"avif", &shared_alpha), "one for both");
    let of_grid = grid(&[5, 6]).with(b"auxC", ALPHA).refers(b"auxl", &[1]);
    let mut two_grids =
        [grid(&[2, 3]), av1(AV1), av1(AV1), of_grid, av1(AV1_ALPHA), av1(AV1_ALPHA)];
    assert_halves(&heif(b"avif", &two_grids), "a grid of its own");
    for item in &mut two_grids[3..] {
        item.properties.retain(|(name, _)| *name != b"ispe");
    }
    assert_halves(&heif(b"avif", &two_grids), "a grid of its own, without sizes");

    let half_transparent = [grid(&[2, 3]), av1(AV1), av1(AV1), of_tile(2)];
    let seen = Seen::largest(&heif(b"avif", &half_transparent));
    assert_eq!(seen.rgba(80, 32)[3], 0, "of the tile that has alpha");
    assert_near(
        seen.rgba(96 + 72, 16),
        [GREEN[0], GREEN[1], GREEN[2], 255],
        7,
        "a tile without is opaque",
    );
}

#[test]
fn alpha_without_a_size_or_of_another_one() {
    let mut alpha = av1(AV1_ALPHA).with(b"auxC", ALPHA).refers(b"auxl", &[1]);
    let half: Vec<u8> = (0..48 * 32)
        .map(|i| if i % 48 < 24 { 255 } else { 0 })
        .collect();
    let smaller = hevc_grey(48, 32, &half)
        .with(b"auxC", &ALPHA[..ALPHA.len() - 1])
        .refers(b"auxl", &[1]);
    alpha.properties.retain(|(name, _)| *name != b"ispe");
    for (what, alpha) in
        [("without a size", alpha), ("half as large, its kind without a zero", smaller)]
    {
        let seen = Seen::largest(&heif(b"avif", &[av1(AV1), alpha]));
        assert_near(seen.rgba(24, 16), [RED[0], RED[1], RED[2], 255], 7, what);
        assert_eq!(seen.rgba(80, 32)[3], 0, "{what}");
    }
    let mut nothing = av1(AV1_ALPHA).with(b"auxC", ALPHA).refers(b"auxl", &[1]);
    nothing.properties[0] = ispe(0, 64);
    Seen::largest(&heif(b"avif", &[av1(AV1), nothing]))
        .assert_quarters("of no size, it is passed over");
    let mut huge = av1(AV1_ALPHA).with(b"auxC", ALPHA).refers(b"auxl", &[1]);
    huge.properties[0] = ispe(u32::MAX, u32::MAX);
    assert_eq!(error(&heif(b"avif", &[av1(AV1), huge])).code(), "too_much_memory");
}
