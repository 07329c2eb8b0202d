//! IPTC (Information Interchange Model, version 4): the few data sets that matter here.

use super::text_metadata::TextMetadata;
use crate::bytes::Reader;
use crate::text::{captions, encoding};
use crate::{TakenAt, date};
use std::borrow::Cow;

/// The first byte of every data set.
pub(super) const MARKER: u8 = 0x1C;

/// Bytes that are looked at.
const MAX_BYTES: usize = 1 << 20;

/// Bytes of a date or a time that are looked at.
const MAX_DATE: usize = 32;

/// The number of a record, and that of a data set in it.
type DataSetId = (u8, u8);

const CHARACTERS: DataSetId = (1, 90);
const KEYWORD: DataSetId = (2, 25);
const DATE_CREATED: DataSetId = (2, 55);
const TIME_CREATED: DataSetId = (2, 60);
const DATE_DIGITIZED: DataSetId = (2, 62);
const TIME_DIGITIZED: DataSetId = (2, 63);
const CAPTION: DataSetId = (2, 120);

/// The value of [`CHARACTERS`] for UTF-8 (ISO 2022).
const UTF_8: &[u8] = b"\x1B%G";

struct DataSet<'a> {
    id: DataSetId,
    value: &'a [u8],
}

/// Reads data sets up to where they are broken.
pub(super) fn read(bytes: &[u8]) -> TextMetadata {
    let all = data_sets(&bytes[..bytes.len().min(MAX_BYTES)]);
    let first = |id: DataSetId| {
        let found = all.iter().find(|data_set| data_set.id == id)?;
        Some(found.value)
    };
    let is_utf_8 = first(CHARACTERS).is_some_and(|value| value.starts_with(UTF_8));
    let mut keywords = Vec::new();
    for data_set in &all {
        if data_set.id == KEYWORD {
            let text = encoding::decode(data_set.value, is_utf_8);
            captions::add_keyword(&mut keywords, &text);
        }
    }
    let created = taken_at(first(DATE_CREATED), first(TIME_CREATED));
    let digitized = taken_at(first(DATE_DIGITIZED), first(TIME_DIGITIZED));
    let caption =
        first(CAPTION).and_then(|value| captions::caption(&encoding::decode(value, is_utf_8)));
    TextMetadata { taken_at: created.or(digitized), caption, keywords }
}

/// Returns the data sets in their own order: some programs stored them as numbers of 32 bits of
/// the other byte order.
pub(super) fn in_order(bytes: &[u8]) -> Cow<'_, [u8]> {
    let is_turned = bytes.first() != Some(&MARKER) && bytes.get(3) == Some(&MARKER);
    if !is_turned {
        return Cow::Borrowed(bytes);
    }
    let (numbers, _) = bytes[..bytes.len().min(MAX_BYTES)].as_chunks::<4>();
    let mut turned = Vec::with_capacity(4 * numbers.len());
    for [a, b, c, d] in numbers {
        turned.extend([*d, *c, *b, *a]);
    }
    Cow::Owned(turned)
}

/// Splits into data sets, up to the first that is broken.
fn data_sets(bytes: &[u8]) -> Vec<DataSet<'_>> {
    let mut reader = Reader::new(bytes);
    let mut found = Vec::new();
    while let Ok([MARKER, record, number]) = reader.array::<3>() {
        let Some(value) = read_value(&mut reader) else { break };
        // Those of other records are previews and the like.
        if record <= 2 {
            found.push(DataSet { id: (record, number), value });
        }
    }
    found
}

fn read_value<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let field = reader.u16_be().ok()?;
    let is_extended = field & 0x8000 != 0;
    if !is_extended {
        return reader.take(field.into()).ok();
    }
    // The field has the number of bytes of the length.
    let mut length = 0_usize;
    for byte in reader.take(usize::from(field & 0x7FFF)).ok()? {
        length = length.checked_mul(256)?.checked_add(usize::from(*byte))?;
    }
    reader.take(length).ok()
}

/// Reads a day as in `20240517` with a time as in `140309+0200`. Unknown parts are zeros.
fn taken_at(day: Option<&[u8]>, time: Option<&[u8]>) -> Option<TakenAt> {
    let day_text = date_text(day?);
    if let Some(time) = time
        && let Some(taken) = date::read(&format!("{day_text} {}", date_text(time)))
    {
        return Some(taken);
    }
    date::read_partial(&day_text)
}

fn date_text(value: &[u8]) -> String {
    let looked_at = &value[..value.len().min(MAX_DATE)];
    String::from_utf8_lossy(looked_at).replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn data_set(record: u8, number: u8, value: &[u8]) -> Vec<u8> {
        let length = u16::try_from(value.len()).expect("short").to_be_bytes();
        [&[MARKER, record, number][..], &length, value].concat()
    }

    #[test]
    fn dates_with_and_without_time() {
        let of = |day: &[u8], time: &[u8]| {
            read(&[data_set(2, 55, day), data_set(2, 60, time)].concat()).taken_at
        };
        let zoned = TakenAt { local: datetime!(2024-05-17 14:03:09), offset_minutes: Some(120) };
        assert_eq!(of(b"20240517", b"140309+0200"), Some(zoned));
        let local = |day: &[u8], time: &[u8]| of(day, time).map(|taken| taken.local);
        assert_eq!(local(b"20240517", b""), Some(datetime!(2024-05-17 00:00)));
        assert_eq!(local(b"2024-05-17", b"14:03:09"), Some(datetime!(2024-05-17 14:03:09)));
        assert_eq!(local(b"19650000", b""), Some(datetime!(1965-01-01 00:00)));
        assert_eq!(local(b"00000000", b"140309"), None);
    }

    #[test]
    fn characters_of_each_set() {
        let caption = |bytes: &[u8]| read(bytes).caption;
        assert_eq!(caption(&data_set(2, 120, b"F\xE4hre \x93x\x94")).as_deref(), Some("Fähre “x”"));
        assert_eq!(caption(&data_set(2, 120, "Fähre".as_bytes())).as_deref(), Some("Fähre"));
        let said = [data_set(1, 90, UTF_8), data_set(2, 120, b"F\xC3\xA4hre \xC3")].concat();
        assert_eq!(caption(&said).as_deref(), Some("Fähre"), "cut within a character");
    }

    #[test]
    fn what_is_broken_ends_it() {
        let keywords = |bytes: &[u8]| read(bytes).keywords;
        let two = [data_set(2, 25, b"lake"), data_set(2, 25, b"ferry")].concat();
        assert_eq!(keywords(&two), ["lake", "ferry"]);
        assert_eq!(keywords(&two[..two.len() - 1]), ["lake"]);
        let long = [&[MARKER, 2, 25, 0x80, 4, 0, 0, 0, 4][..], b"lake"].concat();
        assert_eq!(keywords(&long), ["lake"]);
        assert!(keywords(&[MARKER, 2, 25, 0xFF, 0xFF, 0xFF, 0xFF]).is_empty());
        assert!(keywords(&[&[MARKER, 2, 25, 0x80, 9][..], &[0xFF; 20]].concat()).is_empty());
    }
}
