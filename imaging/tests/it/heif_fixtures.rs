//! HEIC and AVIF files, put together box by box.
#![expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "names are best written as they are: b\"meta\""
)]

use crate::fixtures::Picture;
use heifer_hevc_enc::encoder::{EncoderConfig, Planes16, encode_picture16};

/// The four quarters of [`Picture::quarters`], 96 × 64, in AV1: 4:4:4, 8 bits, full range, BT.601.
/// Made by `avifenc -s 0 --min 0 --max 20 -y 444 -d 8`, and taken out of its file.
pub const AV1: &str = "\
    12000a0938196fffca021a0d203233128000004000f5ce06b394a15527863b91321603a3712a4fff69d738fdac7f\
    6f06994a66ebd1eb0e751cda93c35d0fce51b936";
/// The same with 10 bits and 4:2:0.
pub const AV1_10_BITS: &str = "\
    12000a0918196fffcd010d06843234128000004000f5ce069a85eb5b95b0350250ca39f396d136399fe869cb6b8f\
    5c3ba5bbcebaf27fd0a064dd6182427086e68f70f0";
/// Grey, white in the left half and black in the right.
pub const AV1_ALPHA: &str = "12000a0618196fffcaa0320f1000c78c3fdd3aad211081a3a8efa0";

pub type Property = (&'static [u8; 4], Vec<u8>);

/// An item of a file; its number is its place in the list, from 1.
#[derive(Clone)]
pub struct Item {
    pub kind: &'static [u8; 4],
    pub properties: Vec<Property>,
    pub data: Vec<u8>,
    pub references: Vec<(&'static [u8; 4], Vec<u16>)>,
}

impl Item {
    pub fn new(kind: &'static [u8; 4], data: Vec<u8>, properties: Vec<Property>) -> Self {
        Self { kind, properties, data, references: Vec::new() }
    }

    pub fn with(mut self, name: &'static [u8; 4], content: &[u8]) -> Self {
        self.properties.push((name, content.to_vec()));
        self
    }

    pub fn refers(mut self, name: &'static [u8; 4], to: &[u16]) -> Self {
        self.references.push((name, to.to_vec()));
        self
    }
}

pub fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

pub fn boxed(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
    [&size, name, content].concat()
}

fn full(name: &[u8; 4], version: u8, content: &[u8]) -> Vec<u8> {
    boxed(name, &[&[version, 0, 0, 0], content].concat())
}

fn count(items: &[impl Sized]) -> [u8; 2] {
    u16::try_from(items.len()).unwrap().to_be_bytes()
}

/// A file whose first item is the primary one.
pub fn heif(brand: &[u8; 4], items: &[Item]) -> Vec<u8> {
    let start = meta(items, 0).len() + 8 + 16;
    let mut file = boxed(b"ftyp", &[&brand[..], &[0; 4]].concat());
    file.extend(meta(items, u32::try_from(start).unwrap()));
    let data: Vec<u8> = items.iter().flat_map(|item| item.data.clone()).collect();
    file.extend(boxed(b"mdat", &data));
    file
}

fn meta(items: &[Item], mut place: u32) -> Vec<u8> {
    let mut infos = vec![];
    let mut places = vec![0x44, 0];
    let mut properties = vec![];
    let mut associations = vec![];
    let mut references = Vec::new();
    places.extend(count(items));
    for (id, item) in (1_u16..).zip(items) {
        let id = id.to_be_bytes();
        // After its name; other kinds have none.
        let media_type = if item.kind == b"mime" { &b"application/rdf+xml\0"[..] } else { b"" };
        infos.extend(full(b"infe", 2, &[&id, &[0, 0], &item.kind[..], &[0], media_type].concat()));
        let length = u32::try_from(item.data.len()).unwrap();
        places
            .extend([&id[..], &[0, 0, 0, 1], &place.to_be_bytes(), &length.to_be_bytes()].concat());
        place += length;
        associations.extend([&id[..], &[u8::try_from(item.properties.len()).unwrap()]].concat());
        for (name, content) in &item.properties {
            properties.push(boxed(name, content));
            associations.push(u8::try_from(properties.len()).unwrap());
        }
        for (name, to) in &item.references {
            let to: Vec<[u8; 2]> = to.iter().map(|id| id.to_be_bytes()).collect();
            references.extend(boxed(name, &[&id[..], &count(&to), &to.concat()].concat()));
        }
    }
    let associations =
        [&u32::from(u16::from_be_bytes(count(items))).to_be_bytes()[..], &associations].concat();
    let content = [
        full(b"hdlr", 0, b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        full(b"pitm", 0, &[0, 1]),
        full(b"iinf", 0, &[&count(items)[..], &infos].concat()),
        boxed(
            b"iprp",
            &[boxed(b"ipco", &properties.concat()), full(b"ipma", 0, &associations)].concat(),
        ),
        full(b"iloc", 0, &places),
        full(b"iref", 0, &references),
    ];
    full(b"meta", 0, &content.concat())
}

pub fn ispe(width: u32, height: u32) -> Property {
    (b"ispe", [[0; 4], width.to_be_bytes(), height.to_be_bytes()].concat())
}

pub fn nclx(primaries: u8, transfer: u8, matrix: u8) -> Property {
    (b"colr", [b"nclx", &[0, primaries, 0, transfer][..], &[0, matrix, 0x80]].concat())
}

/// The item of a picture in AV1, from one of the constants above.
pub fn av1(hex: &str) -> Item {
    let properties = vec![ispe(96, 64), nclx(1, 13, 6), (b"av1C", bytes("81200000"))];
    Item::new(b"av01", bytes(hex), properties)
}

pub fn avif(hex: &str) -> Vec<u8> {
    heif(b"avif", &[av1(hex)])
}

/// The item of a picture in HEVC: 4:2:0, full range, BT.601.
pub fn hevc(picture: &Picture, depth: u8) -> Item {
    let width = picture.width as usize;
    let height = picture.height as usize;
    let ycc = |x: usize, y: usize| {
        let at = 3 * (y.min(height - 1) * width + x.min(width - 1));
        let [r, g, b] = [0, 1, 2].map(|number| f64::from(picture.rgb[at + number]));
        let luma = 0.299 * r + 0.587 * g + 0.114 * b;
        [luma, 128.0 + (b - luma) / 1.772, 128.0 + (r - luma) / 1.402]
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the bits")]
    let deep = |sample: f64| (sample * f64::from(1_u16 << (depth - 8))).round() as u16;
    let across = width.div_ceil(2);
    let down = height.div_ceil(2);
    let luma: Vec<u16> = (0..width * height)
        .map(|i| deep(ycc(i % width, i / width)[0]))
        .collect();
    let chroma = |plane: usize| -> Vec<u16> {
        (0..across * down)
            .map(|i| deep(ycc(i % across * 2, i / across * 2)[plane].min(255.0)))
            .collect()
    };
    let cb = chroma(1);
    let cr = chroma(2);
    coded(
        picture.width,
        picture.height,
        &Planes16 { y: &luma, chroma: Some((&cb, &cr)), bit_depth: depth },
    )
}

/// The item of a grey picture in HEVC, for alpha.
pub fn hevc_grey(width: u32, height: u32, samples: &[u8]) -> Item {
    let luma: Vec<u16> = samples.iter().map(|sample| u16::from(*sample)).collect();
    coded(width, height, &Planes16 { y: &luma, chroma: None, bit_depth: 8 })
}

fn coded(width: u32, height: u32, planes: &Planes16<'_>) -> Item {
    let picture = encode_picture16(
        width,
        height,
        *planes,
        &EncoderConfig { qp: 8, ..EncoderConfig::default() },
    )
    .unwrap();
    let mut configuration = vec![0; 23];
    (configuration[0], configuration[21], configuration[22]) = (1, 3, 3);
    for (kind, set) in (32..).zip(&picture.parameter_sets) {
        configuration.extend([&[kind, 0, 1], &count(set)[..], set].concat());
    }
    let unit =
        |unit: &Vec<u8>| [&u32::try_from(unit.len()).unwrap().to_be_bytes()[..], unit].concat();
    let data = picture.slices.iter().flat_map(unit).collect();
    Item::new(b"hvc1", data, vec![ispe(width, height), (b"hvcC", configuration)])
}

pub fn heic(picture: &Picture) -> Vec<u8> {
    heif(b"heic", &[hevc(picture, 8)])
}

/// A picture in tiles of 64 × 64, as iPhones write it, with tiles of 512.
pub fn heic_grid(picture: &Picture) -> Vec<u8> {
    let columns = picture.width.div_ceil(64);
    let rows = picture.height.div_ceil(64);
    let tile = |number: u32| {
        let left = number % columns * 64;
        let top = number / columns * 64;
        let part = Picture::new(64, 64, |x, y| {
            let x = (left + x).min(picture.width - 1);
            let y = (top + y).min(picture.height - 1);
            let at = 3 * (y * picture.width + x) as usize;
            [picture.rgb[at], picture.rgb[at + 1], picture.rgb[at + 2]]
        });
        hevc(&part, 8)
    };
    let number = |side: u32| u16::try_from(side).unwrap().to_be_bytes();
    let sides = [number(picture.width), number(picture.height)].concat();
    let [rows_less, columns_less] = [rows - 1, columns - 1].map(|count| count.to_be_bytes()[3]);
    let data = [&[0, 0, rows_less, columns_less][..], &sides].concat();
    let to: Vec<u16> = (2..).take((columns * rows) as usize).collect();
    let grid =
        Item::new(b"grid", data, vec![ispe(picture.width, picture.height)]).refers(b"dimg", &to);
    let items: Vec<Item> = std::iter::once(grid)
        .chain((0..columns * rows).map(tile))
        .collect();
    heif(b"heic", &items)
}

/// Marks a picture as the alpha of another one.
pub const ALPHA: &[u8] = b"\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0";

/// A picture of two tiles, each of which has an alpha of its own.
pub fn avif_with_alpha_of_tiles() -> Vec<u8> {
    let grid = Item::new(b"grid", vec![0, 0, 0, 1, 0, 192, 0, 64], vec![ispe(192, 64)])
        .refers(b"dimg", &[2, 3]);
    let alpha = |tile: u16| av1(AV1_ALPHA).with(b"auxC", ALPHA).refers(b"auxl", &[tile]);
    heif(b"avif", &[grid, av1(AV1), av1(AV1), alpha(2), alpha(3)])
}
