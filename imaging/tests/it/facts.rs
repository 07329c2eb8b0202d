//! Facts that a photograph states about itself.

use crate::fixtures::{Picture, exif, exif_in, rendered, text, with_exif};
use exif::{Rational, Tag, Value};
use imaging::{
    CameraInfo, DecodeLimits, Exposure, Format, GpsPosition, PhotoFacts, TakenAt, inspect,
};
use time::macros::datetime;

fn facts(fields: &[(Tag, Value)]) -> PhotoFacts {
    rendered(&with_exif(&Picture::quarters(48, 32).jpeg(), &exif(fields)))
        .summary
        .facts
}

fn ratios(values: &[(u32, u32)]) -> Value {
    Value::Rational(
        values
            .iter()
            .map(|&(num, denom)| Rational { num, denom })
            .collect(),
    )
}

fn everything() -> Vec<(Tag, Value)> {
    vec![
        (Tag::Make, text("Canon")),
        (Tag::Model, text("Canon EOS R5  ")),
        (Tag::DateTime, text("2024:06:01 00:00:00")),
        (Tag::DateTimeOriginal, text("2024:05:17 14:03:09")),
        (Tag::SubSecTimeOriginal, text("25")),
        (Tag::OffsetTimeOriginal, text("+02:00")),
        (Tag::LensModel, text("RF24-70mm F2.8 L IS USM")),
        (Tag::ExposureTime, ratios(&[(1, 250)])),
        (Tag::FNumber, ratios(&[(28, 10)])),
        (Tag::PhotographicSensitivity, Value::Short(vec![400])),
        (Tag::FocalLength, ratios(&[(50, 1)])),
        (Tag::GPSLatitudeRef, text("S")),
        (Tag::GPSLatitude, ratios(&[(33, 1), (51, 1), (2_412, 100)])),
        (Tag::GPSLongitudeRef, text("E")),
        (Tag::GPSLongitude, ratios(&[(151, 1), (12, 1), (3_672, 100)])),
    ]
}

#[test]
fn all_of_exif_in_both_byte_orders() {
    for little_endian in [true, false] {
        let file =
            with_exif(&Picture::quarters(48, 32).jpeg(), &exif_in(&everything(), little_endian));
        let found = rendered(&file).summary.facts;
        let local = datetime!(2024-05-17 14:03:09.25);
        assert_eq!(found.taken_at, Some(TakenAt { local, offset_minutes: Some(120) }));
        let camera = CameraInfo {
            make: Some("Canon".into()),
            model: Some("Canon EOS R5".into()),
            lens: Some("RF24-70mm F2.8 L IS USM".into()),
        };
        assert_eq!(found.camera, Some(camera));
        let exposure = Exposure {
            seconds: Some(0.004),
            aperture: Some(2.8),
            iso: Some(400),
            focal_length: Some(50.0),
        };
        assert_eq!(found.exposure, Some(exposure));
        let Some(GpsPosition { latitude, longitude }) = found.place else { panic!("a place") };
        assert!((latitude - -33.856_7).abs() < 1e-6 && (longitude - 151.210_2).abs() < 1e-6);
    }
}

#[test]
fn nothing_where_nothing_is_said() {
    let found = rendered(&Picture::quarters(48, 32).jpeg()).summary.facts;
    assert_eq!((found.orientation, found.has_alpha), (1, false));
    assert_eq!(
        (found.taken_at, found.camera, found.exposure, found.place),
        (None, None, None, None)
    );
}

#[test]
fn the_next_best_date_is_taken() {
    let digitized = facts(&[
        (Tag::DateTime, text("2024:06:01 00:00:00")),
        (Tag::DateTimeDigitized, text("2024:05:17 14:03:09")),
        (Tag::DateTimeOriginal, text("0000:00:00 00:00:00")),
    ]);
    let local = datetime!(2024-05-17 14:03:09);
    assert_eq!(digitized.taken_at, Some(TakenAt { local, offset_minutes: None }));
    let changed = facts(&[(Tag::DateTime, text("2024:06:01 00:00:00"))]);
    assert_eq!(changed.taken_at.map(|taken| taken.local), Some(datetime!(2024-06-01 00:00)));
}

#[test]
fn places_that_make_no_sense_are_none() {
    let place = |latitude: &[(u32, u32)], north: &str| {
        facts(&[
            (Tag::GPSLatitudeRef, text(north)),
            (Tag::GPSLatitude, ratios(latitude)),
            (Tag::GPSLongitudeRef, text("W")),
            (Tag::GPSLongitude, ratios(&[(0, 1), (0, 1), (0, 1)])),
        ])
        .place
    };
    assert!(place(&[(51, 1), (28, 1), (40, 1)], "N").is_some_and(|place| place.latitude > 51.4));
    assert_eq!(place(&[(91, 1), (0, 1), (0, 1)], "N"), None, "beyond the pole");
    assert_eq!(place(&[(51, 0), (28, 1), (40, 1)], "N"), None, "divided by zero");
    assert_eq!(place(&[(51, 1), (28, 1), (40, 1)], "?"), None, "which half?");
    assert_eq!(place(&[(0, 1), (0, 1), (0, 1)], "N"), None, "a receiver without a fix");
}

#[test]
fn texts_are_cleaned() {
    let make = |value: &[u8]| {
        facts(&[(Tag::Make, Value::Ascii(vec![value.to_vec()]))])
            .camera
            .and_then(|c| c.make)
    };
    assert_eq!(make(b"  Nikon\0rest").as_deref(), Some("Nikon"));
    assert_eq!(make(b"Ni\x1B[31mkon").as_deref(), Some("Ni[31mkon"), "no control characters");
    assert_eq!(make(b"\xFFNikon").as_deref(), Some("\u{FFFD}Nikon"), "not UTF-8");
    assert_eq!(make(b"      "), None);
    assert_eq!(make(&[b'x'; 5000]).map(|make| make.len()), Some(120), "cut");
}

#[test]
fn in_png_and_webp() {
    let photo = Picture::quarters(48, 32);
    let mut info = png::Info::with_size(48, 32);
    info.color_type = png::ColorType::Rgb;
    info.exif_metadata = Some(exif(&everything()).into());
    let mut png = Vec::new();
    png::Encoder::with_info(&mut png, info)
        .unwrap()
        .write_header()
        .unwrap()
        .write_image_data(&photo.rgb)
        .unwrap();
    let webp = photo.webp_lossless(|encoder| encoder.set_exif_metadata(exif(&everything())));
    for file in [png, webp] {
        let found = rendered(&file).summary.facts;
        assert_eq!(
            found.taken_at.map(|taken| taken.local),
            Some(datetime!(2024-05-17 14:03:09.25))
        );
        assert_eq!(found.camera.and_then(|camera| camera.model).as_deref(), Some("Canon EOS R5"));
    }
}

#[test]
fn the_header_alone_tells_format_and_size() {
    let photo = Picture::quarters(48, 32);
    let files = [
        (Format::Jpeg, photo.jpeg()),
        (Format::Png, photo.png()),
        (Format::WebP, photo.webp_lossy()),
        (Format::WebP, photo.webp_lossless(|_| {})),
    ];
    for (format, file) in files {
        let header = inspect(&file, &DecodeLimits::default()).unwrap();
        assert_eq!((header.format, header.width, header.height), (format, 48, 32));
    }
}
