//! Metadata of a PNG file: EXIF, and the texts in which programs put EXIF, XMP
//! and IPTC before there was a chunk for it, or since.

use crate::bytes::Reader;
use crate::date;
use crate::metadata::Metadata;
use flate2::read::ZlibDecoder;
use std::borrow::Cow;
use std::io::Read;

/// Bytes that the texts of a file may unpack to, all together.
const MAX_UNPACKED: u64 = 4 << 20;

/// Bytes of a text that is not packed that are looked at.
const MAX_TEXT: usize = 4 << 20;

/// Texts that are looked at.
const MAX_TEXTS: u32 = 64;

/// Texts that have something else in hexadecimal, in lower case.
const RAW_PROFILES: [&str; 6] = [
    "raw profile type exif",
    "raw profile type app1",
    "raw profile type xmp",
    "raw profile type iptc",
    "raw profile type 8bim",
    "raw profile type app13",
];
const XMP: &str = "xml:com.adobe.xmp";
/// Texts that are a date of the picture, the standard's first, in lower case.
const DATES: [&str; 4] = ["creation time", "creationtime", "create-date", "exif:datetimeoriginal"];

/// Bytes of a keyword at most, and the zero after it.
const MAX_KEYWORD: usize = 80;

/// Bytes of a date that are looked at.
const MAX_DATE: usize = 64;

/// Reads all chunks; the first thing that is damaged ends it.
pub(super) fn metadata(bytes: &[u8]) -> Metadata<'_> {
    let mut metadata = Metadata::default();
    for (name, content) in chunks(bytes) {
        if &name == b"eXIf" {
            metadata.add_exif(content);
        }
    }
    // After the chunk that the standard has for EXIF, wherever that stands.
    let mut texts = Texts { budget: MAX_UNPACKED, left: MAX_TEXTS };
    for (name, content) in chunks(bytes) {
        if !matches!(&name, b"tEXt" | b"zTXt" | b"iTXt") {
            continue;
        }
        if let Some((keyword, text)) = texts.open(name, content) {
            add(&mut metadata, &keyword, &text[..text.len().min(MAX_TEXT)]);
        }
    }
    metadata
}

/// Returns the names and contents of the chunks, up to the last.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut reader = Reader::new(bytes.get(8..).unwrap_or_default());
    std::iter::from_fn(move || {
        let length = reader.u32_be().ok()? as usize;
        let name = reader.array().ok()?;
        let content = reader.take(length).ok()?;
        reader.u32_be().ok()?; // the checksum: a wrong one does no harm here
        if &name == b"IEND" { None } else { Some((name, content)) }
    })
}

/// Adds the metadata in the text of this keyword.
fn add(metadata: &mut Metadata<'_>, keyword: &str, text: &[u8]) {
    if RAW_PROFILES.contains(&keyword) {
        if let Some(profile) = raw_profile(text) {
            metadata.add_unnamed(profile);
        }
    } else if keyword == XMP {
        metadata.add_xmp(text);
    } else if DATES.contains(&keyword) {
        let date = String::from_utf8_lossy(&text[..text.len().min(MAX_DATE)]);
        metadata.add_date(date::read(&date));
    }
}

/// Returns the bytes in hexadecimal after a name and a length, each in a line of its own. The
/// length is not needed.
fn raw_profile(text: &[u8]) -> Option<Vec<u8>> {
    let is_end_of_line = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let mut lines = text
        .split(is_end_of_line)
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty());
    if !is_length(lines.next()?) {
        lines.next()?;
    }
    let mut digits = Vec::new();
    for byte in lines.flatten() {
        if byte.is_ascii_whitespace() {
            continue;
        }
        let Some(digit) = hexadecimal(*byte) else { break };
        digits.push(digit);
    }
    let (pairs, _) = digits.as_chunks::<2>();
    Some(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

fn is_length(line: &[u8]) -> bool {
    line.len() < 9 && line.iter().all(u8::is_ascii_digit)
}

/// Returns the value of a hexadecimal digit, 0 to 15.
fn hexadecimal(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

/// Returns true for the keywords of texts that are read.
fn is_wanted(keyword: &str) -> bool {
    keyword == XMP || RAW_PROFILES.contains(&keyword) || DATES.contains(&keyword)
}

/// Opens texts as long as there is room for them.
struct Texts {
    /// Bytes that may still be unpacked.
    budget: u64,
    /// Texts that may still be opened.
    left: u32,
}

impl Texts {
    /// Returns the keyword in lower case and the text of a chunk that is looked for.
    fn open<'a>(&mut self, chunk: [u8; 4], content: &'a [u8]) -> Option<(String, Cow<'a, [u8]>)> {
        let end = content
            .iter()
            .take(MAX_KEYWORD)
            .position(|byte| *byte == 0)?;
        let rest = &content[end + 1..];
        let keyword = String::from_utf8_lossy(&content[..end]).to_lowercase();
        if !is_wanted(&keyword) {
            return None;
        }
        self.left = self.left.checked_sub(1)?;
        let text = match &chunk {
            b"zTXt" => self.unpack(rest.get(1..)?),
            b"iTXt" => {
                let is_packed = *rest.first()? == 1;
                // After two flags, a language, and the keyword in that language.
                let text = rest.get(2..)?.splitn(3, |byte| *byte == 0).nth(2)?;
                if is_packed { self.unpack(text) } else { Cow::Borrowed(text) }
            }
            _ => Cow::Borrowed(rest),
        };
        Some((keyword, text))
    }

    /// Unpacks as much as there is room for.
    fn unpack(&mut self, packed: &[u8]) -> Cow<'static, [u8]> {
        let mut text = Vec::new();
        let mut unpacker = ZlibDecoder::new(packed).take(self.budget);
        // What comes before damage may do.
        let _ = unpacker.read_to_end(&mut text);
        self.budget -= (text.len() as u64).min(self.budget);
        Cow::Owned(text)
    }
}
