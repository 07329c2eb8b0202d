//! Looking values up in a TIFF structure (TIFF 6.0, section 2), or in one of `BigTIFF`, where
//! offsets and counts have 64 bits.
//!
//! Written here, because nothing but lookups is needed, and a general parser that collects every
//! entry of every directory can be made to collect millions (4.5 million and 250 MB were measured):
//! directories may overlap, so that 64 KiB hold thousands of pointers to directories of thousands
//! of entries. Here a directory is read where it is, at most [`MAX_ENTRIES`] of it, and only named
//! ones are followed, one level at a time. TIFF files and most RAW files are such structures as a
//! whole.

use super::kind::Kind;

/// Entries of a directory that are looked at. Cameras write some dozens.
const MAX_ENTRIES: usize = 1024;

/// Characters of a text that are kept. The longest that make sense are names of lenses.
const MAX_TEXT: usize = 120;

/// A whole structure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tiff<'a> {
    bytes: &'a [u8],
    little_endian: bool,
    is_big: bool,
}

/// A directory (IFD). An empty one stands for one that is missing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Directory<'a> {
    tiff: Tiff<'a>,
    /// One after the other, each of [`Tiff::entry_size`].
    entries: &'a [u8],
    /// Whether it has all entries that it says it has.
    is_whole: bool,
    /// Where the next one of the chain is; 0 for none.
    next: u32,
}

impl<'a> Tiff<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Option<Self> {
        let (little_endian, is_big) = match bytes.get(..4)? {
            // Olympus and Panasonic mark their RAW files with numbers of their own.
            b"II\x2A\0" | b"IIRO" | b"IIRS" | b"IIU\0" => (true, false),
            b"MM\0\x2A" | b"MMOR" => (false, false),
            b"II\x2B\0" => (true, true),
            b"MM\0\x2B" => (false, true),
            _ => return None,
        };
        Some(Self { bytes, little_endian, is_big })
    }

    /// A structure without a header of its own, as some makers keep their notes in.
    pub(crate) fn bare(bytes: &'a [u8], little_endian: bool) -> Self {
        Self { bytes, little_endian, is_big: false }
    }

    /// A directory that is missing.
    pub(crate) fn missing() -> Directory<'a> {
        Self::bare(&[], true).empty()
    }

    pub(crate) fn is_little_endian(self) -> bool {
        self.little_endian
    }

    /// The first directory.
    pub(crate) fn first(self) -> Directory<'a> {
        // BigTIFF has the size of its offsets before.
        let start = if self.is_big { 8 } else { 4 };
        self.offset(self.bytes.get(start..))
            .map_or(self.empty(), |offset| self.directory(offset))
    }

    fn empty(self) -> Directory<'a> {
        Directory { tiff: self, entries: &[], is_whole: false, next: 0 }
    }

    /// The directory at an offset from the structure's start.
    pub(crate) fn directory(self, offset: u32) -> Directory<'a> {
        let found = usize::try_from(offset).ok().and_then(|offset| {
            let rest = self.bytes.get(offset..)?;
            let (count, rest) = if self.is_big {
                (usize::try_from(self.offset(Some(rest))?).ok()?, rest.get(8..)?)
            } else {
                (usize::from(self.short(rest.get(..2))?), rest.get(2..)?)
            };
            let size = self.entry_size();
            let length = count.checked_mul(size)?;
            let next = self.offset(rest.get(length..)).unwrap_or(0);
            // As many as there are: one that was cut off still has its first entries.
            let there = count.min(MAX_ENTRIES).min(rest.len() / size);
            let entries = rest.get(..there * size)?;
            Some(Directory { tiff: self, entries, is_whole: length <= rest.len(), next })
        });
        found.unwrap_or(self.empty())
    }

    /// Bytes of an entry: tag, kind, count, and the value or its place.
    fn entry_size(self) -> usize {
        if self.is_big { 20 } else { 12 }
    }

    /// The number that begins here, as wide as offsets and counts are. No file has more than 32
    /// bits of bytes.
    fn offset(self, bytes: Option<&[u8]>) -> Option<u32> {
        if !self.is_big {
            return self.long(bytes?.get(..4));
        }
        self.long_long(bytes?.get(..8))
            .and_then(|offset| offset.try_into().ok())
    }

    fn long_long(self, bytes: Option<&[u8]>) -> Option<u64> {
        let bytes = bytes?.try_into().ok()?;
        Some(if self.little_endian { u64::from_le_bytes(bytes) } else { u64::from_be_bytes(bytes) })
    }

    fn short(self, bytes: Option<&[u8]>) -> Option<u16> {
        let bytes = bytes?.try_into().ok()?;
        Some(if self.little_endian { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn long(self, bytes: Option<&[u8]>) -> Option<u32> {
        let bytes = bytes?.try_into().ok()?;
        Some(if self.little_endian { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    /// A whole number.
    fn whole(self, kind: Kind, value: &[u8]) -> Option<i64> {
        match kind {
            Kind::Byte => value.first().map(|byte| i64::from(*byte)),
            Kind::SignedByte => value.first().map(|byte| i64::from(byte.cast_signed())),
            Kind::Short => self.short(Some(value)).map(i64::from),
            Kind::SignedShort => self
                .short(Some(value))
                .map(|number| i64::from(number.cast_signed())),
            Kind::Long => self.long(Some(value)).map(i64::from),
            Kind::SignedLong => self
                .long(Some(value))
                .map(|number| i64::from(number.cast_signed())),
            Kind::LongLong => self.long_long(Some(value))?.try_into().ok(),
            Kind::SignedLongLong => self.long_long(Some(value)).map(u64::cast_signed),
            Kind::Opaque
            | Kind::Text
            | Kind::Ratio
            | Kind::SignedRatio
            | Kind::Float
            | Kind::Double => None,
        }
    }

    /// A number of any kind; one that is divided by zero is none.
    fn real(self, kind: Kind, value: &[u8]) -> Option<f64> {
        match kind {
            Kind::Ratio | Kind::SignedRatio => {
                let whole = if kind == Kind::Ratio { Kind::Long } else { Kind::SignedLong };
                let (above, below) = value.split_at_checked(4)?;
                let (above, below) = (self.whole(whole, above)?, self.whole(whole, below)?);
                #[expect(clippy::cast_precision_loss, reason = "they have 32 bits")]
                (below != 0).then_some(above as f64 / below as f64)
            }
            Kind::Float => self
                .long(Some(value))
                .map(|bits| f64::from(f32::from_bits(bits))),
            Kind::Double => {
                let bytes = value.try_into().ok()?;
                Some(if self.little_endian {
                    f64::from_le_bytes(bytes)
                } else {
                    f64::from_be_bytes(bytes)
                })
            }
            #[expect(clippy::cast_precision_loss, reason = "they have 32 bits")]
            _ => self.whole(kind, value).map(|number| number as f64),
        }
    }
}

impl<'a> Directory<'a> {
    /// Returns whether it has no entries, or is missing.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether it is there with all its entries.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The next directory of the chain. Chains may be circles: the caller counts.
    pub(crate) fn next(&self) -> Option<Directory<'a>> {
        (self.next != 0).then(|| self.tiff.directory(self.next))
    }

    /// The directory that an entry points to.
    pub(crate) fn child(&self, tag: u16) -> Directory<'a> {
        self.number(tag)
            .map_or(self.tiff.empty(), |offset| self.tiff.directory(offset))
    }

    /// The first number of an entry of whole numbers, if it is not negative.
    pub(crate) fn number(&self, tag: u16) -> Option<u32> {
        self.numbers(tag).next()
    }

    /// The numbers of an entry of whole numbers, up to the first that is negative.
    pub(crate) fn numbers(&self, tag: u16) -> impl Iterator<Item = u32> + use<'a> {
        let tiff = self.tiff;
        // A value of no bytes has no numbers.
        let (kind, value) = self.find(tag).unwrap_or((Kind::Byte, &[]));
        let size = kind.size();
        value
            .chunks_exact(size)
            .map_while(move |value| tiff.whole(kind, value)?.try_into().ok())
    }

    /// The bytes of an entry, however they are stored.
    pub(crate) fn bytes(&self, tag: u16) -> Option<&'a [u8]> {
        self.find(tag).map(|(_, value)| value)
    }

    /// The bytes of an entry that is none of numbers or text.
    pub(crate) fn opaque(&self, tag: u16) -> Option<&'a [u8]> {
        match self.find(tag)? {
            (Kind::Opaque | Kind::Byte, value) => Some(value),
            _ => None,
        }
    }

    /// Everything from where an entry's value begins to the structure's end.
    pub(crate) fn rest_from(&self, tag: u16) -> Option<&'a [u8]> {
        self.find(tag)?;
        let offset = self.tiff.offset(Some(self.place(tag)?))?;
        self.tiff.bytes.get(usize::try_from(offset).ok()?..)
    }

    /// One of an entry's numbers of any kind; none where it is not finite.
    pub(crate) fn real(&self, tag: u16, index: usize) -> Option<f64> {
        let (kind, value) = self.find(tag)?;
        let from = index.checked_mul(kind.size())?;
        let number = self.tiff.real(kind, value.get(from..from + kind.size())?)?;
        number.is_finite().then_some(number)
    }

    /// Returns whether an entry's numbers are of a kind that has a sign.
    pub(crate) fn is_signed(&self, tag: u16) -> bool {
        self.find(tag).is_some_and(|(kind, _)| kind.is_signed())
    }

    /// A text without padding and control characters, cut to [`MAX_TEXT`]; none where nothing is
    /// left.
    pub(crate) fn text(&self, tag: u16) -> Option<String> {
        let value = self.text_bytes(tag)?.split(|byte| *byte == 0).next()?;
        let text = String::from_utf8_lossy(value.get(..value.len().min(4 * MAX_TEXT))?);
        let text: String = text
            .trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX_TEXT)
            .collect();
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The bytes of a text. Some programs store it as bytes, and some as a value that is none of
    /// anything.
    pub(crate) fn text_bytes(&self, tag: u16) -> Option<&'a [u8]> {
        match self.find(tag)? {
            (Kind::Text | Kind::Opaque | Kind::Byte | Kind::SignedByte, value) => Some(value),
            _ => None,
        }
    }

    /// How the first entry with this tag is stored, and its bytes.
    fn find(&self, tag: u16) -> Option<(Kind, &'a [u8])> {
        let tiff = self.tiff;
        let entry = self.entry(tag)?;
        let kind = Kind::of(tiff.short(entry.get(2..4))?)?;
        let length = usize::try_from(tiff.offset(entry.get(4..))?)
            .ok()?
            .checked_mul(kind.size())?;
        let place = self.place(tag)?;
        if length <= place.len() {
            return Some((kind, place.get(..length)?));
        }
        let offset = usize::try_from(tiff.offset(Some(place))?).ok()?;
        Some((kind, tiff.bytes.get(offset..offset.checked_add(length)?)?))
    }

    /// The first entry with this tag.
    fn entry(&self, tag: u16) -> Option<&'a [u8]> {
        let mut entries = self.entries.chunks_exact(self.tiff.entry_size());
        entries.find(|entry| self.tiff.short(entry.get(..2)) == Some(tag))
    }

    /// Returns the last field of an entry: a value that is as short, or the offset of one.
    fn place(&self, tag: u16) -> Option<&'a [u8]> {
        self.entry(tag)?
            .get(if self.tiff.is_big { 12 } else { 8 }..)
    }
}
