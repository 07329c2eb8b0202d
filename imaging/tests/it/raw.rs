//! CR3, RAW of newer Canon cameras: boxes, with a small preview, a larger one, and a picture as
//! large as the sensor.

use crate::fixtures::{Picture, error, rendered};
use crate::heif_fixtures::boxed;
use crate::seen::Seen;
use crate::tiff_fixtures::{Value, short, tiff};
use imaging::{DecodeLimits, Format, inspect};

const FACTS: [u8; 16] = [
    0x85, 0xC0, 0xB6, 0x87, 0x82, 0x0F, 0x11, 0xE0, 0x81, 0x11, 0xF4, 0xCE, 0x46, 0x2B, 0x6A, 0x48,
];
const PREVIEW: [u8; 16] = [
    0xEA, 0xF4, 0x2B, 0x5E, 0x1C, 0x98, 0x4B, 0x88, 0xB9, 0xFB, 0xB7, 0xDC, 0x40, 0x6E, 0x4D, 0x16,
];

/// The header before a preview in its box: version, sizes, and more that is not read here.
const BEFORE_JPEG: [u8; 16] = [0; 16];

/// Stands for the pixels of the sensor.
pub const SENSOR: &[u8] = b"\xFF\x01\0\0 not of JPEG";

/// A track whose only sample is at this place.
fn track(offset: usize, length: usize, is_wide: bool) -> Vec<u8> {
    let four = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
    let sizes = boxed(b"stsz", &[[0; 4], [0; 4], four(1), four(length)].concat());
    let place = if is_wide {
        boxed(b"co64", &[[0; 4], four(1), [0; 4], four(offset)].concat())
    } else {
        boxed(b"stco", &[[0; 4], four(1), four(offset)].concat())
    };
    let table = boxed(b"stbl", &[boxed(b"stsd", &[0; 8]), sizes, place].concat());
    boxed(b"trak", &[boxed(b"tkhd", &[0; 8]), boxed(b"mdia", &boxed(b"minf", &table))].concat())
}

/// A file with a thumbnail, a preview, and tracks of a whole picture and of the sensor.
pub fn cr3(thumbnail: &[u8], preview: &[u8], whole: &[u8], orientation: u16) -> Vec<u8> {
    let main = tiff(true, &[short(274, orientation), (271, Value::Text("Canon"))], &[], [0, 0]);
    let thumbnail_box = boxed(b"THMB", &[&BEFORE_JPEG, thumbnail].concat());
    let taken = tiff(true, &[(0x9003, Value::Text("2024:05:17 14:03:09"))], &[], [0, 0]);
    let parts =
        [boxed(b"CNCV", b"CanonCR3"), boxed(b"CMT1", &main), boxed(b"CMT2", &taken), thumbnail_box];
    let facts = boxed(b"uuid", &[&FACTS[..], &parts.concat()].concat());
    let preview_box = boxed(b"PRVW", &[&BEFORE_JPEG, preview].concat());
    let previews =
        boxed(b"uuid", &[&PREVIEW[..], &[0, 0, 0, 0, 0, 0, 0, 1], &preview_box].concat());
    let before = |at: usize| {
        let tracks =
            [track(at, whole.len(), true), track(at + whole.len(), SENSOR.len(), false)].concat();
        let movie = boxed(b"moov", &[&facts[..], &tracks].concat());
        [boxed(b"ftyp", b"crx \0\0\0\x01crx isom"), movie, previews.clone()].concat()
    };
    let start = before(0).len() + 8;
    [before(start), boxed(b"mdat", &[whole, SENSOR].concat())].concat()
}

#[test]
fn the_largest_jpeg_of_cr3_is_shown() {
    let small = Picture::plain(16, 12, [9; 3]).jpeg();
    let middle = Picture::plain(48, 32, [99; 3]).jpeg();
    let upright = Picture::quarters(96, 64);
    for value in 1..=8_u8 {
        let file = cr3(&small, &middle, &upright.stored(value).jpeg(), value.into());
        let made = rendered(&file);
        assert_eq!(
            (made.summary.facts.format, made.summary.facts.orientation),
            (Format::Raw, value)
        );
        assert_eq!(made.summary.facts.camera.unwrap().make.as_deref(), Some("Canon"));
        assert_eq!(made.summary.facts.taken_at.unwrap().local.to_string(), "2024-05-17 14:03:09.0");
        Seen::new(&made.renditions[0].bytes).assert_quarters(&format!("orientation {value}"));
    }
    let large = upright.jpeg();
    Seen::largest(&cr3(&small, &large, b"none", 1)).assert_quarters("the preview");
    Seen::largest(&cr3(&large, b"none", b"none", 1)).assert_quarters("the thumbnail");
    assert_eq!(error(&cr3(b"none", b"none", b"none", 1)).code(), "unsupported_format");
}

#[test]
fn a_cr3_that_is_cut_off() {
    let small = Picture::quarters(48, 32).jpeg();
    let large = Picture::quarters(96, 64).jpeg();
    let file = cr3(&small, &large, b"none", 1);
    assert_eq!(inspect(&file, &DecodeLimits::default()).map(|header| header.width), Ok(96));
    Seen::largest(&file[..file.len() - 3]).assert_quarters("behind the preview");
    let preview = file.windows(4).position(|name| name == b"PRVW").unwrap();
    Seen::largest(&file[..preview + 40]).assert_quarters("in the preview: the thumbnail is left");
    let thumbnail = file.windows(4).position(|name| name == b"THMB").unwrap();
    assert_eq!(error(&file[..thumbnail + 40]).code(), "truncated");
    assert_eq!(error(&file[..20]).code(), "truncated");
    assert_eq!(error(&file[..24]).code(), "truncated", "between two boxes");
}
