//! The scans that add a bit to coefficients, in progressive coding.

use super::bits::EntropyBits;
use super::coefficients::{Carry, Coefficients};
use super::huffman::Band;
use super::layout::Keep;
use super::lookup::END;

/// Decodes one more bit of a block's coefficients (T.81, G.1.2.3).
///
/// Each coefficient that is not zero has a bit, and among these are the symbols for those that are
/// no longer zero. So the bits are collected from between the symbols, and then handed out in one
/// go.
pub(super) struct Refine<'a> {
    pub(super) code: Band,
    /// A bit for each coefficient of the scan.
    pub(super) band: u64,
    /// The bit that is added.
    pub(super) low: u32,
    pub(super) keep: &'a Keep,
}

impl Refine<'_> {
    /// Decodes a block; none where the data makes no sense.
    #[inline(always)]
    pub(super) fn block(
        &self,
        from: &mut EntropyBits<'_>,
        carry: &mut Carry,
        coefficients: &mut Coefficients,
        block: usize,
    ) -> Option<()> {
        let base = coefficients.base(block);
        let values = coefficients.values.get_mut(base..)?;
        // A copy, so that it can be in registers.
        let mut bits = *from;
        let mask = coefficients.masks[block];
        let mut added = 0;
        // The places that are still to come.
        let mut rest = self.band;
        let mut collected = Collected::default();
        while carry.ended == 0 && rest != 0 {
            bits.fill();
            let entry = self.code.entry(&bits);
            let (step, value) = if entry.is_partial() {
                self.code.finish(entry, &mut bits)?
            } else {
                bits.skip(entry.length());
                (entry.first(), entry.values().0.into())
            };
            if step >= END {
                let run = step - END;
                carry.ended = (1 << run) + bits.take(run);
                break;
            }
            // Steps count coefficients that are zero so far; on the way are the others.
            let start = rest.trailing_zeros();
            let place = start + select((rest & !mask) >> start, step)?;
            let others = place + 1 - start - step;
            collected.take(&mut bits, others);
            let bit = 1 << place;
            if value != 0 {
                added |= bit;
                values[usize::from(self.keep.slots[place as usize])] = (value << self.low) as i16;
            }
            rest &= !(bit | (bit - 1));
        }
        if carry.ended > 0 {
            carry.ended -= 1;
            let others = rest & mask;
            if others != 0 {
                bits.fill();
                collected.take(&mut bits, others.count_ones());
            }
        }
        self.correct(mask & self.band, collected.bits, values);
        coefficients.masks[block] = mask | added;
        *from = bits;
        Some(())
    }

    /// Hands out a bit to each of these places.
    #[inline(always)]
    fn correct(&self, mut places: u64, mut bits: u64, values: &mut [i16]) {
        if bits == 0 {
            return;
        }
        while places & self.keep.places != 0 {
            let place = places.trailing_zeros();
            let value = &mut values[usize::from(self.keep.slots[place as usize])];
            // One further from zero, if it has a bit. What is not needed has one place together.
            let sign = (*value >> 15) | 1;
            *value = value.wrapping_add((sign * (bits >> 63) as i16) << self.low);
            bits <<= 1;
            places &= places - 1;
        }
    }
}

/// Bits, the first of them the highest.
#[derive(Default)]
struct Collected {
    bits: u64,
    count: u32,
}

impl Collected {
    /// Takes so many, of which 32 are ready. All together are fewer than 64.
    #[inline(always)]
    fn take(&mut self, bits: &mut EntropyBits<'_>, mut count: u32) {
        while count > 32 {
            self.take_ready(bits, 32);
            count -= 32;
            bits.fill();
        }
        self.take_ready(bits, count);
    }

    #[inline(always)]
    fn take_ready(&mut self, bits: &mut EntropyBits<'_>, count: u32) {
        self.bits |= (bits.peek() & !(u64::MAX >> count)) >> self.count;
        self.count += count;
        bits.skip(count);
    }
}

/// Returns the place of the bit that is the so-manieth of those that are set; the first is number
/// 1.
#[inline(always)]
fn select(mut bits: u64, mut number: u32) -> Option<u32> {
    let mut at = 0;
    loop {
        let places = &PLACES[usize::from(bits as u8)];
        let place = places[(number as usize - 1) & 15];
        if place < 8 {
            return Some(at + u32::from(place));
        }
        number -= u32::from(place - 8);
        bits >>= 8;
        at += 8;
        if bits == 0 {
            return None;
        }
    }
}

/// The places of the bits of each byte that are set; behind the last one their number and 8.
const PLACES: [[u8; 16]; 256] = {
    let mut table = [[0; 16]; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut place = 0;
        let mut count = 0;
        while place < 8 {
            if byte >> place & 1 == 1 {
                table[byte][count] = place;
                count += 1;
            }
            place += 1;
        }
        let mut rest = count;
        while rest < 16 {
            table[byte][rest] = count as u8 + 8;
            rest += 1;
        }
        byte += 1;
    }
    table
};
