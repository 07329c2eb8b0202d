//! The coefficients of a block, which are read with a Huffman code (T.81, F.2.2 and G.2).

use super::bits::EntropyBits;
use super::code::Code;
use super::lookup::{END, Entry, Lookup, Symbol};

/// The code for the first coefficient of a block: the difference to that of the block before.
pub(super) struct Dc(Lookup);

impl Dc {
    pub(super) fn new(code: &Code) -> Option<Self> {
        if code.symbols.iter().any(|size| *size > 15) {
            return None;
        }
        let symbol = |byte: u8| (byte <= 11).then_some(Symbol { step: 0, size: byte.into() });
        Some(Self(Lookup::new(code, symbol)?))
    }

    /// Reads a difference. Takes at most 27 bits that are ready.
    #[inline(always)]
    pub(super) fn difference(&self, bits: &mut EntropyBits<'_>) -> Option<i32> {
        let entry = self.0.entry(bits);
        if entry.is_partial() {
            return Some(self.0.finish(entry, bits)?.1);
        }
        bits.skip(entry.length());
        Some(entry.values().0.into())
    }
}

/// The code for the other coefficients.
pub(super) struct Ac {
    lookup: Lookup,
    skips: Box<[u16; SKIPS]>,
}

/// Bits that are looked up at once where values do not matter.
const SKIP_WIDTH: u32 = 12;
const SKIPS: usize = 1 << SKIP_WIDTH;

/// The length of a code and its value in bits 0 to 5, the step from bit 8 on. Zero for a long code.
type Skip = u16;

impl Ac {
    pub(super) fn new(code: &Code) -> Option<Self> {
        let lookup = Lookup::new(code, symbol)?.pair();
        let single = code.table(SKIP_WIDTH, |byte, length, _| match symbol(byte) {
            Some(Symbol { step, size }) => (step << 8 | (length + size)) as Skip,
            None => 0,
        })?;
        let mut skips = Vec::with_capacity(SKIPS);
        for bits in 0..SKIPS {
            skips.push(join(&single, bits));
        }
        Some(Self { lookup, skips: skips.try_into().ok()? })
    }

    #[inline(always)]
    pub(super) fn entry(&self, bits: &EntropyBits<'_>) -> Entry {
        self.lookup.entry(bits)
    }

    /// Returns the step over several symbols together.
    #[inline(always)]
    pub(super) fn skip(&self, bits: &EntropyBits<'_>) -> Skip {
        self.skips[(bits.peek() >> (64 - SKIP_WIDTH)) as usize]
    }

    /// Reads step and value of one symbol, by a partial entry. Takes at most 26 bits that are
    /// ready.
    #[inline(always)]
    pub(super) fn finish(&self, entry: Entry, bits: &mut EntropyBits<'_>) -> Option<(u32, i32)> {
        self.lookup.finish(entry, bits)
    }

    /// Reads step and value of one symbol, whatever it is. Takes at most 26 bits that are ready.
    #[inline(always)]
    pub(super) fn symbol(&self, bits: &mut EntropyBits<'_>) -> Option<(u32, i32)> {
        let (step, value, rest) = self.lookup.find(*bits)?;
        *bits = rest;
        Some((step, value))
    }
}

/// Returns the meaning of a symbol that is not for the first coefficient.
fn symbol(byte: u8) -> Option<Symbol> {
    match (u32::from(byte >> 4), u32::from(byte & 15)) {
        (0, 0) => Some(Symbol { step: END, size: 0 }),
        (15, 0) => Some(Symbol { step: 16, size: 0 }),
        (_, 0 | 11..) => None,
        (run, size) => Some(Symbol { step: run + 1, size }),
    }
}

/// The code for the other coefficients, in progressive coding.
pub(super) struct Band(Lookup);

impl Band {
    /// Builds the tables for a scan that sends coefficients for the first time.
    pub(super) fn first(code: &Code) -> Option<Self> {
        Some(Self(Lookup::new(code, band_symbol)?.pair()))
    }

    /// Builds the tables for a scan that refines them: sizes are 0, or 1 and the bit is its sign.
    pub(super) fn refining(code: &Code) -> Option<Self> {
        let symbol = |byte| band_symbol(byte).filter(|symbol| symbol.size <= 1);
        Some(Self(Lookup::new(code, symbol)?))
    }

    #[inline(always)]
    pub(super) fn entry(&self, bits: &EntropyBits<'_>) -> Entry {
        self.0.entry(bits)
    }

    /// Reads step and value of one symbol. Takes at most 26 bits that are ready.
    #[inline(always)]
    pub(super) fn symbol(&self, bits: &mut EntropyBits<'_>) -> Option<(u32, i32)> {
        let (step, value, rest) = self.0.find(*bits)?;
        *bits = rest;
        Some((step, value))
    }

    /// As [`Band::symbol`], by a partial entry.
    #[inline(always)]
    pub(super) fn finish(&self, entry: Entry, bits: &mut EntropyBits<'_>) -> Option<(u32, i32)> {
        self.0.finish(entry, bits)
    }
}

fn band_symbol(byte: u8) -> Option<Symbol> {
    match (u32::from(byte >> 4), u32::from(byte & 15)) {
        (run @ 0..=14, 0) => Some(Symbol { step: END + run, size: 0 }),
        _ => symbol(byte),
    }
}

/// Returns the step over as many symbols as these bits hold to the end, or the one that they begin.
fn join(single: &[Skip], bits: usize) -> Skip {
    let mut length = 0;
    let mut step = 0;
    loop {
        let next = single[(bits << length) & (SKIPS - 1)];
        let more = next & 63;
        let further = next >> 8;
        let fits = u32::from(length + more) <= SKIP_WIDTH && step + (further & 127) < 64;
        if next == 0 || (length > 0 && !fits) {
            return step << 8 | length;
        }
        length += more;
        step += further;
        if step >= END as u16 || !fits {
            return step << 8 | length;
        }
    }
}
