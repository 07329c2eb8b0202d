//! Huffman codes (T.81, annex C).

/// A code as the file defines it: the number of codes of each length, and the symbols in order.
#[derive(Clone)]
pub(super) struct Code {
    pub(super) counts: [u8; 16],
    pub(super) symbols: Vec<u8>,
}

/// Finds symbols by codes of any length, slowly.
pub(super) struct Long {
    /// For each length the first code above those of this length and shorter, in 16 bits.
    limits: [u32; 17],
    /// For each length the difference of a symbol's number to its code; modulo 2³².
    offsets: [u32; 17],
    symbols: Vec<u8>,
}

impl Long {
    /// Returns length and symbol of the code that these bits begin with.
    pub(super) fn find(&self, bits: u64) -> Option<(u32, u8)> {
        let next = (bits >> 48) as u32;
        let length = (1..=16_usize).find(|length| next < self.limits[*length])?;
        let number = (next >> (16 - length)).wrapping_add(self.offsets[length]);
        Some((length as u32, *self.symbols.get(number as usize)?))
    }
}

impl Code {
    /// Returns each symbol with its code and the code's length; none if there are no such codes.
    fn codes(&self) -> Option<Vec<(u8, u32, u32)>> {
        let mut codes = Vec::with_capacity(256);
        let mut code = 0_u32;
        let mut symbols = self.symbols.iter();
        for (length, count) in (1..).zip(self.counts) {
            for _ in 0..count {
                codes.push((*symbols.next()?, code, length));
                code += 1;
            }
            // The last one, all ones, is not allowed.
            if code >= 1 << length {
                return None;
            }
            code <<= 1;
        }
        Some(codes)
    }

    /// Returns the way to find codes of any length.
    pub(super) fn long(&self) -> Long {
        let mut limits = [0; 17];
        let mut offsets = [0; 17];
        let mut code = 0_u32;
        let mut number = 0_u32;
        for length in 1..=16 {
            let count = u32::from(self.counts[length - 1]);
            offsets[length] = number.wrapping_sub(code);
            code += count;
            number += count;
            limits[length] = code << (16 - length);
            code <<= 1;
        }
        Long { limits, offsets, symbols: self.symbols.clone() }
    }

    /// Fills a table with what `entry` makes of a symbol, the length of its code and the bits that
    /// may follow, as the highest of 32.
    pub(super) fn table<T: Copy + Default>(
        &self,
        width: u32,
        entry: impl Fn(u8, u32, u32) -> T,
    ) -> Option<Vec<T>> {
        let mut table = vec![T::default(); 1 << width];
        for (symbol, code, length) in self.codes()? {
            if length > width {
                break;
            }
            let first = (code << (width - length)) as usize;
            let places = &mut table[first..first + (1 << (width - length))];
            for (rest, place) in places.iter_mut().enumerate() {
                let following =
                    if length == width { 0 } else { (rest as u32) << (32 - width + length) };
                *place = entry(symbol, length, following);
            }
        }
        Some(table)
    }
}

/// Returns the value of so many bits, the highest of 32 (T.81, F.2.2.1).
#[inline(always)]
pub(super) fn extend(bits: u32, size: u32) -> i32 {
    // All ones where the first bit is 0.
    let negative = !(bits as i32) >> 31;
    let number = ((u64::from(bits) << size) >> 32) as i32;
    number + (negative & (1 - (1 << size)))
}
