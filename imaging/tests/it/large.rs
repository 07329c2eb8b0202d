//! Pictures with as many pixels as the largest cameras have: 102 (Fujifilm GFX100, Hasselblad X2D),
//! 108 and 200 megapixels (phones).

use crate::bmp::bmp;
use crate::fixtures::{error, jpeg, png, rendered};
use crate::heif_fixtures::{AV1, Item, av1, heif, ispe};
use crate::seen::{Seen, assert_near};
use imaging::Error;
use png::{BitDepth, ColorType};
use turbojpeg::{PixelFormat, Subsamp};

const SIZES: [(u32, u32); 3] = [(11_648, 8_736), (12_000, 9_000), (16_320, 12_240)];

fn assert_grey(file: &[u8], (width, height): (u32, u32), what: &str) {
    let made = rendered(file);
    assert_eq!((made.summary.facts.width, made.summary.facts.height), (width, height), "{what}");
    assert_eq!(made.renditions.len(), 3, "{what}");
    assert_near(Seen::new(&made.renditions[0].bytes).middle(), [255; 3], 2, what);
}

#[test]
fn png_as_it_is_streamed() {
    for (width, height) in SIZES {
        let white = vec![0xFF; (width.div_ceil(8) * height) as usize];
        let file = png(&white, width, height, ColorType::Grayscale, BitDepth::One, |_| {});
        assert_grey(&file, (width, height), "PNG");
    }
}

#[test]
fn jpeg_as_it_is_scaled() {
    for (size, progressive) in [(SIZES[1], false), (SIZES[1], true), (SIZES[2], false)] {
        let white = vec![0xFF; size.0 as usize * size.1 as usize];
        let file = jpeg(&white, size.0, PixelFormat::GRAY, |compressor| {
            compressor.set_subsamp(Subsamp::Gray).unwrap();
            compressor.set_progressive(progressive).unwrap();
        });
        assert_grey(&file, size, &format!("JPEG, progressive: {progressive}"));
    }
}

#[test]
fn what_takes_too_much_memory_is_refused_for_that() {
    // 256 megapixels: few enough, but three bytes each.
    let grid = Item::new(b"grid", vec![0, 0, 249, 166, 0, 0, 0, 0], vec![ispe(167 * 96, 250 * 64)]);
    let tiles = vec![2; 167 * 250];
    let files = [
        ("HEIF", heif(b"avif", &[grid.refers(b"dimg", &tiles), av1(AV1)])),
        ("BMP", bmp(16_000, 16_000, 24, 0, &[], &[], &[])),
    ];
    for (what, file) in files {
        let refused = error(&file);
        assert!(matches!(refused, Error::TooMuchMemory(_)), "{what}: {refused}");
        assert_eq!(refused.code(), "too_much_memory");
    }
}
