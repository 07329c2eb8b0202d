//! The numbers for black and white, where the format alone does not tell.

use super::sample_format::{NumberKind, SampleFormat};

/// The numbers for black and white.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    black: f64,
    white: f64,
}

/// The least and the most of the numbers that were seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct ValueRange {
    least: f64,
    most: f64,
}

/// Above it, colours of a picture in floating point are not light that is brighter than white.
const MOST_LIGHT: f64 = 16.0;

impl ValueRange {
    pub(super) const NOTHING: Self = Self { least: f64::INFINITY, most: f64::NEG_INFINITY };

    /// Takes a number in, unless it is infinite or not a number.
    pub(super) fn add(&mut self, number: f64) {
        if number.is_finite() {
            self.least = self.least.min(number);
            self.most = self.most.max(number);
        }
    }

    /// Returns the scale of the range of numbers with these bits from which programs take their
    /// pictures, as far as it is used.
    ///
    /// Whole numbers may come from a type that is smaller than the one they are stored in. Floating
    /// point goes from 0 to 1, above which there may be light brighter than white; whatever
    /// else there is has no white of its own.
    pub(super) fn scale(self, format: SampleFormat, is_grey: bool) -> Scale {
        if self.least > self.most {
            return Scale::UNIT;
        }
        match format.number {
            NumberKind::Unsigned => self.up_to(&[8, 16, 32, 64]),
            NumberKind::Signed if self.least >= 0.0 && format.bits == 8 => self.up_to(&[7]),
            NumberKind::Signed if self.least >= 0.0 => self.up_to(&[8, 15, 31, 63]),
            NumberKind::Signed => self.around_zero(),
            NumberKind::Float => self.of_floats(is_grey),
        }
    }

    fn of_floats(self, is_grey: bool) -> Scale {
        let is_light = !is_grey && self.most <= MOST_LIGHT;
        if self.least < -0.1 * self.most {
            self.stretched()
        } else if self.most <= 1.0 || is_light {
            Scale::UNIT
        } else if self.most > MOST_LIGHT && self.most <= 255.0 {
            self.up_to(&[8])
        } else if self.most > 4096.0 && self.most <= 65_535.0 {
            self.up_to(&[16])
        } else {
            self.stretched()
        }
    }

    /// Returns the scale from zero to the most of the first of these numbers of bits that is
    /// enough.
    fn up_to(self, bits: &[u8]) -> Scale {
        let mut white = 1.0;
        for bits in bits {
            white = f64::from(*bits).exp2() - 1.0;
            if self.most <= white {
                break;
            }
        }
        Scale { black: 0.0, white }
    }

    /// Returns the scale of the first of the signed types that is enough.
    fn around_zero(self) -> Scale {
        let mut end = 0.0;
        for bits in [7_u8, 15, 31, 63] {
            end = f64::from(bits).exp2();
            if self.least >= -end && self.most < end {
                break;
            }
        }
        Scale { black: -end, white: end - 1.0 }
    }

    /// Returns the scale from the least to the most.
    fn stretched(self) -> Scale {
        Scale { black: self.least, white: self.most }
    }
}

impl Scale {
    /// The scale from 0 to 1.
    pub(super) const UNIT: Self = Self { black: 0.0, white: 1.0 };

    /// Returns the scale of alpha, which is never less than the whole type.
    pub(super) fn of_alpha(format: SampleFormat) -> Self {
        match format.number {
            NumberKind::Unsigned => Self { black: 0.0, white: f64::from(format.bits).exp2() - 1.0 },
            NumberKind::Signed => {
                Self { black: 0.0, white: f64::from(format.bits - 1).exp2() - 1.0 }
            }
            NumberKind::Float => Self::UNIT,
        }
    }

    /// Returns a number in 8 bits; not a number is black.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float is cast to the nearest byte"
    )]
    pub(super) fn level(self, number: f64) -> u8 {
        let span = (self.white - self.black).max(f64::MIN_POSITIVE);
        ((number - self.black) / span * 255.0 + 0.5) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(number: NumberKind, bits: u32, is_grey: bool, numbers: &[f64]) -> (f64, f64) {
        let mut range = ValueRange::NOTHING;
        for number in numbers {
            range.add(*number);
        }
        let Scale { black, white } =
            range.scale(SampleFormat { number, bits, is_little_endian: true }, is_grey);
        (black, white)
    }

    #[test]
    fn white_is_what_programs_take_for_it() {
        assert_eq!(scale(NumberKind::Unsigned, 32, true, &[0.0, 200.0]), (0.0, 255.0));
        assert_eq!(scale(NumberKind::Unsigned, 32, true, &[0.0, 70_000.0]), (0.0, 4_294_967_295.0));
        assert_eq!(scale(NumberKind::Signed, 8, true, &[0.0, 100.0]), (0.0, 127.0));
        assert_eq!(scale(NumberKind::Signed, 16, true, &[0.0, 30_000.0]), (0.0, 32_767.0));
        assert_eq!(scale(NumberKind::Signed, 16, true, &[-5.0, 30_000.0]), (-32_768.0, 32_767.0));
        assert_eq!(scale(NumberKind::Signed, 32, true, &[-129.0, 90.0]), (-32_768.0, 32_767.0));
        assert_eq!(scale(NumberKind::Float, 32, false, &[0.2, 0.9]), (0.0, 1.0));
        assert_eq!(
            scale(NumberKind::Float, 32, false, &[-0.01, 4.0, f64::NAN, f64::INFINITY]),
            (0.0, 1.0),
            "light"
        );
        assert_eq!(scale(NumberKind::Float, 32, true, &[0.0, 4.0]), (0.0, 4.0), "heights");
        assert_eq!(scale(NumberKind::Float, 32, true, &[0.0, 200.0]), (0.0, 255.0));
        assert_eq!(scale(NumberKind::Float, 32, true, &[-100.0, 200.0]), (-100.0, 200.0));
        assert_eq!(scale(NumberKind::Float, 32, true, &[f64::NAN]), (0.0, 1.0));
        let level = |number| Scale { black: 1.0, white: 3.0 }.level(number);
        assert_eq!([0.0, 1.0, 2.0, 3.0, 9.0, f64::NAN].map(level), [0, 0, 128, 255, 255, 0]);
        assert_eq!(Scale { black: 7.0, white: 7.0 }.level(7.0), 0, "nothing but one number");
    }
}
