//! Faxes, of which each kind is TIFF.

use crate::fixtures::{Picture, RED, error};
use crate::seen::Seen;
use crate::tiff_fixtures::{STRIPS, entries, short, tiff};
use fax::maps::{black, mode, white};
use fax::{BitWriter, Bits, Color, VecWriter};

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
