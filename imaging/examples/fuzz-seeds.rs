//! Writes the files that the fuzz targets begin with, a folder for each target: `./dev fuzz` runs
//! it.
//!
//! They are made here, of the fixtures of the tests, so that no photograph needs to be kept.
#![allow(clippy::unwrap_used)] // as in the tests
#![allow(dead_code, unused_imports)] // not all of the fixtures are needed

#[path = "../tests/it/bmp.rs"]
mod bmp;
#[path = "../tests/it/fax.rs"]
mod fax;
#[path = "../tests/it/fixtures.rs"]
mod fixtures;
#[path = "../tests/it/gif.rs"]
mod gif;
#[path = "../tests/it/heif_fixtures.rs"]
mod heif_fixtures;
#[path = "../tests/it/ink.rs"]
mod ink;
#[path = "../tests/it/hostile/kinds.rs"]
mod kinds;
#[path = "../tests/it/hostile/photos.rs"]
mod photos;
#[path = "../tests/it/raw.rs"]
mod raw;
#[path = "../tests/it/seen.rs"]
mod seen;
#[path = "../tests/it/tiff_fixtures.rs"]
mod tiff_fixtures;
#[path = "../tests/it/tiff_numbers.rs"]
mod tiff_numbers;
#[path = "../tests/it/tiff_variants.rs"]
mod tiff_variants;

use exif::{Rational, Tag, Value};
use fixtures::{Picture, exif_in, jpeg, png, text, with_icc};
use kinds::PHOTOS;
use moxcms::ColorProfile;
use png::{BitDepth, ColorType};
use std::path::{Path, PathBuf};
use std::{env, fs};
use turbojpeg::{Colorspace, PixelFormat, Subsamp};

fn main() {
    let folder = env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .expect("a folder to write to, as the only argument");
    for (what, photo) in PHOTOS.iter() {
        let format = what.split(',').next().unwrap().to_lowercase();
        write(&folder, &format, what, photo);
        write(&folder, "inspect", what, photo);
    }
    for (what, photo) in jpegs() {
        write(&folder, "jpeg", what, &photo);
    }
    for (what, photo) in pngs() {
        write(&folder, "png", &what, &photo);
    }
    for little_endian in [true, false] {
        write(&folder, "exif", if little_endian { "little" } else { "big" }, &exif(little_endian));
    }
    write(&folder, "xmp", "all", xmp().as_bytes());
    write(&folder, "iptc", "all", &resources());
    for (kind, what, profile) in profiles() {
        write(&folder, "profile", what, &[&[kind], &profile[..]].concat());
    }
}

fn write(folder: &Path, target: &str, what: &str, bytes: &[u8]) {
    let folder = folder.join(target);
    fs::create_dir_all(&folder).unwrap();
    // OS/2 would be a folder.
    let name = what.replace('/', "-");
    fs::write(folder.join(format!("seed, {name}")), bytes).unwrap();
}

fn jpegs() -> Vec<(&'static str, Vec<u8>)> {
    let photo = Picture::noise(40, 24);
    let inks = |colorspace| {
        jpeg(&photo.rgb[..40 * 16 * 4], 40, PixelFormat::CMYK, |compressor| {
            compressor.set_subsamp(Subsamp::None).unwrap();
            compressor.set_colorspace(colorspace).unwrap();
        })
    };
    vec![
        (
            "grey",
            jpeg(&photo.rgb[..40 * 24], 40, PixelFormat::GRAY, |c| {
                c.set_subsamp(Subsamp::Gray).unwrap();
            }),
        ),
        ("ink", inks(Colorspace::CMYK)),
        ("ink as YCCK", inks(Colorspace::YCCK)),
        // Small, because `./dev test-arm64` wants the same file of it: of 100,000 samples that a
        // profile's table mixes, two are another by one on arm64.
        ("ink with a profile", with_icc(&inks(Colorspace::CMYK), &ink::ink_profile())),
        ("arithmetic", photo.jpeg_with(Subsamp::Sub2x2, |c| c.set_arithmetic(true).unwrap())),
        ("4:4:0", photo.jpeg_with(Subsamp::Sub1x2, |_| {})),
        ("4:1:1", photo.jpeg_with(Subsamp::Sub4x1, |_| {})),
        (
            "4:4:1, progressive",
            photo.jpeg_with(Subsamp::Sub1x4, |c| c.set_progressive(true).unwrap()),
        ),
    ]
}

fn pngs() -> Vec<(String, Vec<u8>)> {
    let samples = [
        (ColorType::Grayscale, 1),
        (ColorType::GrayscaleAlpha, 2),
        (ColorType::Rgb, 3),
        (ColorType::Rgba, 4),
    ];
    let depths =
        [(BitDepth::One, 1), (BitDepth::Four, 4), (BitDepth::Eight, 8), (BitDepth::Sixteen, 16)];
    let noise = Picture::noise(24, 48).rgb;
    let mut files = Vec::new();
    for (depth, bits) in depths {
        let kinds = samples
            .into_iter()
            .filter(|(color, _)| bits >= 8 || *color == ColorType::Grayscale);
        for (color, samples) in kinds.chain((bits <= 8).then_some((ColorType::Indexed, 1))) {
            let row = 16 * samples * bits / 8;
            let palette: Vec<u8> = (0..=255).flat_map(|i| [i, 255 - i, 90]).collect();
            let file = png(&noise[..16 * row], 16, 16, color, depth, |encoder| {
                encoder.set_palette(palette.clone());
            });
            files.push((format!("{color:?} {bits}"), file));
        }
    }
    files
}

fn exif(little_endian: bool) -> Vec<u8> {
    let ratios =
        |values: [u32; 3]| Value::Rational(values.map(|num| Rational { num, denom: 1 }).into());
    let tags = [
        (Tag::Make, text("Maker")),
        (Tag::Model, text("Model")),
        (Tag::Orientation, Value::Short(vec![6])),
        (Tag::DateTimeOriginal, text("2024:05:17 14:03:09")),
        (Tag::SubSecTimeOriginal, text("25")),
        (Tag::OffsetTimeOriginal, text("+02:00")),
        (Tag::LensModel, text("Lens")),
        (Tag::ExposureTime, ratios([1, 2, 3])),
        (Tag::FNumber, ratios([4, 5, 6])),
        (Tag::PhotographicSensitivity, Value::Short(vec![400])),
        (Tag::FocalLength, ratios([50, 1, 1])),
        (Tag::GPSLatitudeRef, text("S")),
        (Tag::GPSLatitude, ratios([33, 51, 24])),
        (Tag::GPSLongitudeRef, text("E")),
        (Tag::GPSLongitude, ratios([151, 12, 36])),
        (Tag::InteroperabilityIndex, text("R03")),
    ];
    exif_in(&tags, little_endian)
}

fn xmp() -> String {
    let names = [
        ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
        ("dc", "http://purl.org/dc/elements/1.1/"),
        ("exif", "http://ns.adobe.com/exif/1.0/"),
        ("photoshop", "http://ns.adobe.com/photoshop/1.0/"),
        ("xmp", "http://ns.adobe.com/xap/1.0/"),
    ];
    let names = names
        .map(|(prefix, name)| format!(" xmlns:{prefix}='{name}'"))
        .concat();
    format!(
        "<x><rdf:RDF{names}>\
         <rdf:Description photoshop:DateCreated='1965' xmp:CreateDate='2024-05-17'>\
         <exif:DateTimeOriginal>2024-05-17T14:03:09+02:00</exif:DateTimeOriginal>\
         <dc:description><rdf:Alt><rdf:li xml:lang='x-default'>Two &amp; &#x33;</rdf:li></rdf:Alt>\
         </dc:description><dc:subject><rdf:Bag>\
         <rdf:li>lake</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x>"
    )
}

fn resources() -> Vec<u8> {
    let sets: [(u8, u8, &[u8]); 5] = [
        (1, 90, b"\x1B%G"),
        (2, 25, b"lake"),
        (2, 55, b"20240517"),
        (2, 60, b"140309+0200"),
        (2, 120, b"The ferry"),
    ];
    let set = |(record, number, value): (u8, u8, &[u8])| {
        [&[0x1C, record, number, 0, u8::try_from(value.len()).unwrap()], value].concat()
    };
    let iptc: Vec<u8> = sets.into_iter().flat_map(set).collect();
    let length = u32::try_from(iptc.len()).unwrap().to_be_bytes();
    [&b"8BIM\x03\xED\0\0\0\0\0\x03abc\x008BIM\x04\x04\0\0"[..], &length, &iptc].concat()
}

/// With what stands before them: the kind of picture, 0 grey, 1 colours, 2 ink.
fn profiles() -> [(u8, &'static str, Vec<u8>); 4] {
    [
        (0, "grey", ColorProfile::new_gray_with_gamma(1.8).encode().unwrap()),
        (1, "Display P3", ColorProfile::new_display_p3().encode().unwrap()),
        (1, "sRGB", ColorProfile::new_srgb().encode().unwrap()),
        (2, "ink", ink::ink_profile()),
    ]
}
