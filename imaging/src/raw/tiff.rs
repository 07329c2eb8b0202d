//! Previews in RAW files that are TIFF structures.

use super::previews::Previews;
use crate::exif::tiff::{Directory, Tiff};

const COMPRESSION: u16 = 259;
const PHOTOMETRIC: u16 = 262;
const STRIP_OFFSETS: u16 = 273;
const STRIP_LENGTHS: u16 = 279;
const SUB_DIRECTORIES: u16 = 330;
const JPEG_OFFSET: u16 = 513;
const JPEG_LENGTH: u16 = 514;
const PANASONIC_JPEG: u16 = 46;
const EXIF_DIRECTORY: u16 = 34665;
const MAKER_NOTE: u16 = 37500;
// Tags of the notes of Olympus.
const OLYMPUS_SETTINGS: u16 = 0x2020;
const OLYMPUS_PREVIEW: u16 = 0x0101;
const OLYMPUS_PREVIEW_LENGTH: u16 = 0x0102;

/// Directories that are looked at; cameras write fewer than ten.
const MAX_DIRECTORIES: usize = 32;

/// Directories below one that are looked at.
const MAX_SUB_DIRECTORIES: usize = 8;

/// Returns true if pixels are those of the sensor: behind a filter of colours, or linear.
pub(super) fn is_sensor(directory: &Directory<'_>) -> bool {
    if let Some(32803 | 34892) = directory.number(PHOTOMETRIC) {
        return true;
    }
    // Nikon, Sony, Pentax and Samsung have their own compressions.
    matches!(directory.number(COMPRESSION), Some(32767 | 32769 | 32770 | 34713 | 65000 | 65535))
}

/// Returns the chain of directories, each with those below it.
pub(super) fn directories(tiff: Tiff<'_>) -> Vec<Directory<'_>> {
    let mut found = Vec::new();
    let mut next = Some(tiff.first());
    while let Some(directory) = next {
        if found.len() >= MAX_DIRECTORIES {
            break;
        }
        found.push(directory);
        for offset in directory.numbers(SUB_DIRECTORIES).take(MAX_SUB_DIRECTORIES) {
            found.push(tiff.directory(offset));
        }
        next = directory.next();
    }
    found
}

/// Adds the previews of all directories.
pub(super) fn add_previews<'a>(tiff: Tiff<'a>, bytes: &'a [u8], previews: &mut Previews<'a>) {
    let mut spans = Vec::new();
    for directory in directories(tiff) {
        previews.is_cut |= !directory.is_whole();
        spans.extend(span(&directory, JPEG_OFFSET, JPEG_LENGTH));
        let is_jpeg = matches!(directory.number(COMPRESSION), Some(6 | 7));
        if is_jpeg && !is_sensor(&directory) {
            spans.extend(span(&directory, STRIP_OFFSETS, STRIP_LENGTHS));
        }
        previews.found.extend(directory.opaque(PANASONIC_JPEG));
    }
    previews.found.extend(olympus_preview(tiff));
    for (offset, length) in spans {
        previews.add_span(bytes, offset, length);
    }
}

/// Returns offset and length, as the directory has them.
fn span(directory: &Directory<'_>, offset: u16, length: u16) -> Option<(u32, u32)> {
    Some((directory.number(offset)?, directory.number(length)?))
}

/// Returns the preview that Olympus keeps in its notes, whose offsets count from their own start.
fn olympus_preview(tiff: Tiff<'_>) -> Option<&[u8]> {
    let notes = tiff.first().child(EXIF_DIRECTORY).rest_from(MAKER_NOTE)?;
    let header: u32 = match notes {
        [b'O', b'L', b'Y', b'M', b'P', b'U', b'S', 0, ..] => 12,
        [b'O', b'M', b' ', b'S', b'Y', b'S', b'T', b'E', b'M', ..] => 16,
        _ => return None,
    };
    let main = Tiff::without_header(notes, tiff).directory(header);
    let settings = main.child(OLYMPUS_SETTINGS);
    let from = settings.number(OLYMPUS_PREVIEW)? as usize;
    let length = settings.number(OLYMPUS_PREVIEW_LENGTH)? as usize;
    notes.get(from..from.checked_add(length)?)
}
