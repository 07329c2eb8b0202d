//! Looking values up in a TIFF structure (TIFF 6.0, section 2).
//!
//! Written here, because nothing but lookups is needed, and a general parser that collects every entry
//! of every directory can be made to collect millions (4.5 million and 250 MB were measured): directories
//! may overlap, so that 64 KiB hold thousands of pointers to directories of thousands of entries. Here a
//! directory is read where it is, at most [`MAX_ENTRIES`] of it, and only named ones are followed, one
//! level at a time.

/// Entries of a directory that are looked at. Cameras write some dozens.
const MAX_ENTRIES: usize = 1024;

/// Characters of a text that are kept. The longest that make sense are names of lenses.
const MAX_TEXT: usize = 120;

/// A whole structure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tiff<'a> {
    bytes: &'a [u8],
    little_endian: bool,
}

/// A directory (IFD). An empty one stands for one that is missing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Directory<'a> {
    tiff: Tiff<'a>,
    entries: &'a [[u8; 12]],
}

/// How a value is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Byte,
    Text,
    Short,
    Long,
    Ratio,
    SignedRatio,
}

impl<'a> Tiff<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let little_endian = match bytes.get(..4)? {
            b"II\x2A\0" => true,
            b"MM\0\x2A" => false,
            _ => return None,
        };
        Some(Self { bytes, little_endian })
    }

    /// The first directory.
    pub(super) fn first(self) -> Directory<'a> {
        self.long(self.bytes.get(4..8)).map_or(self.empty(), |offset| self.directory(offset))
    }

    fn empty(self) -> Directory<'a> {
        Directory { tiff: self, entries: &[] }
    }

    fn directory(self, offset: u32) -> Directory<'a> {
        let from = |offset: u32| self.bytes.get(usize::try_from(offset).ok()?..);
        let entries = from(offset).and_then(|rest| {
            let count = usize::from(self.short(rest.get(..2))?);
            // As many as there are: one that was cut off still has its first entries.
            let (entries, _) = rest.get(2..)?.as_chunks::<12>();
            entries.get(..count.min(MAX_ENTRIES).min(entries.len()))
        });
        Directory { tiff: self, entries: entries.unwrap_or_default() }
    }

    fn short(self, bytes: Option<&[u8]>) -> Option<u16> {
        let bytes = bytes?.try_into().ok()?;
        Some(if self.little_endian { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn long(self, bytes: Option<&[u8]>) -> Option<u32> {
        let bytes = bytes?.try_into().ok()?;
        Some(if self.little_endian { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }
}

impl<'a> Directory<'a> {
    /// The directory that an entry points to.
    pub(super) fn child(&self, tag: u16) -> Directory<'a> {
        self.number(tag).map_or(self.tiff.empty(), |offset| self.tiff.directory(offset))
    }

    /// The first number of an entry of whole, positive numbers.
    pub(super) fn number(&self, tag: u16) -> Option<u32> {
        match self.find(tag)? {
            (Kind::Byte, value) => value.first().map(|byte| u32::from(*byte)),
            (Kind::Short, value) => self.tiff.short(value.get(..2)).map(u32::from),
            (Kind::Long, value) => self.tiff.long(value.get(..4)),
            _ => None,
        }
    }

    /// One of an entry's ratios; none where it is not a number.
    pub(super) fn ratio(&self, tag: u16, index: usize) -> Option<f64> {
        let (kind, value) = self.find(tag)?;
        let number = |at: usize| self.tiff.long(value.get(at..at + 4));
        let (above, below) = (number(index * 8)?, number(index * 8 + 4)?);
        let (above, below) = match kind {
            Kind::Ratio => (f64::from(above), f64::from(below)),
            Kind::SignedRatio => (f64::from(above.cast_signed()), f64::from(below.cast_signed())),
            _ => return None,
        };
        (below != 0.0).then(|| above / below)
    }

    /// A text without padding and control characters; none where nothing is left.
    pub(super) fn text(&self, tag: u16) -> Option<String> {
        let (Kind::Text, value) = self.find(tag)? else { return None };
        let value = value.split(|byte| *byte == 0).next()?;
        let text = String::from_utf8_lossy(value.get(..value.len().min(4 * MAX_TEXT))?);
        let text: String = text.trim().chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect();
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// How the first entry with this tag is stored, and its bytes.
    fn find(&self, tag: u16) -> Option<(Kind, &'a [u8])> {
        let tiff = self.tiff;
        let entry = self.entries.iter().find(|entry| tiff.short(entry.get(..2)) == Some(tag))?;
        let (kind, size) = match tiff.short(entry.get(2..4))? {
            1 => (Kind::Byte, 1),
            2 | 129 => (Kind::Text, 1), // 129: UTF-8, of Exif 3.0
            3 => (Kind::Short, 2),
            4 => (Kind::Long, 4),
            5 => (Kind::Ratio, 8),
            10 => (Kind::SignedRatio, 8),
            _ => return None,
        };
        let length = usize::try_from(tiff.long(entry.get(4..8))?).ok()?.checked_mul(size)?;
        if length <= 4 {
            return Some((kind, entry.get(8..8 + length)?));
        }
        let offset = usize::try_from(tiff.long(entry.get(8..12))?).ok()?;
        Some((kind, tiff.bytes.get(offset..offset.checked_add(length)?)?))
    }
}
