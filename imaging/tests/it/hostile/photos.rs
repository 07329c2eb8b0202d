//! Sound photographs, of which the hostile files and the fuzzer's first files are made.

use crate::fixtures::{
    Picture, exif, orientation, png, rendered, riff, text, webp_lossless, with_exif, with_icc,
};
use exif::Tag;
use moxcms::ColorProfile;
use png::{BitDepth, ColorType};
use std::sync::LazyLock;
use turbojpeg::Subsamp;

/// One photograph of each kind, small.
pub static PHOTOS: LazyLock<Vec<(&str, Vec<u8>)>> = LazyLock::new(|| {
    let photo = Picture::noise(61, 43);
    let tags =
        exif(&[(Tag::Make, text("Maker")), (Tag::DateTimeOriginal, text("2024:05:17 14:03:09"))]);
    let profile = ColorProfile::new_display_p3().encode().unwrap();
    let rgba: Vec<u8> = photo
        .rgb
        .chunks(3)
        .flat_map(|p| [p[0], p[1], p[2], p[0]])
        .collect();
    let alpha = webp_lossless(&rgba, 61, 43, image_webp::ColorType::Rgba8, |_| {});
    let lossy_alpha = rendered(&alpha).renditions.remove(0).bytes;
    let animation = {
        let frame = photo.webp_lossless(|_| {});
        let header = [[0, 0, 0, 0, 0, 0, 60, 0], [0, 42, 0, 0, 9, 0, 0, 0]].concat();
        let frame = [header, frame[12..].to_vec()].concat();
        riff(&[(b"VP8X", &[2, 0, 0, 0, 60, 0, 0, 42, 0, 0]), (b"ANIM", &[0; 6]), (b"ANMF", &frame)])
    };
    vec![
        ("JPEG", with_exif(&with_icc(&photo.jpeg(), &profile), &tags)),
        ("JPEG, 4:4:4", photo.jpeg_with(Subsamp::None, |_| {})),
        (
            "JPEG, progressive",
            photo.jpeg_with(Subsamp::Sub2x1, |c| c.set_progressive(true).unwrap()),
        ),
        ("PNG", photo.png()),
        ("PNG, alpha", png(&rgba, 61, 43, ColorType::Rgba, BitDepth::Eight, |_| {})),
        ("WebP, lossy", photo.webp_lossy()),
        ("WebP, lossless", photo.webp_lossless(|e| e.set_exif_metadata(orientation(6)))),
        ("WebP, lossy with alpha", lossy_alpha),
        ("WebP, animated", animation),
    ]
});
