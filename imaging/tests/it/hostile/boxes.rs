//! HEIF whose boxes ask for more than they hold.

use super::bombs::assert_small;
use super::code;
use crate::heif_fixtures::{AV1, Item, av1, avif, boxed, heif, ispe};

/// A grid of so many tiles in a row, all of them the second item.
fn row_of_tiles(columns: u8, tile: Item) -> Vec<u8> {
    let grid =
        Item::new(b"grid", vec![0, 0, 0, columns - 1], vec![ispe(96 * u32::from(columns), 64)]);
    heif(b"avif", &[grid.refers(b"dimg", &vec![2; columns.into()]), tile])
}

#[test]
fn tiles_that_are_larger_than_numbers_are() {
    for side in [u32::MAX, 1 << 31, u32::MAX - 63] {
        let mut tile = av1(AV1);
        tile.properties[0] = ispe(side, side);
        assert_eq!(code(&row_of_tiles(1, tile)), "too_much_memory", "{side}");
    }
}

#[test]
fn a_tile_that_is_read_again_and_again() {
    // Units that decoders pass over (AV1, 5.3.2: padding), as many bytes as nobody would read 250
    // times.
    let mut tile = av1(AV1);
    let padding = [&[0x7A, 0x80, 0x80, 0x40][..], &vec![0; 1 << 20]].concat();
    tile.data = [padding.repeat(4), tile.data].concat();
    assert_eq!(code(&row_of_tiles(2, tile.clone())), "ok");
    assert_eq!(code(&row_of_tiles(250, tile)), "too_complex");
}

/// A file of one picture, in which something was done to the content of a box within its `meta`
/// box.
fn with_box(name: [u8; 4], change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let file = avif(AV1);
    let place = |name: &[u8; 4]| file.windows(4).position(|part| part == name).unwrap() - 4;
    let size = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
    let meta = place(b"meta");
    let inner = place(&name);
    let mut content = file[inner + 8..inner + size(inner)].to_vec();
    change(&mut content);
    let parts = [
        &file[meta + 8..inner],
        &boxed(&name, &content),
        &file[inner + size(inner)..meta + size(meta)],
    ];
    [&file[..meta], &boxed(b"meta", &parts.concat()), &file[meta + size(meta)..]].concat()
}

#[test]
fn places_that_take_no_bytes() {
    // For each item its number, its file, and the count of its extents; offset and length have no
    // bytes.
    let places = |items: u16, extents: u16| {
        with_box(*b"iloc", |content| {
            let place = |_| [1_u16.to_be_bytes(), [0; 2], extents.to_be_bytes()].concat();
            *content = [
                &[0; 6][..],
                &items.to_be_bytes(),
                &(0..items).flat_map(place).collect::<Vec<u8>>(),
            ]
            .concat();
        })
    };
    assert_small("a few", &places(3, 3), &["corrupt"]);
    assert_small("four thousand million, in 400 KB", &places(u16::MAX, u16::MAX), &["too_complex"]);
}

#[test]
fn properties_said_again_and_again() {
    let entry = [&[0, 1, 255][..], &[1; 255]].concat();
    let associations = |entries: u32| {
        let more = [&[0; 4][..], &entries.to_be_bytes(), &entry.repeat(entries as usize)].concat();
        with_box(*b"iprp", |content| content.extend(boxed(b"ipma", &more)))
    };
    assert_small("a few", &associations(3), &["corrupt"]); // the pixels are not where they were
    assert_small("five million, in 5 MB", &associations(20_000), &["too_complex"]);
}
