//! Finds black and white where the numbers alone do not tell.

use super::samples::{Format, Number};

/// The numbers for black and white.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    black: f64,
    white: f64,
}

/// The least and the most of the numbers that were seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    least: f64,
    most: f64,
}

/// Above it, colours of a picture in floating point are not light that is brighter than white.
const MOST_LIGHT: f64 = 16.0;

impl Range {
    pub(super) const NOTHING: Self = Self { least: f64::INFINITY, most: f64::NEG_INFINITY };

    /// Takes a number in, unless it is none.
    pub(super) fn add(&mut self, number: f64) {
        if number.is_finite() {
            self.least = self.least.min(number);
            self.most = self.most.max(number);
        }
    }

    /// The range of numbers with these bits from which programs take their pictures, as far as it
    /// is used.
    ///
    /// Whole numbers may come from a type that is smaller than the one they are stored in. Floating
    /// point goes from 0 to 1, above which there may be light brighter than white; whatever
    /// else there is has no white of its own.
    pub(super) fn scale(self, format: Format, is_grey: bool) -> Scale {
        if self.least > self.most {
            return Scale::UNIT;
        }
        match format.number {
            Number::Unsigned => self.up_to(&[8, 16, 32, 64]),
            Number::Signed if self.least >= 0.0 && format.bits == 8 => self.up_to(&[7]),
            Number::Signed if self.least >= 0.0 => self.up_to(&[8, 15, 31, 63]),
            Number::Signed => {
                let bits = [7, 15, 31, 63].map(|bits: i32| f64::from(bits).exp2());
                let fits = |most: &&f64| self.least >= -**most && self.most < **most;
                let most = bits.iter().find(fits).copied().unwrap_or(bits[3]);
                Scale { black: -most, white: most - 1.0 }
            }
            Number::Float if self.least < -0.1 * self.most => self.stretched(),
            Number::Float if self.most <= 1.0 || (!is_grey && self.most <= MOST_LIGHT) => {
                Scale::UNIT
            }
            Number::Float if self.most > MOST_LIGHT && self.most <= 255.0 => self.up_to(&[8]),
            Number::Float if self.most > 4096.0 && self.most <= 65_535.0 => self.up_to(&[16]),
            Number::Float => self.stretched(),
        }
    }

    /// From zero to the most of the first of these numbers of bits that is enough.
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

    fn stretched(self) -> Scale {
        Scale { black: self.least, white: self.most }
    }
}

impl Scale {
    /// From 0 to 1.
    pub(super) const UNIT: Self = Self { black: 0.0, white: 1.0 };

    /// The scale of alpha, which is never less than the whole type.
    pub(super) fn of_alpha(format: Format) -> Self {
        match format.number {
            Number::Unsigned => Self { black: 0.0, white: f64::from(format.bits).exp2() - 1.0 },
            Number::Signed => Self { black: 0.0, white: f64::from(format.bits - 1).exp2() - 1.0 },
            Number::Float => Self::UNIT,
        }
    }

    /// A number in 8 bits; what is none is black.
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

    fn scale(number: Number, bits: u32, is_grey: bool, numbers: &[f64]) -> (f64, f64) {
        let mut range = Range::NOTHING;
        for number in numbers {
            range.add(*number);
        }
        let Scale { black, white } =
            range.scale(Format { number, bits, is_little_endian: true }, is_grey);
        (black, white)
    }

    #[test]
    fn white_is_what_programs_take_for_it() {
        assert_eq!(scale(Number::Unsigned, 32, true, &[0.0, 200.0]), (0.0, 255.0));
        assert_eq!(scale(Number::Unsigned, 32, true, &[0.0, 70_000.0]), (0.0, 4_294_967_295.0));
        assert_eq!(scale(Number::Signed, 8, true, &[0.0, 100.0]), (0.0, 127.0));
        assert_eq!(scale(Number::Signed, 16, true, &[0.0, 30_000.0]), (0.0, 32_767.0));
        assert_eq!(scale(Number::Signed, 16, true, &[-5.0, 30_000.0]), (-32_768.0, 32_767.0));
        assert_eq!(scale(Number::Signed, 32, true, &[-129.0, 90.0]), (-32_768.0, 32_767.0));
        assert_eq!(scale(Number::Float, 32, false, &[0.2, 0.9]), (0.0, 1.0));
        assert_eq!(
            scale(Number::Float, 32, false, &[-0.01, 4.0, f64::NAN, f64::INFINITY]),
            (0.0, 1.0),
            "light"
        );
        assert_eq!(scale(Number::Float, 32, true, &[0.0, 4.0]), (0.0, 4.0), "heights");
        assert_eq!(scale(Number::Float, 32, true, &[0.0, 200.0]), (0.0, 255.0));
        assert_eq!(scale(Number::Float, 32, true, &[-100.0, 200.0]), (-100.0, 200.0));
        assert_eq!(scale(Number::Float, 32, true, &[f64::NAN]), (0.0, 1.0));
        let level = |number| Scale { black: 1.0, white: 3.0 }.level(number);
        assert_eq!([0.0, 1.0, 2.0, 3.0, 9.0, f64::NAN].map(level), [0, 0, 128, 255, 255, 0]);
        assert_eq!(Scale { black: 7.0, white: 7.0 }.level(7.0), 0, "nothing but one number");
    }
}
