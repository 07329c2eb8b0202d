//! TIFF as programs really write it, and kinds of it that are not of cameras.

use crate::fixtures::{Picture, RED, Seen, assert_near, error, rendered};
use crate::tiff::{Entry, STRIPS, TILES, Value, entries, short, tiff};
use fax::maps::{black, mode, white};
use fax::{BitWriter, Bits, Color, VecWriter};
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
    let (width, height) =
        (u16::try_from(picture.width).unwrap(), u16::try_from(picture.height).unwrap());
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

/// A picture of quarters whose samples are stored by a function, with these bits and this format.
fn numbers(
    bits: u16,
    format: u16,
    predictor: u16,
    little_endian: bool,
    store: impl Fn(u8) -> Vec<u8>,
) -> Vec<u8> {
    let picture = Picture::quarters(96, 64);
    let size = usize::from(bits / 8);
    let row = |row: &[u8]| {
        let mut samples: Vec<u8> = row.iter().flat_map(|sample| store(*sample)).collect();
        if predictor == 3 {
            // The highest bytes first, then the next ones; each as a difference.
            let highest = |place: usize| if little_endian { size - 1 - place } else { place };
            let stored = samples.clone();
            let count = stored.len() / size;
            for place in 0..size {
                for index in 0..count {
                    samples[place * count + index] = stored[index * size + highest(place)];
                }
            }
            for at in (3..samples.len()).rev() {
                samples[at] = samples[at].wrapping_sub(samples[at - 3]);
            }
        }
        samples
    };
    let data = picture.rgb.chunks(96 * 3).flat_map(row).collect();
    let more = vec![(339, Value::Shorts(vec![format; 3])), short(317, predictor)];
    tiff(little_endian, &[entries(&picture, bits, 1, 2, 3), more].concat(), &[data], STRIPS)
}

/// Quarters in 32 bits of floating point, from 0 to 1.
pub fn floats(predictor: u16) -> Vec<u8> {
    numbers(32, 3, predictor, true, |sample| (f32::from(sample) / 255.0).to_le_bytes().to_vec())
}

#[test]
fn floating_point() {
    let unit = |sample: u8| f32::from(sample) / 255.0;
    // Sixteen bits, by their definition: the value is (1 + mantissa / 1024) × 2 ^ (exponent - 15).
    let half = |sample: u8| {
        let bits = unit(sample).to_bits();
        let exponent = (bits >> 23).saturating_sub(112);
        u16::try_from(exponent << 10 | bits >> 13 & 0x3FF).unwrap()
    };
    for predictor in [1, 3] {
        let what = format!("predictor {predictor}");
        Seen::largest(&floats(predictor)).assert_quarters(&format!("32 bits, {what}"));
        let file = numbers(32, 3, predictor, false, |sample| unit(sample).to_be_bytes().to_vec());
        Seen::largest(&file).assert_quarters(&format!("32 bits, the other order, {what}"));
        let file = numbers(64, 3, predictor, false, |sample| {
            f64::from(unit(sample)).to_be_bytes().to_vec()
        });
        Seen::largest(&file).assert_quarters(&format!("64 bits, {what}"));
        let file = numbers(16, 3, predictor, true, |sample| half(sample).to_le_bytes().to_vec());
        Seen::largest(&file).assert_quarters(&format!("16 bits, {what}"));
    }
    let file = numbers(32, 3, 1, true, |sample| f32::from(sample).to_le_bytes().to_vec());
    Seen::largest(&file).assert_quarters("from 0 to 255");
    let file = numbers(32, 3, 1, true, |sample| {
        if sample == 240 { f32::NAN } else { unit(sample) }
            .to_le_bytes()
            .to_vec()
    });
    assert_near(Seen::largest(&file).rgba(72, 48), [0, 0, 0, 255], 6, "what is no number is black");
}

#[test]
fn whole_numbers_with_a_sign_and_large_ones() {
    let signed = |sample: u8| i16::from(sample) - 128;
    let file = numbers(8, 2, 1, true, |sample| vec![sample.wrapping_sub(128)]);
    Seen::largest(&file).assert_quarters("8 bits with a sign");
    let file = numbers(16, 2, 1, true, |sample| (signed(sample) * 256).to_le_bytes().to_vec());
    Seen::largest(&file).assert_quarters("16 bits with a sign");
    let file = numbers(16, 2, 1, false, |sample| (i16::from(sample) * 128).to_be_bytes().to_vec());
    Seen::largest(&file).assert_quarters("16 bits with a sign, none negative");
    let file =
        numbers(32, 2, 1, true, |sample| (i32::from(signed(sample)) << 24).to_le_bytes().to_vec());
    Seen::largest(&file).assert_quarters("32 bits with a sign");
    let file =
        numbers(32, 1, 1, true, |sample| (u32::from(sample) * 0x0101_0101).to_le_bytes().to_vec());
    Seen::largest(&file).assert_quarters("32 bits");
    let file = numbers(32, 1, 1, true, |sample| u32::from(sample).to_le_bytes().to_vec());
    Seen::largest(&file).assert_quarters("32 bits, of which 8 are used");
    let file = numbers(64, 1, 1, false, |sample| {
        (u64::from(sample) * 0x0101_0101_0101_0101)
            .to_be_bytes()
            .to_vec()
    });
    Seen::largest(&file).assert_quarters("64 bits");
}

#[test]
fn twelve_bits() {
    let picture = Picture::quarters(96, 64);
    let pairs = picture
        .rgb
        .as_chunks::<2>()
        .0
        .iter()
        .map(|pair| pair.map(|sample| u16::from(sample) << 4 | u16::from(sample) >> 4));
    let data = pairs.flat_map(|[a, b]| {
        [a >> 4, (a & 15) << 4 | b >> 8, b & 255].map(|byte| byte.to_le_bytes()[0])
    });
    Seen::largest(&tiff(true, &entries(&picture, 12, 1, 2, 3), &[data.collect()], STRIPS))
        .assert_quarters("12 bits");
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
            c.set_subsamp(Subsamp::Gray).unwrap()
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

/// Rows of black and white, each different from the one before.
fn pattern() -> Vec<Vec<bool>> {
    let is_black = |x: usize, y: usize| {
        (x * x / 90 + y * 3) % 37 < 9 + y / 4 || (y > 40 && x > 150) || y == 20
    };
    (0..48)
        .map(|y| (0..200).map(|x| is_black(x, y)).collect())
        .collect()
}

fn put_run(bits: &mut VecWriter, mut length: u16, is_black: bool) {
    let code =
        |length: u16| if is_black { black::encode(length) } else { white::encode(length) }.unwrap();
    if length >= 64 {
        bits.write(code(length / 64 * 64)).unwrap();
        length %= 64;
    }
    bits.write(code(length)).unwrap();
}

fn put_runs(bits: &mut VecWriter, row: &[bool]) {
    let mut is_black = false;
    let mut at = 0;
    while at < row.len() {
        let length = row[at..]
            .iter()
            .take_while(|pixel| **pixel == is_black)
            .count();
        put_run(bits, u16::try_from(length).unwrap(), is_black);
        (at, is_black) = (at + length, !is_black);
    }
}

fn put(bits: &mut VecWriter, data: u16, len: u8) {
    bits.write(Bits { data, len }).unwrap();
}

/// The pattern as a fax of group 3 of one dimension or two, where every other row is the same as
/// before it.
fn group_3(rows: &[Vec<bool>], is_two_dimensional: bool) -> Vec<u8> {
    let mut bits = VecWriter::new();
    for (number, row) in rows.iter().enumerate() {
        put(&mut bits, 1, 12);
        if is_two_dimensional && number % 2 == 1 {
            put(&mut bits, 0, 1);
            // As many changes as above, each at the same place.
            let changes =
                row.windows(2).filter(|pair| pair[0] != pair[1]).count() + usize::from(row[0]);
            for _ in 0..=changes {
                bits.write(mode::encode(fax::maps::Mode::Vertical(0)).unwrap())
                    .unwrap();
            }
            continue;
        }
        if is_two_dimensional {
            put(&mut bits, 1, 1);
        }
        put_runs(&mut bits, row);
    }
    for _ in 0..6 {
        put(&mut bits, 1, 12);
    }
    bits.finish()
}

fn group_4(rows: &[Vec<bool>]) -> Vec<u8> {
    let mut encoder = fax::encoder::Encoder::new(VecWriter::new());
    for row in rows {
        let colours = row
            .iter()
            .map(|is_black| if *is_black { Color::Black } else { Color::White });
        encoder.encode_line(colours, 200).unwrap();
    }
    encoder.finish().unwrap().finish()
}

fn by_runs(rows: &[Vec<bool>]) -> Vec<u8> {
    let row = |row: &Vec<bool>| {
        let mut bits = VecWriter::new();
        put_runs(&mut bits, row);
        bits.finish()
    };
    rows.iter().flat_map(row).collect()
}

fn fax(compression: u16, options: u16, data: Vec<u8>) -> Vec<u8> {
    let picture = Picture::plain(200, 48, RED);
    let entries = [entries(&picture, 1, compression, 0, 1), vec![short(292, options)]].concat();
    tiff(true, &entries, &[data], STRIPS)
}

/// Every row twice.
fn doubled() -> Vec<Vec<bool>> {
    pattern()
        .iter()
        .step_by(2)
        .flat_map(|row| [row.clone(), row.clone()])
        .collect()
}

pub fn group_3_file(is_two_dimensional: bool) -> Vec<u8> {
    fax(3, is_two_dimensional.into(), group_3(&doubled(), is_two_dimensional))
}

pub fn group_4_file() -> Vec<u8> {
    fax(4, 0, group_4(&pattern()))
}

#[test]
fn faxes() {
    let rows = pattern();
    let doubled = doubled();
    let files = [
        ("runs", 2, 0, &rows, by_runs(&rows)),
        ("group 3", 3, 0, &rows, group_3(&rows, false)),
        ("group 3 of two dimensions", 3, 1, &doubled, group_3(&doubled, true)),
        ("group 4", 4, 0, &rows, group_4(&rows)),
    ];
    let picture = Picture::plain(200, 48, RED);
    for (what, compression, options, rows, data) in files {
        for is_reversed in [false, true] {
            for is_inverted in [false, true] {
                let more = vec![short(292, options), short(266, 1 + u16::from(is_reversed))];
                let reversed = data.iter().map(|byte| byte.reverse_bits()).collect();
                let data = if is_reversed { reversed } else { data.clone() };
                let entries =
                    [entries(&picture, 1, compression, u16::from(is_inverted), 1), more].concat();
                let seen = Seen::largest(&tiff(true, &entries, &[data], STRIPS));
                for (x, y) in (0..48).flat_map(|y| (0..200).step_by(7).map(move |x| (x, y))) {
                    let is_black = rows[y][x] != is_inverted;
                    let [level, ..] =
                        seen.rgba(u32::try_from(x).unwrap(), u32::try_from(y).unwrap());
                    assert_eq!(
                        level < 128,
                        is_black,
                        "{what}, {is_reversed}, {is_inverted}, at {x}, {y}: {level}"
                    );
                }
            }
        }
        let entries = entries(&picture, 1, compression, 0, 1);
        let half = tiff(true, &entries, &[data[..data.len() / 2].to_vec()], STRIPS);
        assert_eq!(error(&half).code(), "corrupt", "{what}, half of it");
    }
}
