//! IPTC (Information Interchange Model, version 4): the few data sets that matter here.

use super::{Said, characters, words};
use crate::bytes::Reader;
use crate::{TakenAt, date};
use std::borrow::Cow;

/// The first byte of every data set.
pub(super) const MARKER: u8 = 0x1C;

/// Bytes that are looked at.
const MOST: usize = 1 << 20;

const CHARACTERS: (u8, u8) = (1, 90);
const KEYWORD: (u8, u8) = (2, 25);
const DATE_CREATED: (u8, u8) = (2, 55);
const TIME_CREATED: (u8, u8) = (2, 60);
const DATE_DIGITIZED: (u8, u8) = (2, 62);
const TIME_DIGITIZED: (u8, u8) = (2, 63);
const CAPTION: (u8, u8) = (2, 120);

/// The value of [`CHARACTERS`] for UTF-8 (ISO 2022).
const UTF_8: &[u8] = b"\x1B%G";

/// Reads data sets up to where they are broken.
pub(super) fn read(bytes: &[u8]) -> Said {
    let all = data_sets(&bytes[..bytes.len().min(MOST)]);
    let first = |name| {
        all.iter()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| *value)
    };
    let is_utf_8 = first(CHARACTERS).is_some_and(|value| value.starts_with(UTF_8));
    let mut keywords = Vec::new();
    for (_, value) in all.iter().filter(|(name, _)| *name == KEYWORD) {
        words::add_keyword(&mut keywords, &characters::decode(value, is_utf_8));
    }
    let created = taken_at(first(DATE_CREATED), first(TIME_CREATED));
    Said {
        taken_at: created.or_else(|| taken_at(first(DATE_DIGITIZED), first(TIME_DIGITIZED))),
        caption: first(CAPTION)
            .and_then(|value| words::caption(&characters::decode(value, is_utf_8))),
        keywords,
    }
}

/// The data sets as they are to be read: some programs stored them as numbers of 32 bits of the
/// other order.
pub(super) fn in_order(bytes: &[u8]) -> Cow<'_, [u8]> {
    let is_turned = bytes.first() != Some(&MARKER) && bytes.get(3) == Some(&MARKER);
    if !is_turned {
        return Cow::Borrowed(bytes);
    }
    let (numbers, _) = bytes[..bytes.len().min(MOST)].as_chunks::<4>();
    numbers
        .iter()
        .flat_map(|[a, b, c, d]| [*d, *c, *b, *a])
        .collect()
}

/// The data sets with a record's and their own number, and their values.
fn data_sets(bytes: &[u8]) -> Vec<((u8, u8), &[u8])> {
    let mut reader = Reader::new(bytes);
    let mut found = Vec::new();
    while let Ok([MARKER, record, number]) = reader.array::<3>() {
        let Some(value) = value(&mut reader) else { break };
        // Those of other records are previews and the like.
        if record <= 2 {
            found.push(((record, number), value));
        }
    }
    found
}

fn value<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let length = reader.u16_be().ok()?;
    let length = match length & 0x8000 {
        0 => usize::from(length),
        // A longer value: this is the length of its length.
        _ => reader
            .take(usize::from(length & 0x7FFF))
            .ok()?
            .iter()
            .try_fold(0_usize, |sum, byte| sum.checked_mul(256)?.checked_add(usize::from(*byte)))?,
    };
    reader.take(length).ok()
}

/// `20240517` with `140309+0200`. Unknown parts are zeros.
fn taken_at(day: Option<&[u8]>, time: Option<&[u8]>) -> Option<TakenAt> {
    let text = |value: &[u8]| {
        String::from_utf8_lossy(&value[..value.len().min(32)]).replace(char::is_control, " ")
    };
    let day = text(day?);
    let with_time = time.and_then(|time| date::read(&format!("{day} {}", text(time))));
    with_time.or_else(|| date::read_partial(&day))
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
