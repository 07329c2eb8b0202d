//! Text that is deflated once and passed on as it is.
//!
//! A [`PackedText`] is a fragment of a deflate stream (RFC 1951): blocks of which none is the last,
//! ended by a sync flush, so that it ends at a byte and refers to nothing before it. One gzip
//! member (RFC 1952) is put together of a fragment of what comes before, the fragment of the text,
//! one of what comes after, and an empty last block. Its checksum is combined of those of the parts,
//! so the text's fragment is neither inflated nor read.

use std::cell::RefCell;

use crc32fast::Hasher;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// The place in a JSON text at which a packed text belongs. No JSON holds this character as it is:
/// in a string it is escaped.
pub const GAP: char = '\0';

/// The beginning of a gzip member: deflate, no flags, no time, an unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// The most bytes that one stored block holds.
const STORED: usize = 65_535;

/// Fewer bytes than this are stored: deflating them would save next to nothing.
const SMALL: usize = 256;

/// Bytes of a text's SHA-256 that are kept: 128 bits.
const SUM: usize = 16;

/// A text, deflated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedText {
    /// The fragment of a deflate stream.
    pub fragment: Vec<u8>,
    /// Bytes of the text.
    pub length: u32,
    /// The CRC-32 of the text.
    pub crc: u32,
    /// The first bytes of the text's SHA-256, hexadecimal.
    pub sum: String,
}

impl PackedText {
    /// Packs a text that is passed on many times: small, which takes a while.
    pub fn pack(text: &str) -> Self {
        Self::pack_at(Compression::default(), text)
    }

    /// Packs a text that may be passed on once: quickly.
    pub fn pack_quickly(text: &str) -> Self {
        Self::pack_at(Compression::fast(), text)
    }

    fn pack_at(level: Compression, text: &str) -> Self {
        let bytes = text.as_bytes();
        Self {
            fragment: deflated(&mut Compress::new(level, false), bytes),
            length: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            crc: crc32fast::hash(bytes),
            sum: hex::encode(&Sha256::digest(bytes)[..SUM]),
        }
    }

    /// Returns the text.
    ///
    /// # Errors
    /// [`Error::Internal`] when the fragment is none of a text of this length.
    pub fn text(&self) -> Result<String> {
        let length = self.length as usize;
        let mut bytes = Vec::with_capacity(length);
        Decompress::new(false)
            .decompress_vec(&self.fragment, &mut bytes, FlushDecompress::Sync)
            .map_err(Error::internal)?;
        if bytes.len() != length {
            return Err(Error::internal("a packed text of another length"));
        }
        String::from_utf8(bytes).map_err(Error::internal)
    }

    /// Returns a gzip member of `before`, the text, and `after`.
    pub fn gzip_between(&self, before: &[u8], after: &[u8]) -> Vec<u8> {
        let room = before.len() + self.fragment.len() + after.len() + 64;
        let mut member = Vec::with_capacity(room);
        member.extend(HEADER);
        member.extend(small_fragment(before));
        member.extend(&self.fragment);
        member.extend(small_fragment(after));
        push_stored(&mut member, &[], true);
        let mut checksum = Hasher::new();
        checksum.update(before);
        checksum.combine(&Hasher::new_with_initial_len(self.crc, u64::from(self.length)));
        checksum.update(after);
        member.extend(checksum.finalize().to_le_bytes());
        let around = u32::try_from(before.len() + after.len()).unwrap_or(u32::MAX);
        member.extend(self.length.wrapping_add(around).to_le_bytes());
        member
    }
}

/// Appends a stored block: three bits and their padding, its length, the same inverted, its bytes.
fn push_stored(member: &mut Vec<u8>, bytes: &[u8], is_last: bool) {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    member.push(u8::from(is_last));
    member.extend(length.to_le_bytes());
    member.extend((!length).to_le_bytes());
    member.extend(bytes);
}

thread_local! {
    /// Making one takes longer than deflating a kilobyte.
    static COMPRESS: RefCell<Compress> = RefCell::new(Compress::new(Compression::fast(), false));
}

/// Returns the fragment of what stands around a text: some bytes are stored, a kilobyte is deflated.
fn small_fragment(bytes: &[u8]) -> Vec<u8> {
    if bytes.len() < SMALL {
        return stored(bytes);
    }
    COMPRESS.with_borrow_mut(|compress| {
        compress.reset();
        deflated(compress, bytes)
    })
}

/// Returns the fragment of these bytes: deflated, or stored if that failed.
fn deflated(compress: &mut Compress, bytes: &[u8]) -> Vec<u8> {
    let room = bytes.len() + bytes.len() / 8 + 128;
    let mut fragment = Vec::with_capacity(room);
    let outcome = compress.compress_vec(bytes, &mut fragment, FlushCompress::Sync);
    let is_whole = compress.total_in() == bytes.len() as u64 && fragment.len() < room;
    if outcome.is_err() || !is_whole {
        return stored(bytes);
    }
    fragment.shrink_to_fit();
    fragment
}

fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut stored = Vec::with_capacity(bytes.len() + 64);
    for part in bytes.chunks(STORED) {
        push_stored(&mut stored, part, false);
    }
    stored
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;
    use proptest::prelude::*;

    use super::*;

    fn gunzipped(member: &[u8]) -> String {
        let mut text = String::new();
        GzDecoder::new(member)
            .read_to_string(&mut text)
            .expect("a gzip member");
        text
    }

    proptest! {
        #[test]
        fn a_member_is_before_the_text_and_after(
            before in "\\PC{0,80}",
            text in prop_oneof!["\\PC{0,4}", "(\\PC{1,6}){1,4000}"],
            after in "\\PC{0,80}",
        ) {
            for packed in [PackedText::pack(&text), PackedText::pack_quickly(&text)] {
                prop_assert_eq!(packed.text().expect("the text"), text.clone());
                let member = packed.gzip_between(before.as_bytes(), after.as_bytes());
                prop_assert_eq!(gunzipped(&member), format!("{before}{text}{after}"));
            }
        }
    }

    #[test]
    fn what_stands_around_may_be_longer_than_a_stored_block() {
        let long = "x".repeat(3 * STORED + 7);
        let member = PackedText::pack("[1]").gzip_between(long.as_bytes(), long.as_bytes());
        assert_eq!(gunzipped(&member), format!("{long}[1]{long}"));
    }

    #[test]
    fn a_fragment_that_was_cut_is_no_text() {
        let packed = PackedText::pack(&"abcdefgh".repeat(100));
        let mut fragment = packed.fragment.clone();
        fragment.truncate(fragment.len() / 2);
        assert!(PackedText { fragment, ..packed }.text().is_err());
    }
}
