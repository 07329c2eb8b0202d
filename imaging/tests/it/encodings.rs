//! JPEG renditions, the planar way beside that through RGB, threads, and the hash of what is seen.

use crate::fixtures::{BLUE, GREEN, Picture, RED, WHITE, png, rendered, with_icc};
use crate::seen::{Seen, assert_near};
use imaging::{Encoding, RenderOptions, Rendition, render, render_each};
use moxcms::ColorProfile;
use png::{BitDepth, ColorType};
use std::sync::Mutex;
use turbojpeg::{PixelFormat, Subsamp};

fn as_jpeg() -> RenderOptions {
    RenderOptions { encoding: Encoding::Jpeg, ..RenderOptions::default() }
}

/// A soft picture with every hue, such as survives 4:2:0.
fn gradient(width: u32, height: u32) -> Picture {
    let share = |at: u32, of: u32| u8::try_from(at * 255 / of).unwrap();
    Picture::new(width, height, |x, y| [share(x, width), share(y, height), 255 - share(x, width)])
}

fn decoded(rendition: &Rendition) -> turbojpeg::Image<Vec<u8>> {
    turbojpeg::decompress(&rendition.bytes, PixelFormat::RGB).unwrap()
}

#[test]
fn jpeg_renditions_show_the_picture() {
    // Odd sides, and formats that come by either way.
    let photo = Picture::quarters(1201, 803);
    for (what, file) in [("JPEG", photo.jpeg()), ("PNG", photo.png())] {
        let made = render(&file, &as_jpeg()).unwrap();
        let sizes: Vec<_> = made
            .renditions
            .iter()
            .map(|r| (r.long_edge, r.width, r.height))
            .collect();
        assert_eq!(sizes, [(256, 256, 171), (1024, 1024, 685), (2048, 1201, 803)], "{what}");
        for rendition in &made.renditions {
            let header = turbojpeg::read_header(&rendition.bytes).unwrap();
            assert_eq!(
                (header.width, header.height),
                (rendition.width as usize, rendition.height as usize)
            );
            assert_eq!(header.subsamp, Subsamp::Sub2x2, "{what}");
            let image = decoded(rendition);
            let across = image.width;
            let down = image.height;
            for (x, y, wanted) in [
                (across / 4, down / 4, RED),
                (3 * across / 4, down / 4, GREEN),
                (across / 4, 3 * down / 4, BLUE),
                (3 * across / 4, 3 * down / 4, WHITE),
            ] {
                let at = y * image.pitch + 3 * x;
                let found = [image.pixels[at], image.pixels[at + 1], image.pixels[at + 2]];
                assert_near(
                    found,
                    wanted,
                    8,
                    &format!("{what}, {} at {x}, {y}", rendition.long_edge),
                );
            }
        }
    }
}

#[test]
fn jpeg_renditions_lie_on_white() {
    let clear =
        png(&[200, 30, 30, 0].repeat(64 * 64), 64, 64, ColorType::Rgba, BitDepth::Eight, |_| {});
    let image = decoded(&render(&clear, &as_jpeg()).unwrap().renditions[0]);
    assert!(image.pixels.iter().all(|&light| light >= 253));
}

#[test]
fn planes_show_what_rgb_shows() {
    let photo = gradient(1501, 1001);
    // What is transparent somewhere stays in RGB.
    let mut pixels: Vec<u8> = photo
        .rgb
        .chunks_exact(3)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255])
        .collect();
    pixels[4 * (500 * 1501 + 750) + 3] = 0;
    let through_rgb = rendered(&png(&pixels, 1501, 1001, ColorType::Rgba, BitDepth::Eight, |_| {}));
    for subsamp in
        [Subsamp::None, Subsamp::Sub2x1, Subsamp::Sub2x2, Subsamp::Sub1x2, Subsamp::Sub4x1]
    {
        let made =
            rendered(&photo.jpeg_with(subsamp, |compressor| compressor.set_quality(98).unwrap()));
        for (planar, rgb) in made.renditions.iter().zip(&through_rgb.renditions) {
            let planar = Seen::new(&planar.bytes);
            let rgb = Seen::new(&rgb.bytes);
            assert_eq!((planar.width, planar.height), (rgb.width, rgb.height));
            for (x, y) in [(0, 0), (1, 0), (1, 1), (2, 3), (3, 1), (3, 3)] {
                let at = (x * (planar.width - 1) / 3, y * (planar.height - 1) / 3);
                assert_near(
                    planar.rgba(at.0, at.1),
                    rgb.rgba(at.0, at.1),
                    7,
                    &format!("{subsamp:?} at {at:?}"),
                );
            }
        }
    }
}

#[test]
fn a_profile_of_srgb_changes_nothing() {
    let plain = gradient(640, 480).jpeg();
    let tagged = with_icc(&plain, &ColorProfile::new_srgb().encode().unwrap());
    assert_eq!(rendered(&plain).renditions, rendered(&tagged).renditions);
    let wide = with_icc(&plain, &ColorProfile::new_display_p3().encode().unwrap());
    assert_ne!(rendered(&plain).renditions, rendered(&wide).renditions);
}

#[test]
fn threads_change_nothing() {
    let file = gradient(3000, 2000).jpeg();
    for encoding in [Encoding::WebP, Encoding::Jpeg] {
        let one = render(&file, &RenderOptions { encoding, ..RenderOptions::default() }).unwrap();
        for threads in [0, 2, 8] {
            assert_eq!(
                one,
                render(&file, &RenderOptions { encoding, threads, ..RenderOptions::default() })
                    .unwrap(),
                "{threads}"
            );
        }
    }
}

#[test]
fn renditions_are_handed_over_one_by_one() {
    let file = gradient(1300, 900).jpeg();
    let handed = Mutex::new(Vec::new());
    let summary = render_each(&file, &RenderOptions::default(), &|rendition| {
        handed.lock().unwrap().push(rendition);
    })
    .unwrap();
    let mut handed = handed.into_inner().unwrap();
    handed.sort_by_key(|rendition| rendition.long_edge);
    let whole = rendered(&file);
    assert_eq!((handed, summary), (whole.renditions, whole.summary));
}

#[test]
fn the_hash_tells_pictures_from_copies() {
    let hash = |file: &[u8]| rendered(file).summary.similarity;
    // Blocks of any brightness, and so something of every frequency.
    let blocks = |seed: u32| {
        Picture::new(900, 600, move |x, y| {
            let block = (x / 90 * 31 + y / 60 * 57 + seed).wrapping_mul(2_654_435_761);
            [u8::try_from(block >> 24).unwrap(); 3]
        })
    };
    let photo = blocks(1);
    let other = blocks(1000);
    let original = hash(&photo.jpeg());
    let copies = [
        hash(&photo.png()),
        hash(&photo.jpeg_with(Subsamp::Sub2x2, |compressor| compressor.set_quality(30).unwrap())),
        hash(&rendered(&photo.jpeg()).renditions[0].bytes),
    ];
    for copy in copies {
        assert!((original ^ copy).count_ones() <= 6, "{original:064b}\n{copy:064b}");
    }
    assert!((original ^ hash(&other.jpeg())).count_ones() > 12, "another picture");
}
