//! What is read with a Huffman code: the coefficients of a block (T.81, F.2.2 and G.2).

use super::bits::Bits;
use super::code::Code;
use super::lookup::{END, Entry, Lookup, Symbol};

/// For the first coefficient of a block: the difference to that of the block before.
pub(super) struct Dc(Lookup);

impl Dc {
    pub(super) fn new(code: &Code) -> Option<Self> {
        if code.symbols.iter().any(|size| *size > 15) {
            return None;
        }
        let symbol = |byte: u8| (byte <= 11).then_some(Symbol { step: 0, size: byte.into() });
        Some(Self(Lookup::new(code, symbol)?))
    }

    /// Takes at most 27 bits that are ready.
    #[inline(always)]
    pub(super) fn difference(&self, bits: &mut Bits<'_>) -> Option<i32> {
        let entry = self.0.entry(bits);
        if entry.is_partial() {
            return Some(self.0.finish(entry, bits)?.1);
        }
        bits.skip(entry.length());
        Some(entry.values().0.into())
    }
}

/// For the other coefficients.
pub(super) struct Ac {
    lookup: Lookup,
    skips: Box<[u16; SKIPS]>,
}

/// Bits that are looked up at once where values do not matter.
const SKIP_WIDTH: u32 = 12;
const SKIPS: usize = 1 << SKIP_WIDTH;

/// Length in bits 0 to 5, step above bit 8. Zero for a long code.
type Skip = u16;

impl Ac {
    pub(super) fn new(code: &Code) -> Option<Self> {
        let lookup = Lookup::new(code, symbol)?.pair();
        let single = code.table(SKIP_WIDTH, |byte, length, _| match symbol(byte) {
            Some(Symbol { step, size }) => (step << 8 | (length + size)) as Skip,
            None => 0,
        })?;
        let skips = (0..SKIPS)
            .map(|bits| join(&single, bits))
            .collect::<Vec<_>>();
        Some(Self { lookup, skips: skips.try_into().ok()? })
    }

    #[inline(always)]
    pub(super) fn entry(&self, bits: &Bits<'_>) -> Entry {
        self.lookup.entry(bits)
    }

    /// What several symbols skip together.
    #[inline(always)]
    pub(super) fn skip(&self, bits: &Bits<'_>) -> Skip {
        self.skips[(bits.peek() >> (64 - SKIP_WIDTH)) as usize]
    }

    /// Step and value of one symbol, by a partial entry. Takes at most 26 bits that are ready.
    #[inline(always)]
    pub(super) fn finish(&self, entry: Entry, bits: &mut Bits<'_>) -> Option<(u32, i32)> {
        self.lookup.finish(entry, bits)
    }

    /// Step and value of one symbol, whatever it is. Takes at most 26 bits that are ready.
    #[inline(always)]
    pub(super) fn symbol(&self, bits: &mut Bits<'_>) -> Option<(u32, i32)> {
        let (step, value, rest) = self.lookup.find(*bits)?;
        *bits = rest;
        Some((step, value))
    }
}

/// What a symbol means that is not for the first coefficient.
fn symbol(byte: u8) -> Option<Symbol> {
    match (u32::from(byte >> 4), u32::from(byte & 15)) {
        (0, 0) => Some(Symbol { step: END, size: 0 }),
        (15, 0) => Some(Symbol { step: 16, size: 0 }),
        (_, 0 | 11..) => None,
        (run, size) => Some(Symbol { step: run + 1, size }),
    }
}

/// For the other coefficients, in progressive coding.
pub(super) struct Band(Lookup);

impl Band {
    /// For a scan that sends coefficients for the first time.
    pub(super) fn first(code: &Code) -> Option<Self> {
        Some(Self(Lookup::new(code, band_symbol)?.pair()))
    }

    /// For a scan that refines them: sizes are 0, or 1 and the bit is its sign.
    pub(super) fn refining(code: &Code) -> Option<Self> {
        let symbol = |byte| band_symbol(byte).filter(|symbol| symbol.size <= 1);
        Some(Self(Lookup::new(code, symbol)?))
    }

    #[inline(always)]
    pub(super) fn entry(&self, bits: &Bits<'_>) -> Entry {
        self.0.entry(bits)
    }

    /// Step and value of one symbol. Takes at most 26 bits that are ready.
    #[inline(always)]
    pub(super) fn symbol(&self, bits: &mut Bits<'_>) -> Option<(u32, i32)> {
        let (step, value, rest) = self.0.find(*bits)?;
        *bits = rest;
        Some((step, value))
    }

    /// The same by a partial entry.
    #[inline(always)]
    pub(super) fn finish(&self, entry: Entry, bits: &mut Bits<'_>) -> Option<(u32, i32)> {
        self.0.finish(entry, bits)
    }
}

fn band_symbol(byte: u8) -> Option<Symbol> {
    match (u32::from(byte >> 4), u32::from(byte & 15)) {
        (run @ 0..=14, 0) => Some(Symbol { step: END + run, size: 0 }),
        _ => symbol(byte),
    }
}

/// As many symbols as these bits hold to the end, or the one that they begin.
fn join(single: &[Skip], bits: usize) -> Skip {
    let (mut length, mut step) = (0, 0);
    loop {
        let next = single[(bits << length) & (SKIPS - 1)];
        let (more, further) = (next & 63, next >> 8);
        let fits = u32::from(length + more) <= SKIP_WIDTH && step + (further & 127) < 64;
        if next == 0 || (length > 0 && !fits) {
            return step << 8 | length;
        }
        (length, step) = (length + more, step + further);
        if step >= END as u16 || !fits {
            return step << 8 | length;
        }
    }
}
