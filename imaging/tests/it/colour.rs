//! Colours come out in sRGB. What is expected is worked out here, from the definitions of the
//! spaces.

use crate::fixtures::{Picture, exif, jpeg, png, text, with_exif, with_icc};
use crate::ink::{BLACK, CYAN, MAGENTA, PAPER, ink_profile};
use crate::seen::{Seen, assert_near};
use exif::Tag;
use moxcms::ColorProfile;
use png::{BitDepth, ColorType};
use turbojpeg::{Colorspace, PixelFormat, Subsamp};

const PLAIN: [u8; 3] = [200, 100, 50];

/// Linear Display P3 to linear sRGB: both have the white of D65.
const P3_TO_SRGB: [[f64; 3]; 3] =
    [[1.22494, -0.22494, 0.0], [-0.04206, 1.04206, 0.0], [-0.01964, -0.07864, 1.09827]];
/// Linear Adobe RGB (1998) to linear sRGB: the same green and blue lines, a wider green.
const ADOBE_TO_SRGB: [[f64; 3]; 3] =
    [[1.39836, -0.39836, 0.0], [0.0, 1.0, 0.0], [0.0, -0.04293, 1.04293]];
/// CIE XYZ of D50, the connection space of ICC, to linear sRGB, adapted by Bradford.
const XYZ_TO_SRGB: [[f64; 3]; 3] = [
    [3.133_856_1, -1.616_866_7, -0.490_614_6],
    [-0.978_768_4, 1.916_141_5, 0.033_454_0],
    [0.071_945_3, -0.228_991_4, 1.405_242_7],
];

fn times(matrix: [[f64; 3]; 3], [a, b, c]: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * a + row[1] * b + row[2] * c)
}

fn srgb_to_linear(sample: u8) -> f64 {
    let v = f64::from(sample) / 255.0;
    if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn linear_to_srgb(light: f64) -> u8 {
    let v = light.clamp(0.0, 1.0);
    let v = if v <= 0.003_130_8 { v * 12.92 } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 };
    (v * 255.0).round() as u8
}

fn p3_in_srgb() -> [u8; 3] {
    times(P3_TO_SRGB, PLAIN.map(srgb_to_linear)).map(linear_to_srgb)
}

fn adobe_in_srgb() -> [u8; 3] {
    let linear = PLAIN.map(|v| (f64::from(v) / 255.0).powf(563.0 / 256.0));
    times(ADOBE_TO_SRGB, linear).map(linear_to_srgb)
}

fn lab_in_srgb([l, a, b]: [f64; 3]) -> [u8; 3] {
    let y = (l + 16.0) / 116.0;
    let inverse = |t: f64| {
        if t > 6.0 / 29.0 { t.powi(3) } else { 3.0 * (6.0_f64 / 29.0).powi(2) * (t - 4.0 / 29.0) }
    };
    let xyz = [0.9642 * inverse(y + a / 500.0), inverse(y), 0.8249 * inverse(y - b / 200.0)];
    times(XYZ_TO_SRGB, xyz).map(linear_to_srgb)
}

fn photo() -> Picture {
    Picture::plain(64, 48, PLAIN)
}

fn display_p3() -> Vec<u8> {
    ColorProfile::new_display_p3().encode().unwrap()
}

/// A PNG with these chunks before its pixels.
fn png_with(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 64, 48);
    encoder.set_color(ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    for (name, content) in chunks {
        writer
            .write_chunk(png::chunk::ChunkType(**name), content)
            .unwrap();
    }
    writer.write_image_data(&photo().rgb).unwrap();
    drop(writer);
    file
}

#[test]
fn wide_gamut_of_every_format() {
    let wanted = p3_in_srgb();
    assert!(wanted[0] > PLAIN[0] + 5, "there is something to convert: {wanted:?}");
    let mut info = png::Info::with_size(64, 48);
    info.color_type = ColorType::Rgb;
    info.icc_profile = Some(display_p3().into());
    let mut png = Vec::new();
    png::Encoder::with_info(&mut png, info)
        .unwrap()
        .write_header()
        .unwrap()
        .write_image_data(&photo().rgb)
        .unwrap();
    let files = [
        with_icc(&photo().jpeg_with(Subsamp::None, |_| {}), &display_p3()),
        png,
        photo().webp_lossless(|encoder| encoder.set_icc_profile(display_p3())),
    ];
    for file in files {
        assert_near(Seen::largest(&file).middle(), wanted, 4, "Display P3");
    }
}

#[test]
fn without_a_profile_colours_stay() {
    assert_near(
        Seen::largest(&photo().jpeg_with(Subsamp::None, |_| {})).middle(),
        PLAIN,
        4,
        "JPEG",
    );
    assert_near(Seen::largest(&photo().png()).middle(), PLAIN, 4, "PNG");
    let srgb = ColorProfile::new_srgb().encode().unwrap();
    assert_near(Seen::largest(&with_icc(&photo().jpeg(), &srgb)).middle(), PLAIN, 4, "sRGB");
}

#[test]
fn alpha_goes_along_unchanged() {
    let mut info = png::Info::with_size(64, 48);
    info.color_type = ColorType::Rgba;
    info.icc_profile = Some(display_p3().into());
    let rgba = [200, 100, 50, 130].repeat(64 * 48);
    let mut file = Vec::new();
    png::Encoder::with_info(&mut file, info)
        .unwrap()
        .write_header()
        .unwrap()
        .write_image_data(&rgba)
        .unwrap();
    let [r, g, b] = p3_in_srgb();
    assert_near(Seen::largest(&file).rgba(32, 24), [r, g, b, 130], 5, "Display P3 with alpha");
}

#[test]
fn adobe_rgb_that_only_exif_tells_of() {
    let photo = photo().jpeg_with(Subsamp::None, |_| {});
    let say = |index| with_exif(&photo, &exif(&[(Tag::InteroperabilityIndex, text(index))]));
    assert_near(Seen::largest(&say("R03")).middle(), adobe_in_srgb(), 4, "Adobe RGB");
    assert_near(Seen::largest(&say("R98")).middle(), PLAIN, 4, "sRGB");
    let both = with_icc(&say("R03"), &display_p3());
    assert_near(Seen::largest(&both).middle(), p3_in_srgb(), 4, "a profile says more than EXIF");
}

#[test]
fn what_png_says_of_its_colours() {
    let gamma = |value: u32| value.to_be_bytes();
    let linear = PLAIN.map(|v| linear_to_srgb(f64::from(v) / 255.0));
    let seen = |chunks: &[(&[u8; 4], &[u8])]| Seen::largest(&png_with(chunks)).middle();
    assert_near(seen(&[(b"gAMA", &gamma(100_000))]), linear, 4, "linear");
    assert_near(seen(&[(b"gAMA", &gamma(45_455))]), PLAIN, 4, "what stands for sRGB");
    assert_near(seen(&[(b"gAMA", &gamma(0))]), PLAIN, 4, "no gamma at all");
    assert_near(seen(&[(b"sRGB", &[0]), (b"gAMA", &gamma(100_000))]), PLAIN, 4, "sRGB says more");
    assert_near(seen(&[(b"cICP", &[12, 13, 0, 1])]), p3_in_srgb(), 4, "code points of Display P3");
    assert_near(seen(&[(b"cICP", &[1, 13, 0, 1])]), PLAIN, 4, "code points of sRGB");
    let primaries: Vec<u8> = [31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000]
        .map(gamma)
        .concat();
    assert_near(
        seen(&[(b"cHRM", &primaries), (b"gAMA", &gamma(45_455))]),
        p3_in_srgb(),
        4,
        "primaries of P3",
    );
    let line: Vec<u8> = [31_270, 32_900, 10_000, 10_000, 20_000, 20_000, 30_000, 30_000]
        .map(gamma)
        .concat();
    assert_near(
        seen(&[(b"cHRM", &line), (b"gAMA", &gamma(45_455))]),
        PLAIN,
        4,
        "primaries on a line",
    );
}

#[test]
fn grey_with_its_own_profile_and_with_one_for_colours() {
    let grey =
        jpeg(&[128; 64 * 48], 64, PixelFormat::GRAY, |c| c.set_subsamp(Subsamp::Gray).unwrap());
    let linear = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    assert_near(Seen::largest(&with_icc(&grey, &linear)).middle(), [188; 3], 3, "linear grey");
    assert_near(Seen::largest(&with_icc(&grey, &display_p3())).middle(), [128; 3], 3, "grey in P3");
    let both = [128, 200].repeat(64 * 48);
    let file = png(&both, 64, 48, ColorType::GrayscaleAlpha, BitDepth::Eight, |encoder| {
        encoder.set_source_gamma(png::ScaledFloat::new(1.0));
    });
    assert_near(
        Seen::largest(&file).rgba(32, 24),
        [188, 188, 188, 200],
        3,
        "linear grey with alpha",
    );
}

#[test]
fn a_profile_that_does_not_fit_is_passed_over() {
    let photo = photo().jpeg_with(Subsamp::None, |_| {});
    let grey = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    for profile in [&grey[..], &ink_profile(), b"no profile", &display_p3()[..200]] {
        assert_near(
            Seen::largest(&with_icc(&photo, profile)).middle(),
            PLAIN,
            4,
            "as if it had none",
        );
    }
}

#[test]
fn ink_with_a_profile() {
    let inks = [
        ([0, 0, 0, 0], PAPER),
        ([255, 0, 0, 0], CYAN),
        ([0, 255, 0, 0], MAGENTA),
        ([0, 0, 0, 255], BLACK),
    ];
    for colorspace in [Colorspace::CMYK, Colorspace::YCCK] {
        for (ink, lab) in inks {
            let stored = ink.map(|ink: u8| !ink).repeat(64 * 48);
            let file = jpeg(&stored, 64, PixelFormat::CMYK, |compressor| {
                compressor.set_subsamp(Subsamp::None).unwrap();
                compressor.set_colorspace(colorspace).unwrap();
            });
            let seen = Seen::largest(&with_icc(&file, &ink_profile())).middle();
            assert_near(seen, lab_in_srgb(lab), 7, &format!("{colorspace:?} {ink:?}"));
        }
    }
}
