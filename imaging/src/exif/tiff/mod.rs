//! Looking values up in a TIFF structure (TIFF 6.0, section 2), or in one of `BigTIFF`, where
//! offsets and counts have 64 bits.
//!
//! Written here, because nothing but lookups is needed, and a general parser that collects every
//! entry of every directory can be made to collect millions (4.5 million and 250 MB were measured):
//! directories may overlap, so that 64 KiB hold thousands of pointers to directories of thousands
//! of entries. Here a directory is read where it is, at most [`MAX_ENTRIES`] of it, and only named
//! ones are followed, one level at a time. TIFF files and most RAW files are such structures as a
//! whole.

mod numbers;

use super::value_type::ValueType;
use numbers::ByteOrder;

/// Entries of a directory that are looked at. Cameras write some dozens.
const MAX_ENTRIES: usize = 1024;

/// Characters of a text that are kept. The longest that make sense are names of lenses.
const MAX_TEXT: usize = 120;

/// A whole structure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tiff<'a> {
    bytes: &'a [u8],
    order: ByteOrder,
    is_big: bool,
}

/// A directory (IFD). An empty one stands for one that is missing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Directory<'a> {
    tiff: Tiff<'a>,
    /// Entries one after the other, each of [`Tiff::entry_size`].
    entries: &'a [u8],
    /// True if it has all entries that it says it has.
    is_whole: bool,
    /// The offset of the next one of the chain; 0 for none.
    next: u32,
}

/// The value of an entry: its type, and its bytes.
type StoredValue<'a> = (ValueType, &'a [u8]);

impl<'a> Tiff<'a> {
    /// Opens a structure, if the bytes begin as one.
    pub(crate) fn new(bytes: &'a [u8]) -> Option<Self> {
        let (order, is_big) = match bytes.get(..4)? {
            // Olympus and Panasonic mark their RAW files with numbers of their own.
            b"II\x2A\0" | b"IIRO" | b"IIRS" | b"IIU\0" => (ByteOrder::Little, false),
            b"MM\0\x2A" | b"MMOR" => (ByteOrder::Big, false),
            b"II\x2B\0" => (ByteOrder::Little, true),
            b"MM\0\x2B" => (ByteOrder::Big, true),
            _ => return None,
        };
        Some(Self { bytes, order, is_big })
    }

    /// Opens a structure without a header of its own, in the byte order of another one: some makers
    /// keep their notes so.
    pub(crate) fn without_header(bytes: &'a [u8], like: Tiff<'_>) -> Self {
        Self { bytes, order: like.order, is_big: false }
    }

    /// Returns a directory that is missing.
    pub(crate) fn missing() -> Directory<'a> {
        Self { bytes: &[], order: ByteOrder::Little, is_big: false }.empty()
    }

    pub(crate) fn is_little_endian(self) -> bool {
        self.order == ByteOrder::Little
    }

    /// Returns the first directory.
    pub(crate) fn first(self) -> Directory<'a> {
        // BigTIFF has the size of its offsets before.
        let start = if self.is_big { 8 } else { 4 };
        match self.offset(self.bytes.get(start..)) {
            Some(offset) => self.directory(offset),
            None => self.empty(),
        }
    }

    fn empty(self) -> Directory<'a> {
        Directory { tiff: self, entries: &[], is_whole: false, next: 0 }
    }

    /// Returns the directory at an offset from the structure's start.
    pub(crate) fn directory(self, offset: u32) -> Directory<'a> {
        self.find_directory(offset).unwrap_or(self.empty())
    }

    fn find_directory(self, offset: u32) -> Option<Directory<'a>> {
        let start = self.bytes.get(usize::try_from(offset).ok()?..)?;
        let (count, rest) = if self.is_big {
            let count = self.offset(Some(start))?;
            (usize::try_from(count).ok()?, start.get(8..)?)
        } else {
            let count = self.order.short(start.get(..2))?;
            (usize::from(count), start.get(2..)?)
        };
        let entry_size = self.entry_size();
        let length = count.checked_mul(entry_size)?;
        let next = self.offset(rest.get(length..)).unwrap_or(0);
        // As many as there are: one that was cut off still has its first entries.
        let present = count.min(MAX_ENTRIES).min(rest.len() / entry_size);
        let entries = rest.get(..present * entry_size)?;
        Some(Directory { tiff: self, entries, is_whole: length <= rest.len(), next })
    }

    /// Returns the bytes of an entry: tag, type, count, and the value or its offset.
    fn entry_size(self) -> usize {
        if self.is_big { 20 } else { 12 }
    }

    /// Reads the number that begins here, as wide as offsets and counts are. No file has more than
    /// 32 bits of bytes.
    fn offset(self, bytes: Option<&[u8]>) -> Option<u32> {
        if !self.is_big {
            return self.order.long(bytes?.get(..4));
        }
        u32::try_from(self.order.long_long(bytes?.get(..8))?).ok()
    }
}

impl<'a> Directory<'a> {
    /// Returns true if it has no entries, or is missing.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns true if it is there with all its entries.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Returns the next directory of the chain. Chains may be circles: the caller counts.
    pub(crate) fn next(&self) -> Option<Directory<'a>> {
        if self.next == 0 {
            return None;
        }
        Some(self.tiff.directory(self.next))
    }

    /// Returns the directory that an entry points to.
    pub(crate) fn child(&self, tag: u16) -> Directory<'a> {
        match self.number(tag) {
            Some(offset) => self.tiff.directory(offset),
            None => self.tiff.empty(),
        }
    }

    /// Returns the first number of an entry of whole numbers, if it is not negative.
    pub(crate) fn number(&self, tag: u16) -> Option<u32> {
        self.numbers(tag).next()
    }

    /// Returns the numbers of an entry of whole numbers, up to the first that is negative.
    pub(crate) fn numbers(&self, tag: u16) -> impl Iterator<Item = u32> + use<'a> {
        let order = self.tiff.order;
        // A value of no bytes has no numbers.
        let (value_type, value) = self.find(tag).unwrap_or((ValueType::Byte, &[]));
        value
            .chunks_exact(value_type.size())
            .map_while(move |number| order.whole(value_type, number)?.try_into().ok())
    }

    /// Returns the bytes of an entry of any type.
    pub(crate) fn bytes(&self, tag: u16) -> Option<&'a [u8]> {
        let (_, value) = self.find(tag)?;
        Some(value)
    }

    /// Returns the bytes of an entry that is none of numbers or text.
    pub(crate) fn opaque(&self, tag: u16) -> Option<&'a [u8]> {
        match self.find(tag)? {
            (ValueType::Opaque | ValueType::Byte, value) => Some(value),
            _ => None,
        }
    }

    /// Returns everything from the beginning of an entry's value to the structure's end.
    pub(crate) fn rest_from(&self, tag: u16) -> Option<&'a [u8]> {
        self.find(tag)?;
        let offset = self.tiff.offset(Some(self.value_field(tag)?))?;
        self.tiff.bytes.get(usize::try_from(offset).ok()?..)
    }

    /// Returns one of an entry's numbers of any type; none where it is not finite.
    pub(crate) fn real(&self, tag: u16, index: usize) -> Option<f64> {
        let (value_type, value) = self.find(tag)?;
        let size = value_type.size();
        let from = index.checked_mul(size)?;
        let number = self
            .tiff
            .order
            .real(value_type, value.get(from..from + size)?)?;
        if number.is_finite() { Some(number) } else { None }
    }

    /// Returns true if an entry's numbers are of a type that has a sign.
    pub(crate) fn is_signed(&self, tag: u16) -> bool {
        self.find(tag)
            .is_some_and(|(value_type, _)| value_type.is_signed())
    }

    /// Returns a text without padding and control characters, cut to [`MAX_TEXT`]; none where
    /// nothing is left.
    pub(crate) fn text(&self, tag: u16) -> Option<String> {
        let value = self.text_bytes(tag)?.split(|byte| *byte == 0).next()?;
        // A character has at most four bytes.
        let decoded = String::from_utf8_lossy(&value[..value.len().min(4 * MAX_TEXT)]);
        let is_kept = |c: &char| !c.is_control();
        let kept: String = decoded
            .trim()
            .chars()
            .filter(is_kept)
            .take(MAX_TEXT)
            .collect();
        let text = kept.trim();
        if text.is_empty() { None } else { Some(text.to_owned()) }
    }

    /// Returns the bytes of a text. Some programs store it as bytes, and some as a value that is
    /// none of anything.
    pub(crate) fn text_bytes(&self, tag: u16) -> Option<&'a [u8]> {
        let (value_type, value) = self.find(tag)?;
        match value_type {
            ValueType::Text | ValueType::Opaque | ValueType::Byte | ValueType::SignedByte => {
                Some(value)
            }
            _ => None,
        }
    }

    /// Returns the value of the first entry with this tag.
    fn find(&self, tag: u16) -> Option<StoredValue<'a>> {
        let tiff = self.tiff;
        let entry = self.entry(tag)?;
        let value_type = ValueType::of(tiff.order.short(entry.get(2..4))?)?;
        let count = usize::try_from(tiff.offset(entry.get(4..))?).ok()?;
        let length = count.checked_mul(value_type.size())?;
        let field = self.value_field(tag)?;
        if length <= field.len() {
            return Some((value_type, field.get(..length)?));
        }
        let offset = usize::try_from(tiff.offset(Some(field))?).ok()?;
        let value = tiff.bytes.get(offset..offset.checked_add(length)?)?;
        Some((value_type, value))
    }

    /// Returns the first entry with this tag.
    fn entry(&self, tag: u16) -> Option<&'a [u8]> {
        let mut entries = self.entries.chunks_exact(self.tiff.entry_size());
        entries.find(|entry| self.tiff.order.short(entry.get(..2)) == Some(tag))
    }

    /// Returns the last field of an entry: a value that is as short, or the offset of one.
    fn value_field(&self, tag: u16) -> Option<&'a [u8]> {
        let start = if self.tiff.is_big { 12 } else { 8 };
        self.entry(tag)?.get(start..)
    }
}
