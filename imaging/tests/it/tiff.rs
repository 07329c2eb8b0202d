//! TIFF, and RAW files that are TIFF structures. Written here, the directory at the end.

use crate::fixtures::{Picture, RED, Seen, assert_near, error, rendered};
use flate2::{Compression, write::ZlibEncoder};
use imaging::{Format, Limits, inspect};
use moxcms::ColorProfile;
use std::io::Write;
use turbojpeg::Subsamp;
use weezl::{BitOrder, encode::Encoder};

/// The value of an entry, of one of three kinds.
#[derive(Clone)]
pub enum Value {
    Shorts(Vec<u16>),
    Longs(Vec<u32>),
    Bytes(Vec<u8>),
    Text(&'static str),
}

pub type Entry = (u16, Value);

pub fn short(tag: u16, value: u16) -> Entry {
    (tag, Value::Shorts(vec![value]))
}

/// A file of these strips or tiles, whose places are entered as the two tags say, and of one
/// directory.
pub fn tiff(
    little_endian: bool,
    entries: &[Entry],
    chunks: &[Vec<u8>],
    places: [u16; 2],
) -> Vec<u8> {
    let two = |n: u16| if little_endian { n.to_le_bytes() } else { n.to_be_bytes() };
    let four = |n: u32| if little_endian { n.to_le_bytes() } else { n.to_be_bytes() };
    let mut file = [if little_endian { &b"II"[..] } else { b"MM" }, &two(42), &[0; 4]].concat();
    let end = |file: &[u8]| u32::try_from(file.len()).unwrap();
    let (mut offsets, mut lengths) = (Vec::new(), Vec::new());
    for chunk in chunks {
        offsets.push(end(&file));
        lengths.push(u32::try_from(chunk.len()).unwrap());
        file.extend(chunk);
        file.resize(file.len().next_multiple_of(2), 0);
    }
    let mut entries = entries.to_vec();
    if !chunks.is_empty() {
        entries.extend([(places[0], Value::Longs(offsets)), (places[1], Value::Longs(lengths))]);
    }
    entries.sort_by_key(|(tag, _)| *tag);
    let mut directory = two(u16::try_from(entries.len()).unwrap()).to_vec();
    for (tag, value) in entries {
        let (kind, size, bytes) = match value {
            Value::Shorts(values) => (3, 2, values.into_iter().flat_map(two).collect()),
            Value::Longs(values) => (4, 4, values.into_iter().flat_map(four).collect()),
            Value::Bytes(bytes) => (7, 1, bytes),
            Value::Text(text) => (2, 1, [text.as_bytes(), &[0]].concat()),
        };
        let count = u32::try_from(bytes.len() / size).unwrap();
        directory.extend([&two(tag)[..], &two(kind), &four(count)].concat());
        if bytes.len() > 4 {
            directory.extend(four(end(&file)));
            file.extend(bytes);
        } else {
            directory.extend([bytes, vec![0; 4]].concat().into_iter().take(4));
        }
    }
    let place = four(end(&file));
    file[4..8].copy_from_slice(&place);
    file.extend([directory, vec![0; 4]].concat());
    file
}

/// What every picture has: size, bits, compression, kind and samples.
pub fn entries(
    picture: &Picture,
    bits: u16,
    compression: u16,
    photometric: u16,
    samples: u16,
) -> Vec<Entry> {
    vec![
        (256, Value::Longs(vec![picture.width])),
        (257, Value::Longs(vec![picture.height])),
        (258, Value::Shorts(vec![bits; samples.into()])),
        short(259, compression),
        short(262, photometric),
        short(277, samples),
    ]
}

pub const STRIPS: [u16; 2] = [273, 279];
pub const TILES: [u16; 2] = [324, 325];

fn strips(picture: &Picture, rows: u32) -> Vec<Vec<u8>> {
    picture
        .rgb
        .chunks((3 * picture.width * rows) as usize)
        .map(<[u8]>::to_vec)
        .collect()
}

fn pack(compression: u16, data: &[u8]) -> Vec<u8> {
    match compression {
        5 => Encoder::with_tiff_size_switch(BitOrder::Msb, 8)
            .encode(data)
            .unwrap(),
        8 => {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(data).unwrap();
            encoder.finish().unwrap()
        }
        // Literal runs of 100 bytes, or repeated ones where there are repeated ones.
        32773 => data
            .chunks(100)
            .flat_map(|run| match run {
                [first, rest @ ..] if rest.len() > 1 && rest.iter().all(|b| b == first) => {
                    vec![0_u8.wrapping_sub(u8::try_from(rest.len()).unwrap()), *first]
                }
                run => [&[u8::try_from(run.len() - 1).unwrap()], run].concat(),
            })
            .collect(),
        _ => data.to_vec(),
    }
}

pub fn simple(picture: &Picture, compression: u16) -> Vec<u8> {
    let packed: Vec<Vec<u8>> = strips(picture, 16)
        .iter()
        .map(|strip| pack(compression, strip))
        .collect();
    let entries = [entries(picture, 8, compression, 2, 3), vec![short(278, 16)]].concat();
    tiff(true, &entries, &packed, STRIPS)
}

/// As [`simple`], with one more entry in its directory.
pub fn with_entry(picture: &Picture, entry: Entry) -> Vec<u8> {
    let entries = [entries(picture, 8, 1, 2, 3), vec![short(278, 16), entry]].concat();
    tiff(true, &entries, &strips(picture, 16), STRIPS)
}

#[test]
fn every_compression() {
    let picture = Picture::quarters(101, 67);
    for compression in [1, 5, 8, 32773] {
        let made = rendered(&simple(&picture, compression));
        assert_eq!(
            (made.summary.facts.format, made.summary.facts.width, made.summary.facts.height),
            (Format::Tiff, 101, 67)
        );
        Seen::new(&made.renditions[0].bytes).assert_quarters(&format!("compression {compression}"));
    }
    let jpeg = picture.jpeg_with(Subsamp::Sub2x2, |_| {});
    Seen::largest(&tiff(true, &entries(&picture, 8, 7, 6, 3), &[jpeg], STRIPS))
        .assert_quarters("JPEG");
    for compression in [6, 34712, 50000] {
        assert_eq!(
            error(&simple(&picture, compression)).code(),
            "unsupported_format",
            "{compression}"
        );
    }
}

#[test]
fn deep_samples_in_both_byte_orders_with_a_predictor() {
    let picture = Picture::quarters(101, 67);
    for little_endian in [true, false] {
        let two = |n: u16| if little_endian { n.to_le_bytes() } else { n.to_be_bytes() };
        let deep: Vec<u16> = picture
            .rgb
            .iter()
            .map(|sample| u16::from(*sample) * 257)
            .collect();
        let difference = |row: &[u16]| {
            let before = [&[0; 3], row].concat();
            row.iter()
                .zip(before)
                .flat_map(|(here, before)| two(here.wrapping_sub(before)))
                .collect::<Vec<u8>>()
        };
        let data: Vec<u8> = deep.chunks(3 * 101).flat_map(difference).collect();
        let entries = [entries(&picture, 16, 8, 2, 3), vec![short(317, 2)]].concat();
        let file = tiff(little_endian, &entries, &[pack(8, &data)], STRIPS);
        Seen::largest(&file).assert_quarters(&format!("little endian: {little_endian}"));
    }
}

#[test]
fn tiles_and_planes() {
    let picture = Picture::quarters(101, 67);
    let at = |x: u32, y: u32| {
        let at = 3 * (y.min(66) * 101 + x.min(100)) as usize;
        picture.rgb[at..at + 3].to_vec()
    };
    let tile = |number: u32| {
        let (left, top) = (number % 4 * 32, number / 4 * 16);
        (0..32 * 16)
            .flat_map(|i| at(left + i % 32, top + i / 32))
            .collect::<Vec<u8>>()
    };
    let tiles: Vec<Vec<u8>> = (0..4 * 5).map(tile).collect();
    let entries_of_tiles =
        [entries(&picture, 8, 1, 2, 3), vec![short(322, 32), short(323, 16)]].concat();
    Seen::largest(&tiff(true, &entries_of_tiles, &tiles, TILES)).assert_quarters("tiles");
    let plane = |number: usize| {
        picture
            .rgb
            .iter()
            .skip(number)
            .step_by(3)
            .copied()
            .collect::<Vec<u8>>()
    };
    let entries = [entries(&picture, 8, 1, 2, 3), vec![short(284, 2)]].concat();
    Seen::largest(&tiff(true, &entries, &[plane(0), plane(1), plane(2)], STRIPS))
        .assert_quarters("planes");
}

#[test]
fn every_kind_of_pixel() {
    let picture = Picture::plain(32, 32, RED);
    let seen = |bits: u16, photometric: u16, samples: u16, pixels: &[u8], more: Vec<Entry>| {
        let entries = [entries(&picture, bits, 1, photometric, samples), more].concat();
        let data =
            pixels.repeat(32 * 32 * usize::from(bits) * usize::from(samples) / 8 / pixels.len());
        Seen::largest(&tiff(true, &entries, &[data], STRIPS)).rgba(16, 16)
    };
    assert_near(seen(1, 1, 1, &[0xFF], vec![]), [255; 4], 2, "black and white");
    assert_near(seen(1, 0, 1, &[0xFF], vec![]), [0, 0, 0, 255], 2, "white and black");
    assert_near(seen(4, 1, 1, &[0x99], vec![]), [153, 153, 153, 255], 2, "4 bits");
    assert_near(seen(8, 0, 1, &[90], vec![]), [165, 165, 165, 255], 2, "inverted grey");
    assert_near(seen(16, 1, 1, &[0, 90], vec![]), [90, 90, 90, 255], 2, "16 bits");
    let alpha = |kind| vec![short(338, kind)];
    assert_near(seen(8, 2, 4, &[200, 40, 40, 128], alpha(2)), [200, 40, 40, 128], 4, "alpha");
    assert_near(
        seen(8, 2, 4, &[100, 20, 20, 128], alpha(1)),
        [200, 40, 40, 128],
        5,
        "alpha multiplied in",
    );
    assert_near(
        seen(8, 2, 4, &[200, 40, 40, 128], alpha(0)),
        [200, 40, 40, 255],
        4,
        "something that is not alpha",
    );
    assert_near(seen(8, 1, 2, &[90, 128], alpha(2)), [90, 90, 90, 128], 4, "grey with alpha");
    assert_near(seen(8, 5, 4, &[0, 255, 255, 0], vec![]), [255, 0, 0, 255], 4, "ink");
    let map: Vec<u16> = [[10, 200], [20, 40], [30, 40]]
        .iter()
        .flat_map(|c| c.map(|v: u16| v * 257))
        .collect();
    assert_near(
        seen(1, 3, 1, &[0xFF], vec![(320, Value::Shorts(map))]),
        [200, 40, 40, 255],
        4,
        "palette",
    );
}

#[test]
fn its_own_orientation_profile_and_date() {
    let upright = Picture::quarters(96, 64);
    for value in 1..=8 {
        let stored = upright.stored(value);
        let entries = [entries(&stored, 8, 1, 2, 3), vec![short(274, value.into())]].concat();
        let made = rendered(&tiff(true, &entries, std::slice::from_ref(&stored.rgb), STRIPS));
        assert_eq!(
            (made.summary.facts.orientation, made.summary.facts.width, made.summary.facts.height),
            (value, 96, 64)
        );
        Seen::new(&made.renditions[0].bytes).assert_quarters(&format!("orientation {value}"));
    }
    let picture = Picture::plain(32, 32, [200, 100, 50]);
    let more = vec![
        (34675, Value::Bytes(ColorProfile::new_display_p3().encode().unwrap())),
        (271, Value::Text("Maker")),
    ];
    let made = rendered(&tiff(
        true,
        &[entries(&picture, 8, 1, 2, 3), more].concat(),
        std::slice::from_ref(&picture.rgb),
        STRIPS,
    ));
    assert_eq!(made.summary.facts.camera.unwrap().make.as_deref(), Some("Maker"));
    assert!(made.summary.facts.profile.unwrap().contains("P3"));
    assert!(Seen::new(&made.renditions[0].bytes).middle()[0] > 210, "converted");
}

#[test]
fn headers_that_lie() {
    let picture = Picture::quarters(32, 32);
    let with = |tag: u16, value: Value| {
        let mut entries = [entries(&picture, 8, 1, 2, 3), vec![short(278, 32)]].concat();
        entries.retain(|entry| entry.0 != tag);
        entries.push((tag, value));
        error(&tiff(true, &entries, &strips(&picture, 32), STRIPS)).code()
    };
    assert_eq!(with(256, Value::Longs(vec![u32::MAX])), "too_many_pixels");
    assert_eq!(with(257, Value::Longs(vec![0])), "corrupt");
    assert_eq!(with(257, Value::Longs(vec![3000])), "truncated", "strips that are not there");
    assert_eq!(with(256, Value::Longs(vec![64])), "corrupt", "strips that are too short");
    assert_eq!(with(278, Value::Longs(vec![0])), "corrupt");
    assert_eq!(with(258, Value::Shorts(vec![65])), "unsupported_format");
    assert_eq!(with(258, Value::Shorts(vec![8, 8, 16])), "unsupported_format");
    assert_eq!(with(339, Value::Shorts(vec![6])), "unsupported_format", "complex numbers");
    assert_eq!(with(277, Value::Shorts(vec![u16::MAX])), "unsupported_format");
    let tiles =
        [entries(&picture, 8, 1, 2, 3), vec![(322, Value::Longs(vec![u32::MAX])), short(323, 16)]]
            .concat();
    assert_eq!(error(&tiff(true, &tiles, &[vec![0]], TILES)).code(), "corrupt", "a tile of 64 GiB");
}

/// A RAW file: a directory of the sensor's pixels that are none, and a preview in it.
pub fn raw(preview: &[u8], orientation: u16) -> Vec<u8> {
    let entries = vec![
        short(259, 1),
        short(262, 32803),
        short(274, orientation),
        (271, Value::Text("Maker")),
    ];
    tiff(true, &entries, &[preview.to_vec()], [513, 514])
}

#[test]
fn of_raw_the_preview_is_shown() {
    let upright = Picture::quarters(96, 64);
    for value in 1..=8_u8 {
        let made = rendered(&raw(&upright.stored(value).jpeg(), value.into()));
        assert_eq!(
            (made.summary.facts.format, made.summary.facts.orientation),
            (Format::Raw, value)
        );
        assert_eq!((made.summary.facts.width, made.summary.facts.height), (96, 64));
        assert_eq!(made.summary.facts.camera.unwrap().make.as_deref(), Some("Maker"));
        Seen::new(&made.renditions[0].bytes).assert_quarters(&format!("RAW, orientation {value}"));
    }
    let jpeg = upright.jpeg();
    let place = [100_u32, u32::try_from(jpeg.len()).unwrap()]
        .map(u32::to_be_bytes)
        .concat();
    let fuji = [&b"FUJIFILMCCD-RAW "[..], &[0; 68], &place, &[0; 8], &jpeg].concat();
    Seen::largest(&fuji).assert_quarters("RAF");
    assert_eq!(inspect(&fuji, &Limits::default()).unwrap().format, Format::Raw);
    assert_eq!(error(&raw(b"no JPEG", 1)).code(), "unsupported_format");
    assert_eq!(error(&fuji[..90]).code(), "truncated");
}
