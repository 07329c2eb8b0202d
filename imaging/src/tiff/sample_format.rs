//! The ways in which a sample is stored, and the number that it stands for.

use super::tags;
use crate::Error;
use crate::exif::tiff::Directory;

/// The kind of number that the bits of a sample stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberKind {
    Unsigned,
    Signed,
    Float,
}

/// The way in which a sample is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SampleFormat {
    pub(super) number: NumberKind,
    pub(super) bits: u32,
    pub(super) is_little_endian: bool,
}

impl SampleFormat {
    /// Reads the format of the samples, all of which have the same.
    ///
    /// # Errors
    /// [`Error::UnsupportedFormat`] where they differ, or are none of those that are read.
    pub(super) fn read(main: &Directory<'_>, is_little_endian: bool) -> Result<Self, Error> {
        let code = main.number(tags::SAMPLE_FORMAT).unwrap_or(1);
        let number = match code {
            2 => NumberKind::Signed,
            3 => NumberKind::Float,
            _ => NumberKind::Unsigned, // 4 is of those who do not know
        };
        let format = Self { number, bits: bits(main)?, is_little_endian };
        let are_same = main.numbers(tags::SAMPLE_FORMAT).all(|other| other == code);
        if are_same && matches!(code, 1..=4) && format.is_known() {
            Ok(format)
        } else {
            Err(Error::UnsupportedFormat("TIFF with samples of this kind"))
        }
    }

    /// Returns true if there are numbers like this at all.
    fn is_known(self) -> bool {
        match self.number {
            NumberKind::Unsigned => matches!(self.bits, 1..=16 | 24 | 32 | 64),
            NumberKind::Signed => matches!(self.bits, 8 | 16 | 24 | 32 | 64),
            NumberKind::Float => matches!(self.bits, 16 | 24 | 32 | 64),
        }
    }

    /// Returns true if white can be told only from the numbers of the whole picture.
    pub(super) fn needs_range(self) -> bool {
        self.number != NumberKind::Unsigned || self.bits > 16
    }

    /// Returns a sample of up to 16 bits that has no sign.
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

    /// Returns a sample of any kind.
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
            NumberKind::Unsigned => bits as f64,
            #[expect(clippy::cast_precision_loss, reason = "eight bits of it are shown")]
            NumberKind::Signed => {
                (bits << (64 - self.bits)).cast_signed() as f64 / f64::from(64 - self.bits).exp2()
            }
            NumberKind::Float => float(bits, self.bits),
        }
    }
}

/// Returns the bits of a sample, of all samples the same.
fn bits(main: &Directory<'_>) -> Result<u32, Error> {
    let bits = main.number(tags::BITS).unwrap_or(1);
    if main.numbers(tags::BITS).any(|other| other != bits) {
        return Err(Error::UnsupportedFormat("TIFF with samples of different sizes"));
    }
    Ok(bits)
}

/// Returns a floating-point number of 16, 24, 32 or 64 bits (IEEE 754; TIFF technical note 3 has
/// those of 24).
fn float(bits: u64, size: u32) -> f64 {
    match size {
        64 => f64::from_bits(bits),
        32 => f32::from_bits(u32::try_from(bits).unwrap_or(0)).into(),
        24 => short_float(bits, 7, 16),
        _ => short_float(bits, 5, 10),
    }
}

/// Returns a floating-point number of a sign, an exponent and a mantissa of these sizes in bits.
fn short_float(bits: u64, exponent_size: u32, mantissa_size: u32) -> f64 {
    let largest_exponent = (1_u64 << exponent_size) - 1;
    let exponent_bias = largest_exponent / 2;
    let stored_exponent = bits >> mantissa_size & largest_exponent;
    let mantissa = bits & ((1 << mantissa_size) - 1);
    let sign = bits >> (exponent_size + mantissa_size) << 63;
    if stored_exponent == 0 {
        // Below the least number that is normal, and zero.
        #[expect(clippy::cast_precision_loss, reason = "they have 16 bits at most")]
        let small =
            mantissa as f64 * (1.0 - exponent_bias as f64 - f64::from(mantissa_size)).exp2();
        return if sign == 0 { small } else { -small };
    }
    let exponent = if stored_exponent == largest_exponent {
        0x7FF
    } else {
        stored_exponent + 1023 - exponent_bias
    };
    f64::from_bits(sign | exponent << 52 | mantissa << (52 - mantissa_size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_of_every_size() {
        let near = |found: f64, wanted: f64| {
            assert!((found - wanted).abs() < 1e-4 * wanted.abs(), "{found}, {wanted}");
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
        let format =
            |bits| SampleFormat { number: NumberKind::Unsigned, bits, is_little_endian: true };
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
        let signed = SampleFormat { number: NumberKind::Signed, bits: 24, is_little_endian: false };
        assert!((signed.value(&[0xFF, 0xFF, 0xFE], 0) + 2.0).abs() < f64::EPSILON);
    }
}
