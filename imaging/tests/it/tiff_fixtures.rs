//! TIFF files, and RAW files that are TIFF structures. The directory is at the end.

use crate::fixtures::Picture;
use flate2::{Compression, write::ZlibEncoder};
use std::io::Write;
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
    let mut offsets = Vec::new();
    let mut lengths = Vec::new();
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

/// Returns the entries that every picture has: size, bits, compression, kind and samples.
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

pub fn strips(picture: &Picture, rows: u32) -> Vec<Vec<u8>> {
    picture
        .rgb
        .chunks((3 * picture.width * rows) as usize)
        .map(<[u8]>::to_vec)
        .collect()
}

pub fn pack(compression: u16, data: &[u8]) -> Vec<u8> {
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
