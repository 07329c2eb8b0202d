//! Reads a PNG file's words about the picture: EXIF, and the texts in which programs put EXIF, XMP
//! and IPTC before there was a chunk for it, or since.

use crate::bytes::Reader;
use crate::date;
use crate::metadata::Metadata;
use flate2::read::ZlibDecoder;
use std::borrow::Cow;
use std::io::Read;

/// Bytes that the texts of a file may unpack to, all together.
const MOST_UNPACKED: u64 = 4 << 20;

/// Bytes of a text that is not packed that are looked at.
const MOST_OF_TEXT: usize = 4 << 20;

/// Texts that are looked at.
const MOST_TEXTS: u32 = 64;

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

/// Reads all chunks; the first thing that is damaged ends it.
pub(super) fn metadata(bytes: &[u8]) -> Metadata<'_> {
    let mut metadata = Metadata::default();
    for (name, content) in chunks(bytes) {
        if &name == b"eXIf" {
            metadata.add_exif(content);
        }
    }
    // After the chunk that the standard has for EXIF, wherever that stands.
    let mut texts = Texts { budget: MOST_UNPACKED, left: MOST_TEXTS };
    for (name, content) in
        chunks(bytes).filter(|(name, _)| [b"tEXt", b"zTXt", b"iTXt"].contains(&name))
    {
        if let Some((keyword, text)) = texts.open(name, content) {
            read(&mut metadata, &keyword, &text[..text.len().min(MOST_OF_TEXT)]);
        }
    }
    metadata
}

/// The names and contents of the chunks, up to the last.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut reader = Reader::new(bytes.get(8..).unwrap_or_default());
    std::iter::from_fn(move || {
        let length = reader.u32_be().ok()? as usize;
        let name = reader.array().ok()?;
        let content = reader.take(length).ok()?;
        reader.u32_be().ok()?; // the checksum: a wrong one does no harm here
        (&name != b"IEND").then_some((name, content))
    })
}

fn read(metadata: &mut Metadata<'_>, keyword: &str, text: &[u8]) {
    if RAW_PROFILES.contains(&keyword) {
        if let Some(profile) = raw_profile(text) {
            metadata.add_unnamed(profile);
        }
    } else if keyword == XMP {
        metadata.add_xmp(text);
    } else if DATES.contains(&keyword) {
        metadata.add_date(date::read(&String::from_utf8_lossy(&text[..text.len().min(64)])));
    }
}

/// Returns the bytes in hexadecimal after a name and a length, each in a line of its own. The
/// length is not needed.
fn raw_profile(text: &[u8]) -> Option<Vec<u8>> {
    let lines = text
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .map(<[u8]>::trim_ascii);
    let mut lines = lines.filter(|line| !line.is_empty());
    let is_length = |line: &[u8]| line.len() < 9 && line.iter().all(u8::is_ascii_digit);
    if !is_length(lines.next()?) {
        lines.next()?;
    }
    let digits = lines.flatten().filter(|byte| !byte.is_ascii_whitespace());
    let digits: Vec<u8> = digits.map_while(|digit| hexadecimal(*digit)).collect();
    let (pairs, _) = digits.as_chunks::<2>();
    Some(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// Opens texts as long as there is room for them.
struct Texts {
    budget: u64,
    left: u32,
}

impl Texts {
    /// The keyword in lower case and the text of a chunk that is looked for.
    fn open<'a>(&mut self, chunk: [u8; 4], content: &'a [u8]) -> Option<(String, Cow<'a, [u8]>)> {
        let end = content.iter().take(80).position(|byte| *byte == 0)?;
        let (keyword, rest) = (&content[..end], &content[end + 1..]);
        let keyword = String::from_utf8_lossy(keyword).to_lowercase();
        let mut names = RAW_PROFILES.iter().chain(&DATES).chain([&XMP]);
        let is_wanted = names.any(|name| *name == keyword);
        self.left = self.left.checked_sub(u32::from(is_wanted))?;
        if !is_wanted {
            return None;
        }
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

    /// As much of it as can be unpacked.
    fn unpack(&mut self, packed: &[u8]) -> Cow<'static, [u8]> {
        let mut text = Vec::new();
        // What comes before damage may do.
        let _ = ZlibDecoder::new(packed)
            .take(self.budget)
            .read_to_end(&mut text);
        self.budget -= (text.len() as u64).min(self.budget);
        Cow::Owned(text)
    }
}
