//! TIFF whose strips and tiles are the same few bytes, or are mostly not of the picture.

use super::bombs::packed;
use super::code;
use crate::tiff_fixtures::{Value, tiff};

/// A picture of one pixel across, each row of which is a strip or tile of its own; all of them are
/// these bytes.
fn rows(
    height: u32,
    compression: u16,
    chunk: &[u8],
    tile_width: Option<u32>,
    tables: &[u8],
) -> Vec<u8> {
    let places = if tile_width.is_some() { [324, 325] } else { [273, 279] };
    let with = |offset: usize| {
        let all = |value: usize| Value::Longs(vec![u32::try_from(value).unwrap(); height as usize]);
        let short = |value: u16| Value::Shorts(vec![value]);
        let long = |value: u32| Value::Longs(vec![value]);
        let mut entries = vec![
            (256, long(1)),
            (257, long(height)),
            (258, Value::Shorts(vec![8; 3])),
            (259, short(compression)),
            (262, short(2)),
            (277, short(3)),
            (278, short(1)),
            (347, Value::Bytes(tables.to_vec())),
            (places[0], all(offset)),
            (places[1], all(chunk.len())),
        ];
        entries.extend(
            tile_width
                .into_iter()
                .flat_map(|width| [(322, long(width)), (323, long(1))]),
        );
        tiff(true, &entries, &[], places)
    };
    let offset = with(0).len();
    [with(offset), chunk.to_vec()].concat()
}

#[test]
fn strips_that_are_the_same_megabyte() {
    // A stored block of no bytes, over and over (RFC 1951, 3.2.4), before the pixel.
    let nothing = [0, 0, 0, 0xFF, 0xFF].repeat(200_000);
    let pixel = [&[0x78, 1][..], &nothing, &[1, 3, 0, 0xFC, 0xFF, 9, 9, 9]].concat();
    assert_eq!(code(&rows(3, 8, &pixel, None, &[0; 9])), "ok");
    assert_eq!(code(&rows(40_000, 8, &pixel, None, &[0; 9])), "too_complex", "40 GB of deflate");
}

#[test]
fn tiles_that_are_much_wider_than_the_picture() {
    let zeros = packed(1);
    assert_eq!(code(&rows(3, 8, &zeros, Some(65_536), &[0; 9])), "ok");
    assert_eq!(
        code(&rows(40_000, 8, &zeros, Some(65_536), &[0; 9])),
        "too_complex",
        "8 GB of zeros"
    );
    assert_eq!(code(&rows(400, 8, &zeros, Some(256), &[0; 9])), "ok", "tiles as they are usual");
}

#[test]
fn tables_that_are_a_megabyte() {
    assert_eq!(
        code(&rows(40_000, 7, &[9; 9], None, &vec![0; 1 << 20])),
        "too_complex",
        "read for each strip"
    );
}
