//! RAW files: facts from their EXIF, pixels from the largest preview in JPEG that the camera put
//! in.
//!
//! DNG, NEF, ARW, CR2, PEF, ORF and RW2 are TIFF structures; RAF has a header of its own, and CR3
//! is made of boxes as films are. What is behind the preview is not looked at, so that a file that
//! was cut off there still has its picture.

mod cr3;

use crate::exif::Exif;
use crate::exif::tiff::{Directory, Tiff};
use crate::picture::Picture;
use crate::render::Decoded;
use crate::{Error, Limits, jpeg, metadata};

pub(crate) use cr3::BRAND as CR3;

/// How files begin that are RAW and not TIFF.
pub(crate) const SIGNATURES: [&[u8]; 5] = [RAF, b"IIRO", b"IIRS", b"MMOR", b"IIU\0"];

const RAF: &[u8] = b"FUJIFILMCCD-RAW ";
/// Where RAF says where its preview is: offset and length.
const RAF_PREVIEW: usize = 84;

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
const DNG_VERSION: u16 = 50706;
// Of the notes of Olympus.
const OLYMPUS_SETTINGS: u16 = 0x2020;
const OLYMPUS_PREVIEW: u16 = 0x0101;
const OLYMPUS_PREVIEW_LENGTH: u16 = 0x0102;

/// Whether pixels are those of the sensor: behind a filter of colours, or linear.
fn is_sensor(directory: &Directory<'_>) -> bool {
    // Nikon, Sony, Pentax and Samsung have their own compressions.
    matches!(directory.number(PHOTOMETRIC), Some(32803 | 34892))
        || matches!(
            directory.number(COMPRESSION),
            Some(32767 | 32769 | 32770 | 34713 | 65000 | 65535)
        )
}

/// Whether a TIFF structure is a RAW file.
pub(crate) fn is_raw(bytes: &[u8]) -> bool {
    let is_canon = bytes.get(8..10) == Some(b"CR");
    is_canon
        || Tiff::new(bytes).is_some_and(|tiff| {
            tiff.first().number(DNG_VERSION).is_some() || directories(tiff).iter().any(is_sensor)
        })
}

/// Width and height of the preview.
pub(crate) fn size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    jpeg::size(preview(bytes)?)
}

/// Decodes the preview at the smallest scale whose long edge is at least `long_edge`.
pub(crate) fn decode(bytes: &[u8], long_edge: u32, limits: &Limits) -> Result<Decoded, Error> {
    let decoded = jpeg::decode(preview(bytes)?, long_edge, limits)?;
    if bytes.starts_with(RAF) {
        return Ok(decoded); // its EXIF is in the preview
    }
    let said = if cr3::is_cr3(bytes) { cr3::exif(bytes) } else { metadata::of_tiff(bytes) };
    let exif = Exif { adobe_rgb: said.adobe_rgb || decoded.exif.adobe_rgb, ..said };
    // As luma and chroma it would be taken for sRGB.
    let picture = if exif.adobe_rgb {
        Picture::Interleaved(decoded.picture.into_pixels())
    } else {
        decoded.picture
    };
    Ok(Decoded { picture, exif, ..decoded })
}

/// Directories that are looked at; cameras write fewer than ten.
const MAX_DIRECTORIES: usize = 32;

/// The chain of directories, each with those below it.
fn directories(tiff: Tiff<'_>) -> Vec<Directory<'_>> {
    let mut found = Vec::new();
    let mut next = Some(tiff.first());
    while let Some(directory) = next.filter(|_| found.len() < MAX_DIRECTORIES) {
        found.push(directory);
        found.extend(
            directory
                .numbers(SUB_DIRECTORIES)
                .take(8)
                .map(|offset| tiff.directory(offset)),
        );
        next = directory.next();
    }
    found
}

/// The preview with the most pixels.
fn preview(bytes: &[u8]) -> Result<&[u8], Error> {
    let mut places = Vec::new();
    if bytes.starts_with(RAF) {
        let number = |at: usize| {
            bytes
                .get(at..at + 4)?
                .try_into()
                .ok()
                .map(u32::from_be_bytes)
        };
        places.extend(number(RAF_PREVIEW).zip(number(RAF_PREVIEW + 4)));
    }
    let mut is_cut = places.is_empty() && bytes.starts_with(RAF);
    let mut embedded: Vec<&[u8]> = Vec::new();
    if cr3::is_cr3(bytes) {
        (embedded, is_cut) = cr3::previews(bytes);
    }
    if let Some(tiff) = Tiff::new(bytes) {
        for directory in directories(tiff) {
            is_cut |= !directory.is_whole();
            places.extend(
                directory
                    .number(JPEG_OFFSET)
                    .zip(directory.number(JPEG_LENGTH)),
            );
            if matches!(directory.number(COMPRESSION), Some(6 | 7)) && !is_sensor(&directory) {
                places.extend(
                    directory
                        .number(STRIP_OFFSETS)
                        .zip(directory.number(STRIP_LENGTHS)),
                );
            }
            embedded.extend(directory.opaque(PANASONIC_JPEG));
        }
        embedded.extend(olympus(tiff));
    }
    for (offset, length) in places {
        let (from, length) = (offset as usize, length as usize);
        match bytes.get(from..from.saturating_add(length)) {
            Some(jpeg) => embedded.push(jpeg),
            None => is_cut = true,
        }
    }
    let sized = |jpeg| {
        jpeg::size(jpeg)
            .ok()
            .map(|(width, height)| (u64::from(width) * u64::from(height), jpeg))
    };
    match embedded
        .into_iter()
        .filter_map(sized)
        .max_by_key(|(pixels, _)| *pixels)
    {
        Some((_, jpeg)) => Ok(jpeg),
        None if is_cut => Err(Error::Truncated),
        None => Err(Error::UnsupportedFormat("RAW without a preview in JPEG")),
    }
}

/// The preview that Olympus keeps in its notes, whose offsets count from their own start.
fn olympus(tiff: Tiff<'_>) -> Option<&[u8]> {
    let notes = tiff.first().child(EXIF_DIRECTORY).rest_from(MAKER_NOTE)?;
    let header: u32 = match notes {
        [b'O', b'L', b'Y', b'M', b'P', b'U', b'S', 0, ..] => 12,
        [b'O', b'M', b' ', b'S', b'Y', b'S', b'T', b'E', b'M', ..] => 16,
        _ => return None,
    };
    let settings = Tiff::bare(notes, tiff.is_little_endian())
        .directory(header)
        .child(OLYMPUS_SETTINGS);
    let from = settings.number(OLYMPUS_PREVIEW)? as usize;
    notes.get(from..from.checked_add(settings.number(OLYMPUS_PREVIEW_LENGTH)? as usize)?)
}
