//! TIFF as programs really write it, and kinds of it that are not of cameras.

use crate::fixtures::{Picture, RED, error, rendered};
use crate::seen::{Seen, assert_near};
use crate::tiff_fixtures::{Entry, STRIPS, TILES, Value, entries, short, tiff};
use imaging::Format;
use turbojpeg::{Colorspace, PixelFormat, Subsamp};
use weezl::{BitOrder, encode::Encoder};

fn plain(picture: &Picture) -> Vec<Entry> {
    entries(picture, 8, 1, 2, 3)
}

/// The file with another value for an entry of one number, which it has.
fn with_number(mut file: Vec<u8>, tag: u16, number: u32) -> Vec<u8> {
    let directory = u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize;
    let entries = file[directory + 2..].chunks_exact(12);
    let index = entries
        .into_iter()
        .position(|entry| entry[..2] == tag.to_le_bytes())
        .unwrap();
    let at = directory + 2 + 12 * index + 8;
    file[at..at + 4].copy_from_slice(&number.to_le_bytes());
    file
}

/// The picture as `BigTIFF`, with an orientation and a maker; a strip's place in 64 bits.
pub fn big(picture: &Picture, little_endian: bool, orientation: u16) -> Vec<u8> {
    let two = |n: u16| if little_endian { n.to_le_bytes() } else { n.to_be_bytes() };
    let eight = |n: usize| if little_endian { n.to_le_bytes() } else { n.to_be_bytes() };
    let short =
        |tag: u16, value: u16| [&two(tag)[..], &two(3), &eight(1), &two(value), &[0; 6]].concat();
    let long =
        |tag: u16, value: usize| [&two(tag)[..], &two(16), &eight(1), &eight(value)].concat();
    let width = u16::try_from(picture.width).unwrap();
    let height = u16::try_from(picture.height).unwrap();
    let entries = [
        short(256, width),
        short(257, height),
        [&two(258)[..], &two(3), &eight(3), &two(8).repeat(3), &[0; 2]].concat(),
        short(259, 1),
        short(262, 2),
        [&two(271)[..], &two(2), &eight(6), b"Maker\0\0\0"].concat(),
        long(273, 16),
        short(274, orientation),
        short(277, 3),
        long(279, picture.rgb.len()),
    ];
    let mark = if little_endian { &b"II"[..] } else { b"MM" };
    let start = [mark, &two(43), &two(8), &two(0), &eight(16 + picture.rgb.len())].concat();
    [start, picture.rgb.clone(), eight(entries.len()).to_vec(), entries.concat(), vec![0; 8]]
        .concat()
}

#[test]
fn big_tiff() {
    let upright = Picture::quarters(96, 64);
    for little_endian in [true, false] {
        for value in 1..=8_u8 {
            let made = rendered(&big(&upright.stored(value), little_endian, value.into()));
            assert_eq!(
                (made.summary.facts.format, made.summary.facts.orientation),
                (Format::Tiff, value)
            );
            assert_eq!(made.summary.facts.camera.unwrap().make.as_deref(), Some("Maker"));
            Seen::new(&made.renditions[0].bytes)
                .assert_quarters(&format!("orientation {value}, {little_endian}"));
        }
        let file = big(&upright, little_endian, 1);
        for length in 1..file.len() - 8 {
            assert_eq!(error(&file[..length]).code(), "truncated", "{length} of {}", file.len());
        }
    }
    // Numbers of entries and offsets as large as they can be.
    let mut file = big(&upright, true, 1);
    let directory = 16 + upright.rgb.len();
    file[directory..directory + 8].fill(0xFF);
    assert_eq!(error(&file).code(), "truncated");
    file[8..16].fill(0xFF);
    assert_eq!(error(&file).code(), "truncated");
}

#[test]
fn strips_that_do_not_say_how_long_they_are() {
    let picture = Picture::quarters(96, 64);
    let one = tiff(true, &plain(&picture), std::slice::from_ref(&picture.rgb), STRIPS);
    for length in [35_711_440, u32::MAX, 0] {
        Seen::largest(&with_number(one.clone(), 279, length))
            .assert_quarters(&format!("{length} bytes"));
    }
    // Without the entry at all, in four strips.
    let rows = 16 * 96 * 3;
    let offsets: Vec<u32> = (0..4).map(|strip| 8 + strip * rows).collect();
    let more = vec![(273, Value::Longs(offsets)), short(278, 16)];
    let chunks: Vec<u8> = picture.rgb.clone();
    let file = tiff(true, &[plain(&picture), more].concat(), &[chunks], [40_000, 40_001]);
    Seen::largest(&file).assert_quarters("no lengths");
}

#[test]
fn a_strip_that_is_cut_off_with_the_file() {
    let picture = Picture::quarters(96, 64);
    let pixels = picture.rgb.len();
    // The directory stands first, so that nothing but pixels is missing.
    let file =
        tiff(true, &[plain(&picture), vec![(273, Value::Longs(vec![0]))]].concat(), &[], STRIPS);
    let file =
        [with_number(file.clone(), 273, u32::try_from(file.len()).unwrap()), picture.rgb.clone()]
            .concat();
    Seen::largest(&file).assert_quarters("without a length");
    for cut in [1, 100, pixels] {
        assert_eq!(error(&file[..file.len() - cut]).code(), "truncated", "{cut} bytes less");
    }
}

#[test]
fn tiles_that_are_listed_as_strips() {
    let picture = Picture::quarters(96, 64);
    let tile = |left: u32, top: u32| {
        let row = |y: u32| {
            let at = 3 * ((top + y) * 96 + left) as usize;
            picture.rgb[at..at + 48 * 3].to_vec()
        };
        (0..32).flat_map(row).collect::<Vec<u8>>()
    };
    let tiles = [tile(0, 0), tile(48, 0), tile(0, 32), tile(48, 32)];
    let sides = vec![short(322, 48), short(323, 32)];
    for places in [TILES, STRIPS] {
        let file = tiff(true, &[plain(&picture), sides.clone()].concat(), &tiles, places);
        Seen::largest(&file).assert_quarters(&format!("{places:?}"));
    }
}

#[test]
fn a_fourth_sample_that_nothing_is_said_of_is_alpha() {
    let picture = Picture::plain(32, 32, RED);
    let seen = |alpha: u8| {
        let data = [200, 40, 40, alpha].repeat(32 * 32);
        rendered(&tiff(true, &entries(&picture, 8, 1, 2, 4), &[data], STRIPS))
    };
    let half = seen(128);
    assert!(half.summary.facts.has_alpha);
    assert_near(
        Seen::new(&half.renditions[0].bytes).rgba(9, 9),
        [200, 40, 40, 128],
        4,
        "half transparent",
    );
    let nothing = seen(0);
    assert!(!nothing.summary.facts.has_alpha, "nobody keeps a picture of nothing");
    assert_near(
        Seen::new(&nothing.renditions[0].bytes).rgba(9, 9),
        [200, 40, 40, 255],
        4,
        "opaque",
    );
}

#[test]
fn colours_of_lab() {
    let picture = Picture::plain(32, 32, RED);
    // 44, 58, 37: the red of these pictures; with a sign, and with a half of the range added.
    for (photometric, [a, b]) in [(8, [58, 37]), (9, [58 + 128, 37 + 128])] {
        let data = [112, a, b].repeat(32 * 32);
        let file = tiff(true, &entries(&picture, 8, 1, photometric, 3), &[data], STRIPS);
        assert_near(Seen::largest(&file).middle(), RED, 12, &format!("photometric {photometric}"));
    }
}

#[test]
fn lzw_as_it_was_before() {
    let picture = Picture::quarters(96, 64);
    let packed = Encoder::new(BitOrder::Lsb, 8).encode(&picture.rgb).unwrap();
    assert_eq!((packed[0], packed[1] & 1), (0, 1), "it begins as the old form does");
    Seen::largest(&tiff(true, &entries(&picture, 8, 5, 2, 3), &[packed], STRIPS))
        .assert_quarters("old LZW");
}

#[test]
fn jpeg_in_planes_and_in_its_old_form() {
    let picture = Picture::quarters(96, 64);
    let plane = |number: usize| {
        let samples: Vec<u8> = picture
            .rgb
            .iter()
            .skip(number)
            .step_by(3)
            .copied()
            .collect();
        crate::fixtures::jpeg(&samples, 96, PixelFormat::GRAY, |c| {
            c.set_subsamp(Subsamp::Gray).unwrap();
        })
    };
    let planar = [entries(&picture, 8, 7, 2, 3), vec![short(284, 2)]].concat();
    Seen::largest(&tiff(true, &planar, &[plane(0), plane(1), plane(2)], STRIPS))
        .assert_quarters("planes");
    let whole = picture.jpeg();
    let old = tiff(true, &entries(&picture, 8, 6, 6, 3), &[whole], [513, 514]);
    Seen::largest(&old).assert_quarters("old form");
    let as_rgb = picture.jpeg_with(Subsamp::None, |c| c.set_colorspace(Colorspace::RGB).unwrap());
    Seen::largest(&tiff(true, &entries(&picture, 8, 7, 2, 3), &[as_rgb], STRIPS))
        .assert_quarters("RGB");
}
