//! From the bytes of a row to numbers, and from numbers to 8 bits.

use super::header::Image;
use super::kind::Kind;
use super::scale::Scale;
use crate::pixels;

/// The kind of number that the bits of a sample stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Unsigned,
    Signed,
    Float,
}

/// The way in which a sample is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) number: Number,
    pub(super) bits: u32,
    pub(super) is_little_endian: bool,
}

impl Format {
    /// Returns whether there are numbers like this at all.
    pub(super) fn is_known(self) -> bool {
        match self.number {
            Number::Unsigned => matches!(self.bits, 1..=16 | 24 | 32 | 64),
            Number::Signed => matches!(self.bits, 8 | 16 | 24 | 32 | 64),
            Number::Float => matches!(self.bits, 16 | 24 | 32 | 64),
        }
    }

    /// Returns whether white can be told only from the numbers of the whole picture.
    pub(super) fn needs_range(self) -> bool {
        self.number != Number::Unsigned || self.bits > 16
    }

    /// A sample of up to 16 bits that has no sign.
    pub(super) fn small(self, row: &[u8], index: usize) -> u16 {
        match self.bits {
            8 => row[index].into(),
            16 => {
                let stored = [row[2 * index], row[2 * index + 1]];
                if self.is_little_endian {
                    u16::from_le_bytes(stored)
                } else {
                    u16::from_be_bytes(stored)
                }
            }
            bits => {
                let at = index * bits as usize;
                // Three bytes hold whatever begins in the first one.
                let byte = |place: usize| u32::from(row.get(at / 8 + place).copied().unwrap_or(0));
                let window = byte(0) << 16 | byte(1) << 8 | byte(2);
                let sample = window >> (24 - bits as usize - at % 8) & (0xFFFF >> (16 - bits));
                u16::try_from(sample).unwrap_or(u16::MAX)
            }
        }
    }

    /// A sample of any kind.
    pub(super) fn value(self, row: &[u8], index: usize) -> f64 {
        if !self.bits.is_multiple_of(8) {
            return self.small(row, index).into();
        }
        let size = self.bits as usize / 8;
        let stored = &row[index * size..(index + 1) * size];
        let join = |bits: u64, byte: &u8| bits << 8 | u64::from(*byte);
        let bits = if self.is_little_endian {
            stored.iter().rev().fold(0, join)
        } else {
            stored.iter().fold(0, join)
        };
        match self.number {
            #[expect(clippy::cast_precision_loss, reason = "eight bits of it are shown")]
            Number::Unsigned => bits as f64,
            #[expect(clippy::cast_precision_loss, reason = "eight bits of it are shown")]
            Number::Signed => {
                (bits << (64 - self.bits)).cast_signed() as f64 / f64::from(64 - self.bits).exp2()
            }
            Number::Float => float(bits, self.bits),
        }
    }
}

/// A floating-point number of 16, 24, 32 or 64 bits.
fn float(bits: u64, size: u32) -> f64 {
    // Bits of the exponent and of the mantissa.
    let (exponent_size, mantissa_size) = match size {
        64 => return f64::from_bits(bits),
        32 => return f32::from_bits(u32::try_from(bits).unwrap_or(0)).into(),
        24 => (7, 16),
        _ => (5, 10),
    };
    let most = (1_u64 << exponent_size) - 1;
    let (exponent, mantissa) = (bits >> mantissa_size & most, bits & ((1 << mantissa_size) - 1));
    let sign = bits >> (exponent_size + mantissa_size) << 63;
    let middle = most / 2;
    if exponent == 0 {
        // Below the least number that is normal, and zero.
        #[expect(clippy::cast_precision_loss, reason = "they have 16 bits at most")]
        let small = mantissa as f64 * (1.0 - middle as f64 - f64::from(mantissa_size)).exp2();
        return if sign == 0 { small } else { -small };
    }
    let exponent = if exponent == most { 0x7FF } else { exponent + 1023 - middle };
    f64::from_bits(sign | exponent << 52 | mantissa << (52 - mantissa_size))
}

/// Black and white, of colours and of alpha.
pub(super) struct Scales {
    pub(super) colour: Scale,
    pub(super) alpha: Scale,
}

impl Image<'_> {
    /// A sample in 8 bits, more being lighter or inkier; `number` says which of its pixel it is.
    pub(super) fn level(&self, row: &[u8], index: usize, number: usize, scales: &Scales) -> u8 {
        let level = match self.format.bits {
            _ if self.format.needs_range() => {
                let scale =
                    if number < self.kind.colours() { &scales.colour } else { &scales.alpha };
                scale.level(self.format.value(row, index))
            }
            8 => row[index],
            16 => pixels::to_8_bits(self.format.small(row, index)),
            bits => {
                let most = u32::from(u16::MAX >> (16 - bits));
                let sample = u32::from(self.format.small(row, index));
                u8::try_from((sample * 255 + most / 2) / most).unwrap_or(u8::MAX)
            }
        };
        // Only the first sample of a grey pixel is grey.
        if number == 0 && matches!(self.kind, Kind::Grey { is_inverted: true }) {
            !level
        } else {
            level
        }
    }

    /// Each sample was stored as the difference to the one before it (TIFF 6.0, section 14).
    pub(super) fn undo_differences(&self, row: &mut [u8]) {
        let step = self.stored_samples();
        match self.format.bits {
            8 => {
                for at in step..row.len() {
                    row[at] = row[at].wrapping_add(row[at - step]);
                }
            }
            16 => self.sum::<2>(row, step),
            24 => self.sum::<3>(row, step),
            32 => self.sum::<4>(row, step),
            _ => self.sum::<8>(row, step),
        }
    }

    /// Adds up samples of so many bytes.
    fn sum<const SIZE: usize>(&self, row: &mut [u8], step: usize) {
        let (samples, _) = row.as_chunks_mut::<SIZE>();
        for at in step..samples.len() {
            let before = samples[at - step];
            let mut carry = 0;
            for place in 0..SIZE {
                let place = if self.format.is_little_endian { place } else { SIZE - 1 - place };
                let sum = u16::from(samples[at][place]) + u16::from(before[place]) + carry;
                [samples[at][place], _] = sum.to_le_bytes();
                carry = sum >> 8;
            }
        }
    }

    /// The highest bytes of all samples were stored first, then the next ones, and each as the
    /// difference to the one before it (TIFF technical note 3).
    pub(super) fn undo_float_differences(&self, row: &mut [u8]) {
        let step = self.stored_samples();
        for at in step..row.len() {
            row[at] = row[at].wrapping_add(row[at - step]);
        }
        let size = self.format.bits as usize / 8;
        let stored = row.to_vec();
        let count = stored.len() / size;
        for (index, sample) in row.chunks_exact_mut(size).enumerate() {
            for (place, byte) in sample.iter_mut().enumerate() {
                let place = if self.format.is_little_endian { size - 1 - place } else { place };
                *byte = stored[place * count + index];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_of_every_size() {
        let near = |found: f64, wanted: f64| {
            assert!((found - wanted).abs() < 1e-4 * wanted.abs(), "{found}, {wanted}")
        };
        for (half, value) in [
            (0x3C00, 1.0),
            (0xC000, -2.0),
            (0x3555, 0.333_25),
            (0x0001, 5.960_46e-8),
            (0x7BFF, 65_504.0),
        ] {
            near(float(half, 16), value);
        }
        near(float(0x3F_0000, 24), 1.0);
        near(float(0xBF_8000, 24), -1.5);
        near(float(f32::to_bits(0.7).into(), 32), 0.7);
        near(float(f64::to_bits(-0.7), 64), -0.7);
        assert_eq!(float(0, 16).to_bits(), 0.0_f64.to_bits());
        assert!(
            float(0x7C00, 16).is_infinite()
                && float(0x7C01, 16).is_nan()
                && float(0x7F_0001, 24).is_nan()
        );
    }

    #[test]
    fn samples_of_any_number_of_bits() {
        let format = |bits| Format { number: Number::Unsigned, bits, is_little_endian: true };
        // Seven, twelve and fourteen bits, one after the other.
        let row = [0b1010_1010, 0b1100_1100, 0b1111_0000, 0b0101_0101];
        assert_eq!(
            [0, 1, 2].map(|index| format(7).small(&row, index)),
            [0b101_0101, 0b011_0011, 0b001_1110]
        );
        assert_eq!(
            [0, 1].map(|index| format(12).small(&row, index)),
            [0b1010_1010_1100, 0b1100_1111_0000]
        );
        assert_eq!(
            [0, 1].map(|index| format(14).small(&row, index)),
            [0b10_1010_1011_0011, 0b00_1111_0000_0101]
        );
        let signed = Format { number: Number::Signed, bits: 24, is_little_endian: false };
        assert!((signed.value(&[0xFF, 0xFF, 0xFE], 0) + 2.0).abs() < f64::EPSILON);
    }
}
