//! GIF and BMP, written here byte by byte.

use crate::fixtures::{BLUE, GREEN, Picture, RED, Seen, WHITE, assert_near, error, png, rendered};
use imaging::{Error, Format, Limits, Options, render};
use png::{BitDepth, ColorType};
use weezl::{BitOrder, encode::Encoder};

const COLOURS: [[u8; 3]; 4] = [RED, GREEN, BLUE, WHITE];

/// Indices of the colours of a picture of quarters.
fn indices(picture: &Picture) -> Vec<u8> {
    let index = |pixel: &[u8]| COLOURS.iter().position(|colour| colour == pixel).unwrap();
    picture
        .rgb
        .chunks(3)
        .map(|pixel| u8::try_from(index(pixel)).unwrap())
        .collect()
}

pub struct Frame {
    pub place: [u16; 4],
    pub indices: Vec<u8>,
    pub transparent: Option<u8>,
    pub is_interlaced: bool,
}

impl Frame {
    pub fn whole(picture: &Picture) -> Self {
        let place =
            [0, 0, u16::try_from(picture.width).unwrap(), u16::try_from(picture.height).unwrap()];
        Self { place, indices: indices(picture), transparent: None, is_interlaced: false }
    }
}

pub fn gif(width: u16, height: u16, frames: &[Frame]) -> Vec<u8> {
    let mut file = [
        b"GIF89a",
        &width.to_le_bytes()[..],
        &height.to_le_bytes(),
        &[0x81, 0, 0],
        &COLOURS.concat(),
    ]
    .concat();
    for frame in frames {
        if let Some(index) = frame.transparent {
            file.extend([0x21, 0xF9, 4, 1, 0, 0, index, 0]);
        }
        file.push(0x2C);
        file.extend(frame.place.iter().flat_map(|number| number.to_le_bytes()));
        let row = usize::from(frame.place[2]).max(1);
        let mut rows: Vec<&[u8]> = frame.indices.chunks(row).collect();
        if frame.is_interlaced {
            let stored = rows.clone();
            let passes = [(0, 8), (4, 8), (2, 4), (1, 2)].into_iter();
            rows = passes
                .flat_map(|(from, step)| stored.iter().skip(from).step_by(step))
                .copied()
                .collect();
        }
        file.extend([if frame.is_interlaced { 0x40 } else { 0 }, 2]);
        for block in Encoder::new(BitOrder::Lsb, 2)
            .encode(&rows.concat())
            .unwrap()
            .chunks(255)
        {
            file.push(u8::try_from(block.len()).unwrap());
            file.extend(block);
        }
        file.push(0);
    }
    file.push(0x3B);
    file
}

pub fn simple_gif(picture: &Picture) -> Vec<u8> {
    let frame = Frame::whole(picture);
    gif(frame.place[2], frame.place[3], &[frame])
}

#[test]
fn gif_plain_and_interlaced() {
    for is_interlaced in [false, true] {
        let frame = Frame { is_interlaced, ..Frame::whole(&Picture::quarters(101, 67)) };
        let made = rendered(&gif(101, 67, &[frame]));
        assert_eq!(
            (made.summary.facts.format, made.summary.facts.width, made.summary.facts.height),
            (Format::Gif, 101, 67)
        );
        assert_eq!((made.summary.facts.frames, made.summary.facts.has_alpha), (1, false));
        Seen::new(&made.renditions[0].bytes)
            .assert_quarters(&format!("interlaced: {is_interlaced}"));
    }
}

#[test]
fn gif_shows_its_first_frame_on_its_canvas() {
    let red = |place: [u16; 4]| {
        let indices = vec![0; usize::from(place[2]) * usize::from(place[3])];
        Frame { place, indices, transparent: None, is_interlaced: false }
    };
    let made =
        rendered(&gif(96, 64, &[red([64, 20, 32, 32]), Frame::whole(&Picture::quarters(96, 64))]));
    assert_eq!(
        (made.summary.facts.frames, made.summary.facts.width, made.summary.facts.height),
        (2, 96, 64)
    );
    let seen = Seen::new(&made.renditions[0].bytes);
    assert_near(seen.rgba(80, 36), [RED[0], RED[1], RED[2], 255], 6, "inside");
    assert_eq!(seen.rgba(40, 36)[3], 0, "beside");
    let over = rendered(&gif(96, 64, &[red([64, 20, 32, 32]), red([80, 50, 32, 32])]));
    assert_eq!(
        (over.summary.facts.width, over.summary.facts.height),
        (96, 64),
        "the first one counts"
    );
}

#[test]
fn gif_with_a_screen_that_is_too_small_for_its_first_frame() {
    for screen in [(0, 0), (20, 20), (96, 20), (0, 64), (95, 63)] {
        for is_interlaced in [false, true] {
            let frame = Frame { is_interlaced, ..Frame::whole(&Picture::quarters(96, 64)) };
            let made = rendered(&gif(screen.0, screen.1, &[frame]));
            assert_eq!(
                (made.summary.facts.width, made.summary.facts.height),
                (96, 64),
                "{screen:?}"
            );
            assert!(!made.summary.facts.has_alpha, "{screen:?}");
            Seen::new(&made.renditions[0].bytes).assert_quarters(&format!("{screen:?}"));
        }
    }
    let aside = Frame { place: [30, 10, 96, 64], ..Frame::whole(&Picture::quarters(96, 64)) };
    let seen = Seen::largest(&gif(100, 20, &[aside]));
    assert_eq!((seen.width, seen.height), (126, 74), "as far as the frame reaches");
    assert_eq!(seen.rgba(15, 40)[3], 0, "beside it");
    assert_near(seen.rgba(110, 60), [WHITE[0], WHITE[1], WHITE[2], 255], 6, "inside");
    let unsized_frame = Frame { place: [0, 0, 0, 0], ..Frame::whole(&Picture::quarters(96, 64)) };
    Seen::largest(&gif(96, 64, &[unsized_frame]))
        .assert_quarters("a frame without a size is the screen's");
}

#[test]
fn gif_with_a_transparent_colour() {
    let frame = Frame { transparent: Some(1), ..Frame::whole(&Picture::quarters(96, 64)) };
    let made = rendered(&gif(96, 64, &[frame]));
    assert!(made.summary.facts.has_alpha);
    let seen = Seen::new(&made.renditions[0].bytes);
    assert_eq!(seen.rgba(72, 16)[3], 0, "green");
    assert_near(seen.rgba(24, 48), [BLUE[0], BLUE[1], BLUE[2], 255], 6, "blue");
}

#[test]
fn gif_with_too_many_frames_or_none() {
    let frames: Vec<Frame> = (0..5)
        .map(|_| Frame::whole(&Picture::quarters(8, 8)))
        .collect();
    let file = gif(8, 8, &frames);
    assert_eq!(rendered(&file).summary.facts.frames, 5);
    let limits = Limits { frames: 4, ..Limits::default() };
    let refused = render(&file, &Options { limits, ..Options::default() }).unwrap_err();
    assert_eq!((refused.code(), refused), ("too_many_frames", Error::TooManyFrames { limit: 4 }));
    assert_eq!(error(&gif(8, 8, &[])).code(), "corrupt");
    let nothing =
        Frame { place: [0; 4], indices: vec![0], transparent: None, is_interlaced: false };
    assert_eq!(error(&gif(0, 0, &[nothing])).code(), "corrupt");
}

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
    let (width, height) =
        (i32::try_from(picture.width).unwrap(), i32::try_from(picture.height).unwrap());
    bmp(width, height, 24, 0, &[], &[], &rows(picture, reversed))
}

#[test]
fn bmp_of_every_kind() {
    let picture = Picture::quarters(101, 67);
    let index = |pixel: &[u8]| {
        u8::try_from(COLOURS.iter().position(|colour| colour == pixel).unwrap()).unwrap()
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
        ("2 bits", bmp(101, 67, 2, 0, &COLOURS, &[], &packed(4))),
        ("4 bits", bmp(101, 67, 4, 0, &COLOURS, &[], &packed(2))),
        ("8 bits", bmp(101, 67, 8, 0, &COLOURS, &[], &packed(1))),
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
        let index = |pixel: &[u8]| COLOURS.iter().position(|colour| colour == pixel).unwrap();
        row.chunks(3)
            .map(|pixel| u8::try_from(index(pixel)).unwrap())
            .collect()
    };
    for header in [16, 24, 48, 64] {
        let what = format!("a header of {header} bytes");
        let all_colours: Vec<[u8; 3]> = COLOURS.into_iter().cycle().take(256).collect();
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
    Seen::largest(&bmp(64, 32, 8, 1, &COLOURS, &[], &data)).assert_quarters("runs");
    let halves = [32, 0x22, 32, 0x33, 0, 0]
        .repeat(16)
        .into_iter()
        .chain([32, 0, 32, 0x11, 0, 0].repeat(16));
    let halves: Vec<u8> = halves.chain([0, 1]).collect();
    Seen::largest(&bmp(64, 32, 4, 2, &COLOURS, &[], &halves)).assert_quarters("runs of half bytes");
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

#[test]
fn png_of_16_bits_is_rounded() {
    // 0x7FFF is 127.498 of 255, 0x8080 is 128 and 0x80FF is 128.49: cut off they would be 127, 128,
    // 128.
    for (deep, wanted) in
        [(0x7FFF_u16, 127), (0x7F80, 127), (0x7FC0, 127), (0x8000, 128), (0xFF7F, 255), (0x00FF, 1)]
    {
        let data = deep.to_be_bytes().repeat(16 * 16);
        let file = png(&data, 16, 16, ColorType::Grayscale, BitDepth::Sixteen, |_| {});
        let [r, ..] = Seen::largest(&file).rgba(8, 8);
        assert!(r.abs_diff(wanted) <= 1, "{deep:#x}: {r}");
    }
}
