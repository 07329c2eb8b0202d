//! Bits of entropy-coded data, the highest first.

/// Reads bits of one scan, up to the next marker.
///
/// Beyond the last bit there are zeros, so that nothing needs to ask before it reads;
/// [`EntropyBits::is_overrun`] tells afterwards.
#[derive(Clone, Copy)]
pub(super) struct EntropyBits<'a> {
    bytes: &'a [u8],
    /// The next byte that is not in `buffer`.
    at: usize,
    /// The next bits, from the top. Below the `count`th there may be more of them already.
    buffer: u64,
    /// Bits of `buffer` that may be taken.
    count: u32,
    /// Zeros that were made up, of all that were put into `buffer`.
    made_up: u64,
}

impl<'a> EntropyBits<'a> {
    /// Begins at an offset in bytes.
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, buffer: 0, count: 0, made_up: 0 }
    }

    /// Makes at least 56 bits ready.
    #[inline(always)]
    pub(super) fn fill(&mut self) {
        if let Some(Ok(next)) = self
            .bytes
            .get(self.at..self.at + 8)
            .map(<[u8; 8]>::try_from)
        {
            let word = u64::from_be_bytes(next);
            if !has_ff(word) {
                self.buffer |= word >> self.count;
                self.at += (63 - self.count as usize) >> 3;
                self.count |= 0b11_1000; // and as many more as are left of the last byte
                return;
            }
        }
        *self = self.filled_slowly();
    }

    /// Makes at least 32 bits ready.
    #[inline(always)]
    pub(super) fn fill_half(&mut self) {
        if self.count < 32 {
            self.fill();
        }
    }

    /// Fills byte by byte, where one of the next eight is 0xFF: it stands for itself before a zero,
    /// which is then left out, and for the end before anything else.
    #[cold]
    #[inline(never)]
    fn filled_slowly(mut self) -> Self {
        while self.count < 56 {
            let (byte, length) = match (self.bytes.get(self.at), self.bytes.get(self.at + 1)) {
                (Some(0xFF), Some(0)) => (0xFF, 2),
                (None | Some(0xFF), _) => {
                    self.made_up += 8;
                    (0, 0)
                }
                (Some(&byte), _) => (byte, 1),
            };
            self.buffer |= u64::from(byte) << (56 - self.count);
            self.count += 8;
            self.at += length;
        }
        self
    }

    /// Returns the next bits, as the highest ones.
    #[inline(always)]
    pub(super) fn peek(&self) -> u64 {
        self.buffer
    }

    /// Steps over bits that are ready, 63 at most.
    #[inline(always)]
    pub(super) fn skip(&mut self, bits: u32) {
        self.buffer <<= bits & 63;
        self.count = self.count.wrapping_sub(bits);
    }

    /// Takes 0 to 16 bits that are ready, as a number.
    #[inline(always)]
    pub(super) fn take(&mut self, bits: u32) -> u32 {
        let number = ((self.buffer >> 32) >> (32 - bits)) as u32;
        self.skip(bits);
        number
    }

    /// Returns true if bits were taken that are not in the file.
    pub(super) fn is_overrun(&self) -> bool {
        self.made_up > u64::from(self.count)
    }

    /// Returns the offset at which the data ends if it need not be a marker that follows. The bits
    /// that are left of the last byte must be set, as encoders fill it up (T.81, F.1.2.3): if they
    /// are not, they are of something else.
    pub(super) fn end_before_anything(mut self) -> Option<usize> {
        if let Some(marker) = self.end() {
            return Some(marker);
        }
        self.fill();
        let left = u64::from(self.count).checked_sub(self.made_up)?;
        let padding = left % 8;
        if !self.buffer >> 1 >> (63 - padding) != 0 {
            return None;
        }
        let mut end = self.at;
        for _ in 0..left / 8 {
            end = end.checked_sub(1)?;
            let is_stuffed = end > 0 && self.bytes.get(end - 1..=end) == Some(&[0xFF, 0]);
            end -= usize::from(is_stuffed);
        }
        Some(end)
    }

    /// Returns the offset at which the data ends: that of the marker that follows, if less than a
    /// byte is left before it.
    pub(super) fn end(mut self) -> Option<usize> {
        self.fill();
        if self.made_up == 0 {
            return None; // 56 bits or more are left
        }
        let left = u64::from(self.count).checked_sub(self.made_up)?;
        let is_marker = self.bytes.get(self.at) == Some(&0xFF);
        if left < 8 && is_marker { Some(self.at) } else { None }
    }
}

/// Returns true if one of the bytes is 0xFF.
#[inline(always)]
fn has_ff(word: u64) -> bool {
    const LOW: u64 = 0x0101_0101_0101_0101;
    ((word & (LOW * 0x7F)) + LOW) & word & (LOW * 0x80) != 0
}
