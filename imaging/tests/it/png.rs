//! The variants of PNG.

use crate::fixtures::{Picture, png, png_of, rendered};
use crate::seen::{Seen, assert_near};
use imaging::{Format, RenderOptions, render};
use png::{BitDepth, ColorType};

fn seen(data: &[u8], color: ColorType, depth: BitDepth) -> [u8; 4] {
    let file = png(data, 32, 32, color, depth, |encoder| {
        encoder.set_palette(vec![200, 40, 40, 40, 180, 60]);
        if color == ColorType::Indexed {
            encoder.set_trns(vec![255, 128]);
        }
    });
    Seen::largest(&file).rgba(16, 16)
}

#[test]
fn every_kind_of_pixel() {
    let rows = |row: &[u8]| row.repeat(32);
    assert_near(seen(&rows(&[0xFF; 4]), ColorType::Grayscale, BitDepth::One), [255; 4], 2, "1 bit");
    assert_near(
        seen(&rows(&[0xAA; 8]), ColorType::Grayscale, BitDepth::Two),
        [170, 170, 170, 255],
        2,
        "2 bits",
    );
    assert_near(
        seen(&rows(&[0x99; 16]), ColorType::Grayscale, BitDepth::Four),
        [153, 153, 153, 255],
        2,
        "4 bits",
    );
    assert_near(
        seen(&rows(&[90; 32]), ColorType::Grayscale, BitDepth::Eight),
        [90, 90, 90, 255],
        2,
        "8 bits",
    );
    let deep = [0x5A, 0xFF].repeat(32);
    assert_near(
        seen(&rows(&deep), ColorType::Grayscale, BitDepth::Sixteen),
        [90, 90, 90, 255],
        2,
        "16 bits",
    );
    let grey = [90, 128].repeat(32);
    assert_near(
        seen(&rows(&grey), ColorType::GrayscaleAlpha, BitDepth::Eight),
        [90, 90, 90, 128],
        3,
        "grey, alpha",
    );
    let rgb = [200, 0, 40, 0, 60, 0].repeat(32);
    assert_near(
        seen(&rows(&rgb), ColorType::Rgb, BitDepth::Sixteen),
        [200, 40, 60, 255],
        4,
        "16-bit RGB",
    );
    let rgba = [200, 0, 40, 0, 60, 0, 128, 0].repeat(32);
    assert_near(
        seen(&rows(&rgba), ColorType::Rgba, BitDepth::Sixteen),
        [200, 40, 60, 128],
        4,
        "16-bit RGBA",
    );
    assert_near(
        seen(&rows(&[0; 4]), ColorType::Indexed, BitDepth::One),
        [200, 40, 40, 255],
        4,
        "palette",
    );
    assert_near(
        seen(&rows(&[1; 32]), ColorType::Indexed, BitDepth::Eight),
        [40, 180, 60, 128],
        4,
        "palette, alpha",
    );
}

/// A picture of one level of grey, but for its first pixel, which is transparent by a chunk with
/// other bits, too.
fn with_transparent_grey(depth: u8, interlace: u8) -> Vec<u8> {
    let header =
        [&8_u32.to_be_bytes()[..], &8_u32.to_be_bytes(), &[depth, 0, 0, 0, interlace]].concat();
    // Of 8 × 8 pixels, in order: 1 × 1, 1 × 1, 2 × 1, 2 × 2, 4 × 2, 4 × 4, 8 × 4 of the seven
    // passes.
    let widths =
        if interlace == 0 { vec![8; 8] } else { vec![1, 1, 2, 2, 2, 4, 4, 4, 4, 4, 4, 8, 8, 8, 8] };
    let bytes = |width: usize| vec![0; (width * usize::from(depth)).div_ceil(8)];
    let mut lines: Vec<Vec<u8>> = widths.into_iter().map(bytes).collect();
    lines[0][0] = 1 << (8 - depth);
    let raw: Vec<u8> = lines
        .iter()
        .flat_map(|line| [&[0], &line[..]].concat())
        .collect();
    let level = [0xFF, (0xFF << depth) | 1];
    png_of(&[(b"IHDR", &header), (b"tRNS", &level), (b"IDAT", &stored(&raw)), (b"IEND", &[])])
}

#[test]
fn of_a_transparent_level_only_the_low_bits_count() {
    for depth in [1, 2, 4] {
        for interlace in [0, 1] {
            let seen = Seen::largest(&with_transparent_grey(depth, interlace));
            let what = format!("{depth} bits, interlace {interlace}");
            assert_eq!(seen.rgba(0, 0)[3], 0, "{what}");
            assert_near(seen.rgba(5, 5), [0, 0, 0, 255], 4, &what);
        }
    }
    let all_white = [&8_u32.to_be_bytes()[..], &8_u32.to_be_bytes(), &[1, 0, 0, 0, 0]].concat();
    let raw = [0, 0xFF].repeat(8);
    let file = png_of(&[
        (b"IHDR", &all_white),
        (b"tRNS", &[0, 0xFF]),
        (b"IDAT", &stored(&raw)),
        (b"IEND", &[]),
    ]);
    assert!(rendered(&file).summary.facts.has_alpha);
    assert_eq!(Seen::largest(&file).rgba(4, 4)[3], 0);
}

/// Writes the seven passes of Adam7, which the encoder does not; filter 0 throughout.
fn interlaced(picture: &Picture) -> Vec<u8> {
    let passes = [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];
    let mut raw = Vec::new();
    for (x0, y0, dx, dy) in passes {
        for y in (y0..picture.height).step_by(dy) {
            raw.push(0);
            for x in (x0..picture.width).step_by(dx) {
                raw.extend_from_slice(&picture.rgb[3 * (y * picture.width + x) as usize..][..3]);
            }
        }
    }
    let [width, height] = [picture.width, picture.height].map(u32::to_be_bytes);
    let header = [&width[..], &height, &[8, 2, 0, 0, 1]].concat();
    png_of(&[(b"IHDR", &header), (b"IDAT", &stored(&raw)), (b"IEND", &[])])
}

/// A zlib stream without compression.
fn stored(raw: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = raw.chunks(65_535).collect();
    for (number, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).unwrap();
        stream.push(u8::from(number + 1 == blocks.len()));
        stream.extend_from_slice(&length.to_le_bytes());
        stream.extend_from_slice(&(!length).to_le_bytes());
        stream.extend_from_slice(block);
    }
    let (a, b) = raw.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (a + b) % 65_521)
    });
    stream.extend_from_slice(&((b << 16) | a).to_be_bytes());
    stream
}

#[test]
fn interlaced_is_put_together() {
    let made = rendered(&interlaced(&Picture::quarters(101, 67)));
    assert_eq!(
        (made.summary.facts.format, made.summary.facts.width, made.summary.facts.height),
        (Format::Png, 101, 67)
    );
    Seen::new(&made.renditions[0].bytes).assert_quarters("interlaced");
}

#[test]
fn alpha_is_kept_at_every_size() {
    // Opaque red on the left; on the right a green that nobody is to see.
    let pixel = |i: u32| if i % 600 < 300 { [200, 40, 40, 255] } else { [0, 255, 0, 0] };
    let data: Vec<u8> = (0..600 * 400).flat_map(pixel).collect();
    let made = rendered(&png(&data, 600, 400, ColorType::Rgba, BitDepth::Eight, |_| {}));
    assert!(made.summary.facts.has_alpha);
    for rendition in made.renditions {
        let seen = Seen::new(&rendition.bytes);
        assert!(seen.has_alpha, "{}", rendition.long_edge);
        let w = seen.width;
        let h = seen.height;
        assert_near(seen.rgba(w / 4, h / 2), [200, 40, 40, 255], 5, "the left");
        assert_eq!(seen.rgba(3 * w / 4, h / 2)[3], 0, "the right");
        let border = seen.rgba(w / 2 - 2, h / 2);
        assert!(border[1] < 80, "no green bleeds to the left of the border: {border:?}");
    }
}

#[test]
fn alpha_that_is_opaque_is_dropped() {
    let data = [200, 40, 40, 255].repeat(64 * 64);
    let made = rendered(&png(&data, 64, 64, ColorType::Rgba, BitDepth::Eight, |_| {}));
    assert!(!made.summary.facts.has_alpha);
    assert!(!Seen::new(&made.renditions[0].bytes).has_alpha);
}

#[test]
fn half_transparent_pixels_keep_their_colour_when_shrunk() {
    let data = [200, 40, 40, 100].repeat(800 * 400);
    let file = png(&data, 800, 400, ColorType::Rgba, BitDepth::Eight, |_| {});
    let made =
        render(&file, &RenderOptions { long_edges: vec![100, 400], ..RenderOptions::default() })
            .unwrap();
    for rendition in made.renditions {
        let seen = Seen::new(&rendition.bytes).rgba(50, 25);
        assert_near(seen, [200, 40, 40, 100], 6, "half transparent");
    }
}

#[test]
fn of_an_animation_the_default_image_is_shown() {
    let picture = Picture::quarters(96, 64);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 96, 64);
    encoder.set_color(ColorType::Rgb);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&picture.rgb).unwrap();
    writer
        .write_image_data(&Picture::plain(96, 64, [0; 3]).rgb)
        .unwrap();
    writer.finish().unwrap();
    Seen::largest(&file).assert_quarters("animated");
}

#[test]
fn png_of_16_bits_is_rounded() {
    // 0x7FFF is 127.498 of 255, 0x8080 is 128 and 0x80FF is 128.49: cut off they would be 127, 128,
    // 128.
    for (deep, wanted) in
        [(0x7FFF_u16, 127), (0x7F80, 127), (0x7FC0, 127), (0x8000, 128), (0xFF7F, 255), (0x00FF, 1)]
    {
        let data = deep.to_be_bytes().repeat(16 * 16);
        let file = png(&data, 16, 16, ColorType::Grayscale, BitDepth::Sixteen, |_| {});
        let [r, ..] = Seen::largest(&file).rgba(8, 8);
        assert!(r.abs_diff(wanted) <= 1, "{deep:#x}: {r}");
    }
}
