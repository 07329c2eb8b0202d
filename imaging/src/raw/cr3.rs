//! CR3, RAW of newer Canon cameras: boxes of the ISO base media file format, with JPEG in some of
//! them.

use super::previews::Previews;
use crate::bytes::Reader;
use crate::exif::tiff::{Directory, Tiff};
use crate::exif::{self, Exif};
use crate::heif::boxes::{self, IsoBox};

/// The first bytes of a file, from its fourth on.
const BRAND: &[u8] = b"ftypcrx ";

/// The name that Canon gave its box for facts about the picture.
const FACTS: &[u8] = b"\x85\xC0\xB6\x87\x82\x0F\x11\xE0\x81\x11\xF4\xCE\x46\x2B\x6A\x48";
/// The name that Canon gave its box for a preview.
const PREVIEW: &[u8] = b"\xEA\xF4\x2B\x5E\x1C\x98\x4B\x88\xB9\xFB\xB7\xDC\x40\x6E\x4D\x16";

/// Bytes of a box before the JPEG in it, at most.
const BEFORE_JPEG: usize = 64;

/// The first bytes of a JPEG.
const JPEG_START: &[u8] = &[0xFF, 0xD8, 0xFF];

/// Returns true if the file is one of these.
pub(crate) fn is_cr3(bytes: &[u8]) -> bool {
    bytes.get(4..4 + BRAND.len()) == Some(BRAND)
}

/// Adds every JPEG that can be found.
pub(super) fn add_previews<'a>(file: &'a [u8], previews: &mut Previews<'a>) {
    let mut has_data = false;
    for child in boxes::children(file) {
        let Ok(IsoBox { name, content }) = child else {
            previews.is_cut = true;
            break;
        };
        match &name {
            b"moov" => add_previews_of_movie(content, file, previews),
            b"uuid" => {
                // Before the box in it there are eight bytes more.
                let inner = content.strip_prefix(PREVIEW).and_then(|rest| rest.get(8..));
                previews
                    .found
                    .extend(inner.and_then(|inner| jpeg_of(inner, *b"PRVW")));
            }
            b"mdat" => has_data = true,
            _ => {}
        }
    }
    // What the tracks tell of comes last.
    previews.is_cut |= !has_data;
}

fn add_previews_of_movie<'a>(content: &'a [u8], file: &'a [u8], previews: &mut Previews<'a>) {
    for IsoBox { name, content } in whole_children(content) {
        match &name {
            b"trak" => match first_sample(content, file) {
                Sample::Jpeg(jpeg) => previews.found.push(jpeg),
                Sample::CutOff => previews.is_cut = true,
                Sample::Other => {}
            },
            b"uuid" => {
                let facts = content.strip_prefix(FACTS);
                previews
                    .found
                    .extend(facts.and_then(|facts| jpeg_of(facts, *b"THMB")));
            }
            _ => {}
        }
    }
}

/// Reads EXIF, each of whose directories is a structure of its own.
pub(super) fn exif(file: &[u8]) -> Exif {
    let Some(facts) = find_facts(file) else { return Exif::default() };
    let main = directory(facts, *b"CMT1");
    let exif = directory(facts, *b"CMT2");
    let gps = directory(facts, *b"CMT4");
    exif::read_directories(&main, &exif, &gps)
}

fn find_facts(file: &[u8]) -> Option<&[u8]> {
    let movie = child_of(file, *b"moov")?;
    for IsoBox { name, content } in whole_children(movie) {
        if &name == b"uuid"
            && let Some(facts) = content.strip_prefix(FACTS)
        {
            return Some(facts);
        }
    }
    None
}

fn directory(facts: &[u8], name: [u8; 4]) -> Directory<'_> {
    match child_of(facts, name).and_then(Tiff::new) {
        Some(tiff) => tiff.first(),
        None => Tiff::missing(),
    }
}

/// Returns the boxes up to the first that is not there as a whole.
fn whole_children(content: &[u8]) -> impl Iterator<Item = IsoBox<'_>> {
    boxes::children(content).map_while(Result::ok)
}

/// Returns the content of the first box of this name.
fn child_of(content: &[u8], name: [u8; 4]) -> Option<&[u8]> {
    let found = whole_children(content).find(|child| child.name == name)?;
    Some(found.content)
}

/// Returns the JPEG in a box of this name.
fn jpeg_of(content: &[u8], name: [u8; 4]) -> Option<&[u8]> {
    let found = child_of(content, name)?;
    let mut starts = found.windows(JPEG_START.len()).take(BEFORE_JPEG);
    let start = starts.position(|bytes| bytes == JPEG_START)?;
    found.get(start..)
}

/// The first sample of a track.
enum Sample<'a> {
    Jpeg(&'a [u8]),
    /// It stands where the file has nothing.
    CutOff,
    Other,
}

fn first_sample<'a>(track: &[u8], file: &'a [u8]) -> Sample<'a> {
    let Some((from, length)) = place_of_first_sample(track) else { return Sample::Other };
    let Some(sample) = file.get(from..from.saturating_add(length)) else { return Sample::CutOff };
    if sample.starts_with(JPEG_START) { Sample::Jpeg(sample) } else { Sample::Other }
}

/// Returns offset and length in bytes (ISO/IEC 14496-12, 8.7).
fn place_of_first_sample(track: &[u8]) -> Option<(usize, usize)> {
    let mut tables = track;
    for name in [b"mdia", b"minf", b"stbl"] {
        tables = child_of(tables, *name)?;
    }
    let mut sizes = table(tables, *b"stsz")?;
    let size_of_all = sizes.u32_be().ok()?;
    sizes.u32_be().ok()?; // the number of samples
    let length = if size_of_all > 0 { size_of_all } else { sizes.u32_be().ok()? };
    let offset = first_chunk_offset(tables)?;
    Some((usize::try_from(offset).ok()?, length as usize))
}

/// Returns the offset of the first chunk in bytes, which has 64 bits or 32.
fn first_chunk_offset(tables: &[u8]) -> Option<u64> {
    if let Some(mut offsets) = table(tables, *b"co64") {
        offsets.u32_be().ok()?; // the number of chunks
        return offsets.u64_be().ok();
    }
    let mut offsets = table(tables, *b"stco")?;
    offsets.u32_be().ok()?; // the number of chunks
    offsets.u32_be().ok().map(u64::from)
}

/// Opens a table behind its version and flags.
fn table(tables: &[u8], name: [u8; 4]) -> Option<Reader<'_>> {
    let content = child_of(tables, name)?;
    Some(Reader::new(content.get(4..)?))
}
