//! CR3, RAW of newer Canon cameras: boxes of the ISO base media file format, with JPEG in some of
//! them.

use crate::bytes::Reader;
use crate::exif::tiff::Tiff;
use crate::exif::{self, Exif};
use crate::heif::boxes::{self, Box};

/// The first bytes of a file, from its fourth on.
pub(crate) const BRAND: &[u8] = b"ftypcrx ";

/// Names that Canon gave its boxes: what is said of the picture, and a preview.
const FACTS: &[u8] = b"\x85\xC0\xB6\x87\x82\x0F\x11\xE0\x81\x11\xF4\xCE\x46\x2B\x6A\x48";
const PREVIEW: &[u8] = b"\xEA\xF4\x2B\x5E\x1C\x98\x4B\x88\xB9\xFB\xB7\xDC\x40\x6E\x4D\x16";

/// Bytes of a box before the JPEG in it, at most.
const BEFORE_JPEG: usize = 64;

pub(super) fn is_cr3(bytes: &[u8]) -> bool {
    bytes.get(4..4 + BRAND.len()) == Some(BRAND)
}

/// Every JPEG that can be found, and whether the file was cut off.
pub(super) fn previews(file: &[u8]) -> (Vec<&[u8]>, bool) {
    let (mut found, mut is_cut) = (Vec::new(), false);
    for top in whole(file) {
        match &top.name {
            b"moov" => is_cut |= in_movie(top.content, file, &mut found),
            // Before the box in it there are eight bytes more.
            b"uuid" if top.content.starts_with(PREVIEW) => {
                found.extend(
                    top.content
                        .get(PREVIEW.len() + 8..)
                        .and_then(|content| jpeg_of(content, *b"PRVW")),
                );
            }
            _ => {}
        }
    }
    // What the tracks tell of comes last.
    let has_data = whole(file).any(|top| &top.name == b"mdat");
    (found, is_cut || !has_data || !ends_whole(file))
}

/// As [`previews`], of what the box of that name has; whether something is missing.
fn in_movie<'a>(content: &'a [u8], file: &'a [u8], found: &mut Vec<&'a [u8]>) -> bool {
    let mut is_cut = false;
    for child in whole(content) {
        match &child.name {
            b"trak" => match track(child.content, file) {
                Track::Jpeg(jpeg) => found.push(jpeg),
                Track::CutOff => is_cut = true,
                Track::Other => {}
            },
            b"uuid" => {
                let facts = child.content.strip_prefix(FACTS);
                found.extend(facts.and_then(|facts| jpeg_of(facts, *b"THMB")));
            }
            _ => {}
        }
    }
    is_cut
}

/// Reads the file's words about the picture.
pub(super) fn exif(file: &[u8]) -> Exif {
    let moov = whole(file).find(|top| &top.name == b"moov");
    let mut boxes = moov.into_iter().flat_map(|moov| whole(moov.content));
    let facts = boxes.find_map(|child| {
        child
            .content
            .strip_prefix(FACTS)
            .filter(|_| &child.name == b"uuid")
    });
    let Some(facts) = facts else { return Exif::default() };
    // Each directory of EXIF is a structure of its own.
    let directory = |name: &[u8; 4]| {
        let found = whole(facts).find(|part| &part.name == name);
        found
            .and_then(|part| Tiff::new(part.content))
            .map_or_else(Tiff::missing, Tiff::first)
    };
    exif::read_directories(&directory(b"CMT1"), &directory(b"CMT2"), &directory(b"CMT4"))
}

/// The boxes up to the first that is not there as a whole.
fn whole(content: &[u8]) -> impl Iterator<Item = Box<'_>> {
    boxes::children(content).map_while(Result::ok)
}

fn ends_whole(file: &[u8]) -> bool {
    boxes::children(file).all(|child| child.is_ok())
}

/// The JPEG in a box of this name.
fn jpeg_of(content: &[u8], name: [u8; 4]) -> Option<&[u8]> {
    let found = whole(content).find(|child| child.name == name)?.content;
    let start = found
        .windows(3)
        .take(BEFORE_JPEG)
        .position(|bytes| bytes == [0xFF, 0xD8, 0xFF])?;
    found.get(start..)
}

/// The kind of a track's first sample.
enum Track<'a> {
    Jpeg(&'a [u8]),
    /// Somewhere where the file has nothing.
    CutOff,
    Other,
}

fn track<'a>(content: &'a [u8], file: &'a [u8]) -> Track<'a> {
    let Some((from, length)) = first_sample(content) else { return Track::Other };
    let Some(sample) = file.get(from..from.saturating_add(length)) else { return Track::CutOff };
    if sample.starts_with(&[0xFF, 0xD8, 0xFF]) { Track::Jpeg(sample) } else { Track::Other }
}

/// Offset and length (ISO/IEC 14496-12, 8.7).
fn first_sample(track: &[u8]) -> Option<(usize, usize)> {
    let mut content = track;
    for name in [b"mdia", b"minf", b"stbl"] {
        content = whole(content).find(|child| &child.name == name)?.content;
    }
    let table = |name: &[u8; 4]| {
        let content = whole(content).find(|child| &child.name == name)?.content;
        Some(Reader::new(content.get(4..)?)) // version and flags
    };
    let mut sizes = table(b"stsz")?;
    let same_for_all = sizes.u32_be().ok()?;
    sizes.u32_be().ok()?; // how many there are
    let length = if same_for_all > 0 { same_for_all } else { sizes.u32_be().ok()? };
    let offset = match (table(b"co64"), table(b"stco")) {
        (Some(mut offsets), _) => {
            offsets.u32_be().ok()?;
            offsets.u64_be().ok()?
        }
        (None, Some(mut offsets)) => {
            offsets.u32_be().ok()?;
            offsets.u32_be().ok()?.into()
        }
        (None, None) => return None,
    };
    Some((usize::try_from(offset).ok()?, length as usize))
}
