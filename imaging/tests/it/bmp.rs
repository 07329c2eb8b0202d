//! BMP, written here byte by byte.

use crate::fixtures::{BLUE, GREEN, Picture, QUARTERS, RED, WHITE, error, rendered};
use crate::seen::{Seen, assert_near};
use imaging::Format;

/// A file of version 3 with a table of colours, or none.
pub fn bmp(
    width: i32,
    height: i32,
    bits: u8,
    packing: u8,
    palette: &[[u8; 3]],
    masks: &[u32],
    data: &[u8],
) -> Vec<u8> {
    let start = u32::try_from(54 + 4 * (palette.len() + masks.len())).unwrap();
    let count = u32::try_from(palette.len()).unwrap();
    let mut file = [b"BM", &[0; 8][..], &start.to_le_bytes(), &40_u32.to_le_bytes()].concat();
    file.extend([width.to_le_bytes(), height.to_le_bytes()].concat());
    file.extend([1, 0, bits, 0, packing, 0, 0, 0]);
    file.extend([[0; 4], [0; 4], [0; 4], count.to_le_bytes(), [0; 4]].concat());
    file.extend(masks.iter().flat_map(|mask| mask.to_le_bytes()));
    file.extend(palette.iter().flat_map(|[r, g, b]| [*b, *g, *r, 0]));
    file.extend(data);
    file
}

/// Rows from the bottom, filled up to 32 bits.
fn rows(picture: &Picture, pack: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let row = |pixels: &[u8]| {
        let mut packed = pack(pixels);
        packed.resize(packed.len().next_multiple_of(4), 0);
        packed
    };
    picture
        .rgb
        .chunks(3 * picture.width as usize)
        .rev()
        .flat_map(row)
        .collect()
}

pub fn simple_bmp(picture: &Picture) -> Vec<u8> {
    let reversed = |row: &[u8]| row.chunks(3).flat_map(|p| [p[2], p[1], p[0]]).collect();
    let width = i32::try_from(picture.width).unwrap();
    let height = i32::try_from(picture.height).unwrap();
    bmp(width, height, 24, 0, &[], &[], &rows(picture, reversed))
}

#[test]
fn bmp_of_every_kind() {
    let picture = Picture::quarters(101, 67);
    let index = |pixel: &[u8]| {
        u8::try_from(QUARTERS.iter().position(|colour| colour == pixel).unwrap()).unwrap()
    };
    let packed = |per_byte: usize| {
        rows(&picture, |row| {
            let pixels: Vec<u8> = row.chunks(3).map(index).collect();
            let bits = u32::try_from(8 / per_byte).unwrap();
            let byte = |part: &[u8]| {
                (0..per_byte).fold(0_u8, |byte, at| {
                    byte.checked_shl(bits).unwrap_or(0) | part.get(at).copied().unwrap_or(0)
                })
            };
            pixels.chunks(per_byte).map(byte).collect()
        })
    };
    let deep = |bytes: usize, pixel: fn(&[u8]) -> u32| {
        rows(&picture, move |row| {
            row.chunks(3)
                .flat_map(|p| pixel(p).to_le_bytes()[..bytes].to_vec())
                .collect()
        })
    };
    let shifted = |p: &[u8]| u32::from(p[0]) << 24 | u32::from(p[1]) << 16 | u32::from(p[2]) << 8;
    let files = [
        ("2 bits", bmp(101, 67, 2, 0, &QUARTERS, &[], &packed(4))),
        ("4 bits", bmp(101, 67, 4, 0, &QUARTERS, &[], &packed(2))),
        ("8 bits", bmp(101, 67, 8, 0, &QUARTERS, &[], &packed(1))),
        ("24 bits", simple_bmp(&picture)),
        (
            "32 bits",
            bmp(101, 67, 32, 0, &[], &[], &deep(4, |p| u32::from_be_bytes([0, p[0], p[1], p[2]]))),
        ),
        ("masks", bmp(101, 67, 32, 3, &[], &[0xFF00_0000, 0xFF_0000, 0xFF00], &deep(4, shifted))),
    ];
    for (what, file) in files {
        let made = rendered(&file);
        assert_eq!(
            (made.summary.facts.format, made.summary.facts.width, made.summary.facts.height),
            (Format::Bmp, 101, 67),
            "{what}"
        );
        Seen::new(&made.renditions[0].bytes).assert_quarters(what);
    }
}

/// A file of OS/2's second version, whose second header ends after `header` bytes.
fn os2(header: u32, bits: u8, packing: u8, palette: &[[u8; 3]], data: &[u8]) -> Vec<u8> {
    let colours: Vec<u8> = palette
        .iter()
        .flat_map(|[r, g, b]| [*b, *g, *r, 0])
        .collect();
    let start = 14 + header + u32::try_from(colours.len()).unwrap();
    let mut second = [header.to_le_bytes(), 64_u32.to_le_bytes(), 32_u32.to_le_bytes()].concat();
    second.extend([1, 0, bits, 0, packing, 0, 0, 0]);
    second.resize(64, 0);
    second.truncate(header as usize);
    [b"BM", &[0; 8][..], &start.to_le_bytes(), &second, &colours, data].concat()
}

#[test]
fn bmp_of_os2() {
    let picture = Picture::quarters(64, 32);
    let reversed = |row: &[u8]| row.chunks(3).flat_map(|p| [p[2], p[1], p[0]]).collect();
    let index = |row: &[u8]| {
        let index = |pixel: &[u8]| QUARTERS.iter().position(|colour| colour == pixel).unwrap();
        row.chunks(3)
            .map(|pixel| u8::try_from(index(pixel)).unwrap())
            .collect()
    };
    for header in [16, 24, 48, 64] {
        let what = format!("a header of {header} bytes");
        let all_colours: Vec<[u8; 3]> = QUARTERS.into_iter().cycle().take(256).collect();
        Seen::largest(&os2(header, 24, 0, &[], &rows(&picture, reversed))).assert_quarters(&what);
        Seen::largest(&os2(header, 8, 0, &all_colours, &rows(&picture, index)))
            .assert_quarters(&what);
    }
    Seen::largest(&os2_runs()).assert_quarters("runs of colours");
    let runs = os2_runs();
    assert_eq!(error(&runs[..runs.len() / 2]).code(), "truncated");
    assert_eq!(error(&os2(64, 1, 3, &[RED, BLUE], &[0; 99])).code(), "unsupported_format");
}

/// Quarters in runs of colours, from the bottom: runs, then a row of literals, a row in two steps,
/// runs again.
pub fn os2_runs() -> Vec<u8> {
    let run = |count: u8, [r, g, b]: [u8; 3]| [count, b, g, r];
    let literal =
        |count: u8, [r, g, b]: [u8; 3]| [&[0, count][..], &[b, g, r].repeat(count.into())].concat();
    let mut data = [&run(32, BLUE)[..], &run(32, WHITE), &[0, 0]]
        .concat()
        .repeat(16);
    data.extend(
        [literal(32, RED), literal(31, GREEN), vec![0], run(1, GREEN).to_vec(), vec![0, 0]]
            .concat(),
    );
    data.extend(
        [&run(32, RED)[..], &run(32, GREEN), &[0, 0]]
            .concat()
            .repeat(15),
    );
    data.extend([0, 1]);
    os2(64, 24, 4, &[], &data)
}

#[test]
fn bmp_of_16_bits() {
    let pixel = 25_u16 << 11 | 10 << 5 | 5; // five, six and five bits
    let data = pixel.to_le_bytes().repeat(32 * 32);
    let file = bmp(32, 32, 16, 3, &[], &[0xF800, 0x07E0, 0x001F], &data);
    assert_near(Seen::largest(&file).rgba(9, 9), [206, 40, 41, 255], 4, "masks");
    let pixel = 25_u16 << 10 | 5 << 5 | 5;
    let file = bmp(32, 32, 16, 0, &[], &[], &pixel.to_le_bytes().repeat(32 * 32));
    assert_near(Seen::largest(&file).rgba(9, 9), [206, 41, 41, 255], 4, "five bits each");
}

#[test]
fn bmp_from_the_top_down_and_in_runs() {
    let picture = Picture::quarters(64, 32);
    let upside_down: Vec<u8> = picture
        .rgb
        .chunks(3 * 64)
        .rev()
        .flatten()
        .copied()
        .collect();
    let flipped = simple_bmp(&Picture { rgb: upside_down, ..picture });
    let mut file = flipped.clone();
    file[22..26].copy_from_slice(&(-32_i32).to_le_bytes());
    Seen::largest(&file).assert_quarters("from the top down");

    // From the bottom: runs of blue and white, then a row of literals, a skipped row is red.
    let mut data = [32, 2, 32, 3, 0, 0].repeat(16);
    data.extend([32, 0, 0, 32].iter().chain(&[1; 32]).chain(&[0, 0]));
    data.extend([0, 2, 32, 0, 32, 1, 0, 0]);
    data.extend([32, 0, 32, 1, 0, 0].repeat(14));
    data.extend([0, 1]);
    Seen::largest(&bmp(64, 32, 8, 1, &QUARTERS, &[], &data)).assert_quarters("runs");
    let halves = [32, 0x22, 32, 0x33, 0, 0]
        .repeat(16)
        .into_iter()
        .chain([32, 0, 32, 0x11, 0, 0].repeat(16));
    let halves: Vec<u8> = halves.chain([0, 1]).collect();
    Seen::largest(&bmp(64, 32, 4, 2, &QUARTERS, &[], &halves))
        .assert_quarters("runs of half bytes");
}

#[test]
fn bmp_with_alpha_and_with_none_in_it() {
    let masks = [0xFF_0000, 0xFF00, 0xFF, 0xFF00_0000];
    let file = |alpha: u8| bmp(32, 32, 32, 6, &[], &masks, &[40, 60, 200, alpha].repeat(32 * 32));
    assert_near(Seen::largest(&file(128)).rgba(9, 9), [200, 60, 40, 128], 4, "half transparent");
    assert_near(
        Seen::largest(&file(0)).rgba(9, 9),
        [200, 60, 40, 255],
        4,
        "nobody keeps a picture of nothing",
    );
    assert!(!rendered(&file(0)).summary.facts.has_alpha);
}
