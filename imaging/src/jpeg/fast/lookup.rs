//! Tables that answer for the next bits with more than a symbol.

use super::bits::EntropyBits;
use super::code::{Code, Long, extend};

/// Bits that are looked up at once.
const WIDTH: u32 = 10;
const SIZE: usize = 1 << WIDTH;

/// The step at the end of a block: over all coefficients. In progressive coding, where it may end
/// several blocks, with the number of bits that follow added.
pub(super) const END: u32 = 128;

/// The meaning of a symbol.
#[derive(Clone, Copy)]
pub(super) struct Symbol {
    /// The distance of the coefficient from the last one.
    pub(super) step: u32,
    /// Bits that follow for its value.
    pub(super) size: u32,
}

/// The answer of a table for the next bits.
///
/// Bits 0 to 7 have the length of what they stand for, or 0 if that is not all known; then bits 8
/// to 15 have the length of code and value, and bits 16 to 23 the size of the value, or all are 0
/// where the code is longer. Else there are one or two coefficients: bits 8 to 15 the step to the
/// first, bits 16 to 23 to the second, bits 32 to 47 and 48 to 63 their values. One is there twice.
///
/// Bits 24 to 31 are the step of the first if not all is known.
#[derive(Clone, Copy, Default)]
pub(super) struct Entry(u64);

impl Entry {
    fn partial(Symbol { step, size }: Symbol, length: u32) -> Self {
        Self(u64::from((length + size) << 8 | size << 16 | step << 24))
    }

    fn whole(length: u32, step: u32, value: i32) -> Self {
        let value = u64::from(value as u16);
        Self(u64::from(length | step << 8 | step << 16) | value << 32 | value << 48)
    }

    /// Joins two coefficients.
    fn and(self, second: Self) -> Self {
        let low = (self.0 & 0xFFFF)
            + (second.0 & 0xFF)
            + ((u64::from(self.first() + second.first())) << 16);
        Self(low | (self.0 & 0xFFFF << 32) | (second.0 & 0xFFFF << 48))
    }

    #[inline(always)]
    pub(super) fn is_partial(self) -> bool {
        self.0 as u8 == 0
    }

    #[inline(always)]
    pub(super) fn length(self) -> u32 {
        u32::from(self.0 as u8)
    }

    #[inline(always)]
    pub(super) fn first(self) -> u32 {
        u32::from((self.0 >> 8) as u8)
    }

    #[inline(always)]
    pub(super) fn second(self) -> u32 {
        u32::from((self.0 >> 16) as u8)
    }

    /// Returns the values of the first and the second.
    #[inline(always)]
    pub(super) fn values(self) -> (i16, i16) {
        ((self.0 >> 32) as i16, (self.0 >> 48) as i16)
    }
}

/// A code, and a table for the bits that come next.
pub(super) struct Lookup {
    table: Box<[Entry; SIZE]>,
    long: Long,
    /// Returns the meaning of a symbol.
    symbol: fn(u8) -> Option<Symbol>,
}

impl Lookup {
    /// Builds the table; none where the code makes no sense.
    pub(super) fn new(code: &Code, symbol: fn(u8) -> Option<Symbol>) -> Option<Self> {
        let table = code.table(WIDTH, |byte, length, following| match symbol(byte) {
            None => Entry::default(),
            Some(symbol) if length + symbol.size > WIDTH => Entry::partial(symbol, length),
            Some(Symbol { step, size: 0 }) => Entry::whole(length, step, 0),
            Some(Symbol { step, size }) => {
                Entry::whole(length + size, step, extend(following, size))
            }
        })?;
        Some(Self { table: table.try_into().ok()?, long: code.long(), symbol })
    }

    /// Puts a second coefficient into the entries that have the bits of two.
    pub(super) fn pair(mut self) -> Self {
        let single = self.table.clone();
        for (bits, entry) in self.table.iter_mut().enumerate() {
            let second = single[(bits << entry.length()) % SIZE];
            let has_room = !second.is_partial() && entry.length() + second.length() <= WIDTH;
            if !entry.is_partial() && entry.first() < END && has_room {
                *entry = entry.and(second);
            }
        }
        self
    }

    #[inline(always)]
    pub(super) fn entry(&self, bits: &EntropyBits<'_>) -> Entry {
        self.table[(bits.peek() >> (64 - WIDTH)) as usize]
    }

    /// Reads step and value, by a partial entry. Takes at most 27 bits that are ready.
    #[inline(always)]
    pub(super) fn finish(
        &self,
        Entry(entry): Entry,
        bits: &mut EntropyBits<'_>,
    ) -> Option<(u32, i32)> {
        let total = (entry >> 8) as u32 & 63;
        let size = (entry >> 16) as u32 & 15;
        if size == 0 {
            let (step, value, rest) = self.find(*bits)?;
            *bits = rest;
            return Some((step, value));
        }
        let value = extend(((bits.peek() << (total - size)) >> 32) as u32, size);
        bits.skip(total);
        Some(((entry >> 24) as u32 & 255, value))
    }

    /// Returns step and value of the next symbol, without the table, and the bits behind it.
    #[inline(never)]
    pub(super) fn find<'a>(
        &self,
        mut bits: EntropyBits<'a>,
    ) -> Option<(u32, i32, EntropyBits<'a>)> {
        let (length, symbol) = self.long.find(bits.peek())?;
        let Symbol { step, size } = (self.symbol)(symbol)?;
        bits.skip(length);
        let value = if size == 0 { 0 } else { extend((bits.peek() >> 32) as u32, size) };
        bits.skip(size);
        Some((step, value, bits))
    }
}
