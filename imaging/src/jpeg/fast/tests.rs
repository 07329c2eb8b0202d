//! Held against libjpeg-turbo.

use super::super::turbo::Handle;
use super::super::{decoder, encoder, header};
use super::*;
use crate::pixels::Layout as PixelLayout;
use proptest::prelude::*;
use turbojpeg_sys as sys;

/// How a picture is written.
#[derive(Debug, Clone)]
struct Settings {
    sampling: sys::TJSAMP,
    quality: i32,
    is_progressive: bool,
    is_optimized: bool,
    /// MCUs between restart markers.
    restart: i32,
}

fn settings() -> impl Strategy<Value = Settings> {
    let samplings = [
        sys::TJSAMP_TJSAMP_444,
        sys::TJSAMP_TJSAMP_422,
        sys::TJSAMP_TJSAMP_420,
        sys::TJSAMP_TJSAMP_GRAY,
    ];
    (0..4_usize, 30..=100, any::<bool>(), any::<bool>(), 0..12).prop_map(
        move |(sampling, quality, is_progressive, is_optimized, restart)| Settings {
            sampling: samplings[sampling],
            quality,
            is_progressive,
            is_optimized,
            restart,
        },
    )
}

/// Something of everything: even, slowly changing, noisy by a little and by much.
fn picture(width: u32, height: u32, seed: u32) -> Pixels {
    let random = |x: u32, y: u32| {
        let mixed = (x ^ seed).wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77);
        (mixed ^ (mixed >> 15))
            .wrapping_mul(0x2C1B_3C6D)
            .to_be_bytes()
    };
    let sample = |x: u32, y: u32, channel: usize| {
        let slow = f64::from(x + seed % 97) / 19.0 + f64::from(y) / 23.0 + channel as f64;
        let noise = f64::from(random(x, y)[channel]) - 128.0;
        let strength = [0.0, 0.05, 0.2, 1.0][((x / 24 + y / 40 + seed) % 4) as usize];
        (128.0 + 90.0 * slow.sin() + strength * noise).clamp(0.0, 255.0) as u8
    };
    let samples = (0..width * height)
        .flat_map(|i| [0, 1, 2].map(|channel| sample(i % width, i / width, channel)));
    Pixels::new(width, height, PixelLayout::Rgb, samples.collect())
}

fn write(picture: &Pixels, settings: &Settings) -> Vec<u8> {
    let handle = Handle::new(sys::TJINIT_TJINIT_COMPRESS).ok().unwrap();
    let parameters = [
        (sys::TJPARAM_TJPARAM_QUALITY, settings.quality),
        (sys::TJPARAM_TJPARAM_SUBSAMP, settings.sampling),
        (sys::TJPARAM_TJPARAM_PROGRESSIVE, settings.is_progressive.into()),
        (sys::TJPARAM_TJPARAM_OPTIMIZE, settings.is_optimized.into()),
        (sys::TJPARAM_TJPARAM_RESTARTBLOCKS, settings.restart),
    ];
    for (parameter, value) in parameters {
        handle.set(parameter, value).ok().unwrap();
    }
    encoder::compress(&handle, picture).ok().unwrap()
}

fn job(file: &[u8], eighths: u32) -> Job {
    let head = header::head(file).unwrap();
    let shape = match head.frame.components {
        1 => Shape::Interleaved(PixelLayout::Grey),
        _ => head
            .chroma_step()
            .map_or(Shape::Interleaved(PixelLayout::Rgb), |step| Shape::Planar { step }),
    };
    Job {
        width: head.frame.width,
        height: head.frame.height,
        shape,
        eighths,
        scans: 64,
        memory: 64 << 20,
    }
}

/// The planes of a picture, each with the rows and columns that are part of it.
fn planes(image: Image) -> Vec<(Pixels, (u32, u32))> {
    match image {
        Image::Interleaved(grey) => vec![(grey.clone(), (grey.width, grey.height))],
        Image::Planar(planar) => {
            let size = (planar.width, planar.height);
            planar
                .planes
                .into_iter()
                .zip([Some(size), None, None])
                .map(|(plane, size)| {
                    let size = size.unwrap_or((plane.width, plane.height));
                    (plane, size)
                })
                .collect()
        }
    }
}

/// The differences of all samples, and how many there are.
fn differences(one: Image, other: Image) -> Vec<u8> {
    let mut differences = Vec::new();
    for ((one, size), (other, _)) in planes(one).into_iter().zip(planes(other)) {
        assert_eq!((one.width, one.height), (other.width, other.height));
        let row = |pixels: &Pixels, y: u32| {
            let start = (y * pixels.width) as usize;
            pixels.data[start..start + size.0 as usize].to_vec()
        };
        for y in 0..size.1 {
            differences.extend(
                row(&one, y)
                    .iter()
                    .zip(row(&other, y))
                    .map(|(one, other)| one.abs_diff(other)),
            );
        }
    }
    differences
}

/// Where the JFIF segment ends, whose version libjpeg-turbo complains of.
const JFIF: usize = 20;

/// Whether libjpeg-turbo's scaling is the same transform.
fn is_same_transform(eighths: u32) -> bool {
    !matches!(eighths, 2 | 4)
}

/// What both make of a file, if this decoder takes it: then libjpeg-turbo must have nothing to
/// complain of.
fn both(file: &[u8], eighths: u32, is_progressive: bool) -> Option<(Image, Image)> {
    let head = header::head(file).ok()?;
    if u64::from(head.frame.width) * u64::from(head.frame.height) > 1 << 20
        || head.frame.components == 4
    {
        return None;
    }
    let job = job(file, eighths);
    let found = decode(file, &job)?;
    // At this scale most scans of a progressive picture are not looked at.
    let is_skipping = is_progressive && eighths == 1;
    let reference = decoder::decode(file, &job).ok();
    assert!(
        is_skipping
            || reference
                .as_ref()
                .is_some_and(|picture| !picture.has_complaint),
        "it is not sound"
    );
    Some((found, reference?.image))
}

proptest! {
    #[test]
    fn pixels_are_libjpeg_turbo_s(
        settings in settings(),
        (width, height) in (1..150_u32, 1..90_u32),
        seed in any::<u32>(),
        eighths in 1..=8_u32,
    ) {
        let file = write(&picture(width, height, seed), &settings);
        let job = job(&file, eighths);
        let found = decode(&file, &job).expect("a sound file");
        let differences = differences(found, decoder::decode(&file, &job).ok().unwrap().image);
        if is_same_transform(eighths) {
            let most = differences.iter().max();
            prop_assert!(most <= Some(&2), "{most:?}");
        } else {
            let sum: u32 = differences.iter().map(|difference| u32::from(*difference)).sum();
            let mean = f64::from(sum) / differences.len() as f64;
            prop_assert!(mean < 25.0, "{mean}");
        }
    }

    /// What is accepted is what libjpeg-turbo has no complaint of, and with the same pixels.
    #[test]
    fn of_damaged_files_it_takes_only_what_is_sound(
        settings in settings(),
        (width, height) in (1..150_u32, 1..90_u32),
        seed in any::<u32>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in prop::option::of((any::<prop::sample::Index>(), 1..60_usize)),
        in_header in any::<bool>(),
        eighths in 1..=8_u32,
    ) {
        let mut file = write(&picture(width, height, seed), &settings);
        let scan = header::head(&file).unwrap().scan;
        let reach = if in_header { JFIF..scan } else { scan..file.len() };
        for (at, value) in changes {
            file[reach.start + at.index(reach.len())] = value;
        }
        if let Some((at, length)) = cut {
            let at = reach.start + at.index(reach.len());
            file.drain(at..(at + length).min(file.len()));
        }
        let Some((found, reference)) = both(&file, eighths, settings.is_progressive) else { return Ok(()) };
        // Changed tables make numbers that are too large for either, and samples that mean nothing.
        if is_same_transform(eighths) && !in_header {
            let differences = differences(found, reference);
            let far = differences.iter().filter(|difference| **difference > 2).count();
            prop_assert!(far * 20 <= differences.len(), "{far} of {}", differences.len());
        }
    }

    #[test]
    fn arbitrary_data_does_no_harm(
        settings in settings(),
        data in prop::collection::vec(prop_oneof![9 => any::<u8>(), 1 => Just(0xFF)], 0..3000),
        eighths in 1..=8_u32,
    ) {
        let file = write(&picture(100, 60, 1), &settings);
        let start = header::head(&file).unwrap().scan;
        let file = [&file[..start], &data, &[0xFF, 0xD9]].concat();
        let _ = decode(&file, &job(&file, eighths));
    }
}

#[test]
fn of_headers_with_a_byte_changed_it_takes_only_what_is_sound() {
    for (sampling, is_progressive) in [
        (sys::TJSAMP_TJSAMP_GRAY, false),
        (sys::TJSAMP_TJSAMP_420, false),
        (sys::TJSAMP_TJSAMP_422, true),
    ] {
        let settings =
            Settings { sampling, is_progressive, is_optimized: true, quality: 60, restart: 1 };
        let sound = write(&picture(17, 9, 5), &settings);
        for at in JFIF..header::head(&sound).unwrap().scan {
            let flipped = (0..8).map(|bit| sound[at] ^ (1 << bit));
            for value in flipped.chain([0, u8::MAX]) {
                let mut file = sound.clone();
                file[at] = value;
                both(&file, 2, is_progressive);
            }
        }
    }
}

/// Something to write in every way.
const USUAL: Settings = Settings {
    sampling: sys::TJSAMP_TJSAMP_420,
    quality: 90,
    is_progressive: false,
    is_optimized: false,
    restart: 0,
};

#[test]
fn sound_files_with_more_than_pixels_are_taken() {
    let file = write(&picture(90, 70, 3), &USUAL);
    for segment in [[0xE1, 0, 9], [0xE2, 0, 9], [0xFE, 0, 9]] {
        let file = [&file[..2], &[0xFF], &segment, b"content", &file[2..]].concat();
        assert!(decode(&file, &job(&file, 5)).is_some(), "{segment:?}");
    }
    let file = [&file[..], b"and then a film"].concat();
    assert!(decode(&file, &job(&file, 5)).is_some(), "a trailer");
}

#[test]
fn what_is_irregular_is_left_alone() {
    for is_progressive in [false, true] {
        let settings = Settings { is_progressive, ..USUAL };
        let file = write(&picture(90, 70, 3), &settings);
        let refuses =
            |file: &[u8], what: &str| assert!(decode(file, &job(file, 5)).is_none(), "{what}");
        let end = file.len() - 2;
        refuses(&file[..end], "no end");
        refuses(&[&file[..end], b"junk", &file[end..]].concat(), "junk before the end");
        refuses(
            &[&file[..end], &[0xFF, 0xD0], &file[end..]].concat(),
            "a restart that was not announced",
        );
        refuses(&[&file[..end], &file[2..]].concat(), "two pictures");
        let table = file
            .windows(2)
            .position(|part| part == [0xFF, 0xDB])
            .unwrap();
        let mut wide = file.clone();
        wide[table + 4] |= 0x10;
        refuses(&wide, "quantization with 16 bits");
        for length in 1..file.len() {
            if header::head(&file[..length]).is_ok() {
                refuses(&file[..length], "cut off");
            }
        }
    }
    for sampling in [sys::TJSAMP_TJSAMP_440, sys::TJSAMP_TJSAMP_411] {
        let file = write(&picture(90, 70, 3), &Settings { sampling, ..USUAL });
        assert!(decode(&file, &job(&file, 5)).is_none(), "{sampling}");
    }
}

#[test]
fn the_end_of_the_pixels_is_found_whatever_follows() {
    let samplings = [
        sys::TJSAMP_TJSAMP_GRAY,
        sys::TJSAMP_TJSAMP_444,
        sys::TJSAMP_TJSAMP_420,
        sys::TJSAMP_TJSAMP_440,
        sys::TJSAMP_TJSAMP_411,
    ];
    for (sampling, is_progressive) in samplings
        .into_iter()
        .flat_map(|sampling| [(sampling, false), (sampling, true)])
    {
        for (quality, restart) in [(90, 0), (100, 3)] {
            let settings = Settings { sampling, quality, is_progressive, restart, ..USUAL };
            let file = write(&picture(70, 50, 3), &settings);
            let (scan, end, job) =
                (header::head(&file).unwrap().scan, file.len() - 2, job(&file, 8));
            let others: [&[u8]; 6] = [
                b"",
                b"\0\0\x01\x0A\x0E",
                b"text",
                &[0xFF],
                &[0xFF, 0xD9],
                &[0xFF, 0xD8, 0xFF, 0xE1, 0, 4, 9, 9],
            ];
            for behind in others {
                let found = end_of_pixels(&[&file[..end], behind].concat(), &job);
                assert_eq!(found, Some(end), "{settings:?}, then {behind:?}");
            }
            for length in scan..end {
                assert_eq!(
                    end_of_pixels(&file[..length], &job),
                    None,
                    "{settings:?}, {length} of {end}"
                );
            }
        }
    }
}

#[test]
fn limits_are_kept() {
    let file = write(&picture(512, 320, 3), &Settings { is_progressive: true, ..USUAL });
    let with = |limit: &dyn Fn(&mut Job)| {
        let mut job = job(&file, 8);
        limit(&mut job);
        decode(&file, &job).is_some()
    };
    assert!(with(&|_| {}));
    assert!(with(&|job| job.scans = 10) && !with(&|job| job.scans = 9), "it has ten");
    // Two bytes for each coefficient, and one in eight.
    let bytes = 512 * 320 * 3 / 2 * 2;
    assert!(with(&|job| job.memory = bytes * 6 / 5) && !with(&|job| job.memory = bytes));
}
