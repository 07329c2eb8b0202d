//! TIFF structures for EXIF, little-endian, whose entries may be of any kind.

use crate::fixtures::{Picture, rendered, with_exif};
use imaging::PhotoFacts;

/// A tag, the number of its kind, and its value's bytes.
pub type Entry = (u16, u16, Vec<u8>);

pub const BYTE: u16 = 1;
pub const ASCII: u16 = 2;
pub const SHORT: u16 = 3;
pub const LONG: u16 = 4;
pub const RATIONAL: u16 = 5;
pub const SBYTE: u16 = 6;
pub const UNDEFINED: u16 = 7;
pub const SSHORT: u16 = 8;
pub const SLONG: u16 = 9;
pub const SRATIONAL: u16 = 10;
pub const FLOAT: u16 = 11;
pub const DOUBLE: u16 = 12;

pub const ORIENTATION: u16 = 0x0112;
pub const CHANGED: u16 = 0x0132;
pub const ORIGINAL: u16 = 0x9003;

/// The directories of a structure.
#[derive(Default)]
pub struct Structure {
    pub main: Vec<Entry>,
    pub exif: Vec<Entry>,
    pub gps: Vec<Entry>,
    /// The kind of the entries that point to the others, if not LONG.
    pub pointers: Option<u16>,
}

/// A text in an entry.
pub fn ascii(tag: u16, text: &str) -> Entry {
    (tag, ASCII, [text.as_bytes(), &[0]].concat())
}

/// Ratios in an entry.
pub fn ratios(tag: u16, kind: u16, values: &[(i64, i64)]) -> Entry {
    let half = |number: i64| u32::try_from(number & 0xFFFF_FFFF).unwrap().to_le_bytes();
    (
        tag,
        kind,
        values
            .iter()
            .flat_map(|(above, below)| [half(*above), half(*below)].concat())
            .collect(),
    )
}

/// A whole number in an entry of any kind that has them.
pub fn whole(tag: u16, kind: u16, value: i32) -> Entry {
    let size = size(kind);
    (tag, kind, value.to_le_bytes()[..size].to_vec())
}

fn size(kind: u16) -> usize {
    match kind {
        SHORT | SSHORT => 2,
        LONG | SLONG | FLOAT | 13 => 4,
        RATIONAL | SRATIONAL | DOUBLE => 8,
        _ => 1,
    }
}

impl Structure {
    pub fn bytes(mut self) -> Vec<u8> {
        let pointers = self.pointers.unwrap_or(LONG);
        let length = |entries: &[Entry]| 6 + 12 * entries.len();
        self.main
            .extend([whole(0x8769, pointers, 0), whole(0x8825, pointers, 0)]);
        let exif_at = 8 + length(&self.main);
        let gps_at = exif_at + length(&self.exif);
        for (tag, place) in [(0x8769, exif_at), (0x8825, gps_at)] {
            let entry = whole(tag, pointers, i32::try_from(place).unwrap());
            *self.main.iter_mut().find(|entry| entry.0 == tag).unwrap() = entry;
        }
        let mut bytes = b"II\x2A\0\x08\0\0\0".to_vec();
        let mut values = Vec::new();
        let values_at = gps_at + length(&self.gps);
        for mut entries in [self.main, self.exif, self.gps] {
            entries.sort_by_key(|(tag, ..)| *tag);
            bytes.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
            for (tag, kind, value) in entries {
                bytes.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
                bytes.extend(
                    u32::try_from(value.len() / size(kind))
                        .unwrap()
                        .to_le_bytes(),
                );
                let mut field = value.clone();
                if value.len() > 4 {
                    field = u32::try_from(values_at + values.len())
                        .unwrap()
                        .to_le_bytes()
                        .to_vec();
                    values.extend(value);
                }
                field.resize(4, 0);
                bytes.extend(field);
            }
            bytes.extend([0; 4]);
        }
        bytes.extend(values);
        bytes
    }

    /// Returns the facts that a JPEG with this tells of itself.
    pub fn facts(self) -> PhotoFacts {
        rendered(&with_exif(&Picture::quarters(48, 32).jpeg(), &self.bytes()))
            .summary
            .facts
    }
}

/// A structure that says when the picture was taken.
pub fn taken(text: &str) -> Structure {
    Structure { exif: vec![ascii(ORIGINAL, text)], ..Structure::default() }
}

/// A structure that says which way up the picture is.
pub fn turned(orientation: i32) -> Vec<u8> {
    Structure { main: vec![whole(ORIENTATION, SHORT, orientation)], ..Structure::default() }.bytes()
}
