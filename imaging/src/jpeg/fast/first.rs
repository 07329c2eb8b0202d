//! The first scan of coefficients in progressive coding.

use super::bits::EntropyBits;
use super::coefficients::{Carry, Coefficients};
use super::huffman::Band;
use super::layout::Keep;
use super::lookup::END;

/// Decodes a block's coefficients for the first time, without their lowest bits (T.81, G.1.2.2).
pub(super) struct Send<'a> {
    pub(super) code: Band,
    /// The first coefficient and the last.
    pub(super) band: (u32, u32),
    /// The lowest bit that is sent.
    pub(super) low: u32,
    pub(super) keep: &'a Keep,
}

impl Send<'_> {
    /// Decodes a block; none where the data makes no sense.
    #[inline(always)]
    pub(super) fn block(
        &self,
        from: &mut EntropyBits<'_>,
        carry: &mut Carry,
        coefficients: &mut Coefficients,
        block: usize,
    ) -> Option<()> {
        if carry.ended > 0 {
            carry.ended -= 1;
            return Some(());
        }
        let base = coefficients.base(block);
        let values = coefficients.values.get_mut(base..)?;
        // A copy, so that it can be in registers.
        let mut bits = *from;
        let mut mask = 0;
        let mut put = |place: u32, value: i32| {
            // It is nothing at an end, and where more zeros follow than fit into a symbol.
            mask |= u64::from(value != 0) << (place & 63);
            values[usize::from(self.keep.slots[(place & 255) as usize])] =
                (value << self.low) as i16;
        };
        let (first, last) = self.band;
        let mut place = first - 1;
        while place < last {
            bits.fill();
            let entry = self.code.entry(&bits);
            let one = place + entry.first();
            let two = place + entry.second();
            if !entry.is_partial() && two <= last {
                bits.skip(entry.length());
                let (value, second) = entry.values();
                put(one, value.into());
                put(two, second.into());
                place = two;
                continue;
            }
            let (step, value) = if !entry.is_partial() && entry.second() >= END && one < last {
                // A coefficient and an end.
                bits.skip(entry.length());
                put(one, entry.values().0.into());
                (entry.second() - entry.first(), 0)
            } else if entry.is_partial() {
                self.code.finish(entry, &mut bits)?
            } else {
                self.code.symbol(&mut bits)?
            };
            if step >= END {
                let run = step - END;
                carry.ended = (1 << run) + bits.take(run) - 1;
                break;
            }
            place += step;
            if place > last {
                return None;
            }
            put(place, value);
        }
        coefficients.masks[block] |= mask;
        *from = bits;
        Some(())
    }
}
