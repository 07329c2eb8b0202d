//! Files made to do harm, and files that suffered some.

mod bombs;
mod boxes;
mod claims;
mod kinds;
mod lies;
mod memory;
mod metadata;
mod parts;
mod photos;
mod profiles;
mod strips;

use crate::fixtures::{Picture, error, png_checksum, rendered, with_exif, with_icc};
use crate::raw;
use crate::seen::Seen;
use claims::{jpeg_claiming, png_claiming, webp_claiming};
use imaging::{DecodeLimits, Error, RenderOptions, inspect, render};
use kinds::PHOTOS;
use moxcms::ColorProfile;
use proptest::prelude::*;
use turbojpeg::{PixelFormat, Subsamp};

#[test]
fn truncations() {
    assert_eq!(error(&[]), Error::Empty);
    for (what, photo) in PHOTOS.iter() {
        // The last two bytes of a JPEG only say that it ends, as does the last one of a GIF.
        let end = photo.len()
            - match *what {
                "GIF" => 1,
                what if what.starts_with("JPEG") => 2,
                // Four bytes that say that no other directory follows.
                "TIFF, big" => 8,
                what if what.starts_with("TIFF") || what == "RAW" => 4,
                // That there is no more of it.
                "BMP, of OS/2" => 2,
                // What is of the sensor.
                "RAW, CR3" => raw::SENSOR.len(),
                _ => 0,
            };
        for length in 1..end {
            assert_eq!(
                error(&photo[..length]),
                Error::Truncated,
                "{what}: {length} bytes of {}",
                photo.len()
            );
        }
    }
}

#[test]
fn truncations_of_large_photos_at_every_scale() {
    for progressive in [false, true] {
        let photo = Picture::noise(4500, 700)
            .jpeg_with(Subsamp::Sub2x2, |c| c.set_progressive(progressive).unwrap());
        for part in 1..8 {
            assert_eq!(
                error(&photo[..photo.len() * part / 8]),
                Error::Truncated,
                "{part}/8, {progressive}"
            );
        }
    }
}

/// Renders a file, and returns its error's code, or "ok".
fn code(file: &[u8]) -> &'static str {
    code_with(file, DecodeLimits::default())
}

fn code_with(file: &[u8], limits: DecodeLimits) -> &'static str {
    match render(file, &RenderOptions { limits, ..RenderOptions::default() }) {
        Ok(_) => "ok",
        Err(error) => error.code(),
    }
}

fn with_memory(memory: u64) -> DecodeLimits {
    DecodeLimits { memory, ..DecodeLimits::default() }
}

/// The largest rendition that can be made of a file this wide: a WebP file.
fn largest(file: &[u8], width: u32) -> Vec<u8> {
    let options = RenderOptions { long_edges: vec![width], effort: 0, ..RenderOptions::default() };
    render(file, &options).unwrap().renditions.remove(0).bytes
}

#[test]
fn lying_headers() {
    let too_many = [
        jpeg_claiming(65_000, 65_000, 0xC0),
        png_claiming(65_000, 65_000),
        webp_claiming(65_000, 65_000),
    ];
    for file in too_many {
        let refused = Error::TooManyPixels { width: 65_000, height: 65_000, limit: 260_000_000 };
        assert_eq!(error(&file), refused);
        assert_eq!(inspect(&file, &DecodeLimits::default()), Err(refused));
    }
    for file in
        [jpeg_claiming(60_000, 100, 0xC0), png_claiming(60_000, 100), webp_claiming(60_000, 100)]
    {
        assert_eq!(error(&file).code(), "too_large_side");
    }
    for file in [jpeg_claiming(0, 100, 0xC0), jpeg_claiming(100, 0, 0xC0), png_claiming(0, 100)] {
        assert_eq!(error(&file).code(), "corrupt");
    }
    assert_eq!(error(&png_claiming(u32::MAX, u32::MAX)).code(), "too_many_pixels");
}

#[test]
fn within_the_limits_a_lie_is_found_out() {
    // All pixels that are claimed would be 100 million; there are 256.
    let photo = jpeg_claiming(10_000, 10_000, 0xC0);
    assert_eq!(
        rendered(&photo).summary.facts.width,
        10_000,
        "properly ended, so it is shown, as damaged"
    );
    assert_eq!(error(&photo[..photo.len() - 2]), Error::Truncated);
    assert_eq!(
        error(&png_claiming(10_000, 10_000)).code(),
        "corrupt",
        "the checksum of the header"
    );
}

#[test]
fn memory_and_passes_are_bounded() {
    let photo =
        Picture::noise(600, 400).jpeg_with(Subsamp::None, |c| c.set_progressive(true).unwrap());
    let with = |limits: DecodeLimits| {
        render(&photo, &RenderOptions { limits, ..RenderOptions::default() })
            .map_err(|error| error.code())
    };
    assert!(with(DecodeLimits::default()).is_ok());
    assert_eq!(
        with(DecodeLimits { scans: 3, ..DecodeLimits::default() }).unwrap_err(),
        "too_complex"
    );
    assert_eq!(
        with(DecodeLimits { memory: 600 * 400 * 3 - 1, ..DecodeLimits::default() }).unwrap_err(),
        "too_much_memory"
    );
    // The coefficients take two bytes a sample, beside the pixels.
    assert_eq!(with(with_memory(600 * 400 * 3 + (1 << 20))).unwrap_err(), "too_much_memory");
    assert!(
        with(DecodeLimits { memory: 600 * 400 * 3 + (2 << 20), ..DecodeLimits::default() }).is_ok()
    );

    let limits = DecodeLimits { memory: 600 * 400 * 4, ..DecodeLimits::default() };
    let tight = RenderOptions { limits, ..RenderOptions::default() };
    let photo = Picture::noise(600, 400);
    assert_eq!(
        render(&photo.webp_lossless(|_| {}), &tight)
            .unwrap_err()
            .code(),
        "too_much_memory"
    );
    assert!(render(&photo.png(), &tight).is_ok());
    let huge = RenderOptions {
        limits: DecodeLimits { memory: 600 * 400, ..DecodeLimits::default() },
        ..RenderOptions::default()
    };
    assert_eq!(render(&photo.png(), &huge).unwrap_err().code(), "too_much_memory");
}

#[test]
fn overlapping_exif_directories_are_not_multiplied() {
    // Every entry of every directory points to one more directory, at each byte of the segment.
    let mut bytes = b"II\x2A\0\x08\0\0\0\xFF\xFF".to_vec();
    while bytes.len() < 65_000 {
        let at = u32::try_from(bytes.len() % 60_000 + 1)
            .unwrap()
            .to_le_bytes();
        bytes.extend_from_slice(&[0x69, 0x87, 4, 0, 1, 0, 0, 0, at[0], at[1], at[2], at[3]]);
    }
    Seen::largest(&with_exif(&Picture::quarters(96, 64).jpeg(), &bytes))
        .assert_quarters("the picture is fine");
}

#[test]
fn everything_else_is_unsupported() {
    let files: [&[u8]; 8] = [
        b"\xFF\x0A, a bare JPEG XL",
        b"\0\0\0\x0CJXL \r\n\x87\n, in boxes",
        b"BM is how this text begins, and it is no picture",
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"RIFF\x04\0\0\0WAVE",
        b"x",
    ];
    for file in files {
        assert_eq!(error(file).code(), "unsupported_format", "{file:?}");
    }
}

/// Renders any bytes, and fails unless there comes a sound rendering, or an error. (And no panic.)
fn survives(bytes: &[u8]) {
    let limits = DecodeLimits { pixels: 1 << 20, memory: 64 << 20, ..DecodeLimits::default() };
    if let Ok(made) =
        render(bytes, &RenderOptions { limits, effort: 0, ..RenderOptions::default() })
    {
        assert!(!made.renditions.is_empty());
        for rendition in made.renditions {
            let seen = Seen::new(&rendition.bytes);
            assert_eq!((seen.width, seen.height), (rendition.width, rendition.height));
        }
    }
}

/// Sets the checksum of each chunk right, so that what was changed gets further than to it.
fn repair_png(file: &mut [u8]) {
    let mut at = 8;
    while let Some(length) = file.get(at..at + 4) {
        let length = u32::from_be_bytes(length.try_into().unwrap()) as usize;
        let Some(content) = file.get(at + 4..at + 8 + length) else { return };
        let crc = png_checksum(content);
        let Some(place) = file.get_mut(at + 8 + length..at + 12 + length) else { return };
        place.copy_from_slice(&crc.to_be_bytes());
        at += 12 + length;
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes(start in 0..13_usize, rest in prop::collection::vec(any::<u8>(), 0..2000)) {
        let starts: [&[u8]; 13] = [
            b"",
            b"\xFF\xD8\xFF",
            b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\x20\0\0\0\x20",
            b"RIFF\0\x08\0\0WEBPVP8 \0\x07\0\0",
            b"RIFF\0\x08\0\0WEBPVP8X\x0A\0\0\0",
            b"GIF89a\x20\0\x20\0\x80\0\0",
            b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x20\0\0\0\x20\0\0\0\x01\0\x08\0\x01\0\0\0",
            b"II\x2A\0\x08\0\0\0\x09\0",
            b"MM\0\x2B\0\x08\0\0\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0\x09",
            b"\0\0\0\x10ftypcrx \0\0\0\x01\0\0\x07\0moov",
            b"IIRO\x08\0\0\0\x09\0",
            b"\0\0\0\x10ftypheic\0\0\0\0\0\0\x07\0meta\0\0\0\0",
            b"\0\0\0\x10ftypavif\0\0\0\0\0\0\x07\0meta\0\0\0\0",
        ];
        survives(&[starts[start], &rest].concat());
    }

    #[test]
    fn mutated_photos(
        photo in 0..PHOTOS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::of((any::<prop::sample::Index>(), 1..200_usize)),
        in_header in any::<bool>(),
    ) {
        let (what, photo) = &PHOTOS[photo];
        let mut photo = photo.clone();
        // Half of the time where the structure is, and not among the pixels.
        let reach = if in_header { photo.len().min(700) } else { photo.len() };
        for (at, value) in changes {
            photo[at.index(reach)] = value;
        }
        if let Some((at, length)) = cut {
            let at = at.index(reach);
            photo.drain(at..(at + length).min(photo.len()));
        }
        if what.starts_with("PNG") {
            repair_png(&mut photo);
        }
        survives(&photo);
    }

    #[test]
    fn mutated_profiles(
        which in 0..3_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut profile = match which {
            0 => ColorProfile::new_display_p3().encode().unwrap(),
            1 => ColorProfile::new_gray_with_gamma(1.8).encode().unwrap(),
            _ => crate::ink::ink_profile(),
        };
        let reach = profile.len().min(400);
        for (at, value) in changes {
            profile[at.index(reach)] = value;
        }
        let pixels = [PixelFormat::RGB, PixelFormat::GRAY, PixelFormat::CMYK][which];
        let data = vec![90; 8 * 8 * pixels.size()];
        let photo = crate::fixtures::jpeg(&data, 8, pixels, |compressor| {
            let subsamp = if which == 1 { Subsamp::Gray } else { Subsamp::None };
            compressor.set_subsamp(subsamp).unwrap();
        });
        survives(&with_icc(&photo, &profile));
    }
}
