//! Every orientation, in every format, comes out upright.

use crate::fixtures::{Picture, orientation, png, rendered, riff, with_exif};
use crate::seen::Seen;
use imaging::{RenderedImage, Summary};
use png::{BitDepth, ColorType};

fn assert_upright(file: &[u8], value: u8, what: &str) {
    let RenderedImage { renditions, summary: Summary { facts, .. } } = rendered(file);
    assert_eq!(facts.orientation, value, "{what}");
    assert_eq!((facts.width, facts.height), (96, 64), "{what}, upright");
    let stored = if value >= 5 { (64, 96) } else { (96, 64) };
    assert_eq!((facts.stored_width, facts.stored_height), stored, "{what}, stored");
    let seen = Seen::new(&renditions[0].bytes);
    assert_eq!((seen.width, seen.height), (96, 64), "{what}");
    seen.assert_quarters(what);
}

#[test]
fn of_jpeg() {
    for value in 1..=8 {
        let file = with_exif(&Picture::quarters(96, 64).stored(value).jpeg(), &orientation(value));
        assert_upright(&file, value, &format!("JPEG, orientation {value}"));
    }
}

#[test]
fn of_png_before_and_after_the_pixels() {
    for value in 1..=8 {
        let stored = Picture::quarters(96, 64).stored(value);
        let mut before = png::Info::with_size(stored.width, stored.height);
        before.color_type = ColorType::Rgb;
        before.exif_metadata = Some(orientation(value).into());
        let mut file = Vec::new();
        let mut writer = png::Encoder::with_info(&mut file, before)
            .unwrap()
            .write_header()
            .unwrap();
        writer.write_image_data(&stored.rgb).unwrap();
        drop(writer);
        assert_upright(&file, value, &format!("PNG, orientation {value}"));

        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, stored.width, stored.height);
        encoder.set_color(ColorType::Rgb);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&stored.rgb).unwrap();
        writer
            .write_chunk(png::chunk::eXIf, &orientation(value))
            .unwrap();
        drop(writer);
        assert_upright(&file, value, &format!("PNG, orientation {value} at the end"));
    }
}

#[test]
fn of_webp_with_and_without_the_prefix_of_jpeg() {
    for value in 1..=8 {
        let stored = Picture::quarters(96, 64).stored(value);
        let file = stored.webp_lossless(|encoder| encoder.set_exif_metadata(orientation(value)));
        assert_upright(&file, value, &format!("lossless WebP, orientation {value}"));

        let lossy = stored.webp_lossy();
        assert_eq!(&lossy[12..16], b"VP8 ", "a plain lossy file");
        let [w, h] = [stored.width - 1, stored.height - 1].map(u32::to_le_bytes);
        let extended = [8, 0, 0, 0, w[0], w[1], w[2], h[0], h[1], h[2]];
        let prefixed = [b"Exif\0\0", &orientation(value)[..]].concat();
        let file = riff(&[(b"VP8X", &extended), (b"VP8 ", &lossy[20..]), (b"EXIF", &prefixed)]);
        assert_upright(&file, value, &format!("lossy WebP, orientation {value}"));
    }
}

#[test]
fn that_makes_no_sense_is_none() {
    for value in [0, 9, 255] {
        let file = with_exif(&Picture::quarters(96, 64).jpeg(), &orientation(value));
        assert_upright(&file, 1, &format!("orientation {value}"));
        assert_eq!(rendered(&file).summary.facts.orientation, 1);
    }
}

#[test]
fn of_transparent_pictures_turns_alpha_too() {
    // Transparent in the left half of the upright picture, which is stored turned to the left (6).
    let rgba: Vec<u8> = (0..96 * 64)
        .flat_map(|i| [200, 40, 40, if i / 64 < 48 { 255 } else { 0 }])
        .collect();
    let mut info = png::Info::with_size(64, 96);
    info.color_type = ColorType::Rgba;
    info.exif_metadata = Some(orientation(6).into());
    let mut file = Vec::new();
    let mut writer = png::Encoder::with_info(&mut file, info)
        .unwrap()
        .write_header()
        .unwrap();
    writer.write_image_data(&rgba).unwrap();
    drop(writer);
    let seen = Seen::largest(&file);
    assert_eq!((seen.width, seen.height), (96, 64));
    assert_eq!(seen.rgba(10, 32)[3], 0, "the bottom, turned to the right, is on the left");
    assert_eq!(seen.rgba(85, 32)[3], 255);
    let opaque = png(&rgba, 64, 96, ColorType::Rgba, BitDepth::Eight, |_| {});
    assert_eq!(
        Seen::largest(&opaque).rgba(32, 10)[3],
        255,
        "without orientation the top is opaque"
    );
}
