//! Conversion of luma and chroma to 8-bit RGB (ITU-T H.273).

use crate::Error;

/// Numbers of the conversion, for samples as they are stored and results from 0 to 255.
pub(super) struct Matrix {
    /// The sample of black.
    offset: f32,
    scale: f32,
    /// The sample of no colour.
    middle: f32,
    /// The shares of Cb and Cr in red, green and blue; none where the planes are green, blue and
    /// red.
    chroma: Option<ChromaWeights>,
}

#[derive(Clone, Copy)]
struct ChromaWeights {
    red: f32,
    green_of_cb: f32,
    green_of_cr: f32,
    blue: f32,
}

impl Matrix {
    /// Creates the conversion of samples of `depth` bits with these `MatrixCoefficients`.
    ///
    /// # Errors
    /// [`Error::UnsupportedFormat`] for others than those of known standards.
    pub(super) fn new(coefficients: u8, is_full_range: bool, depth: u8) -> Result<Self, Error> {
        let one = f32::from(1_u16 << (depth - 8)); // a step of 8 bits
        let largest = f32::from(u16::MAX >> (16 - depth));
        let (offset, scale, chroma_scale) = if is_full_range {
            (0.0, 255.0 / largest, 255.0 / largest)
        } else {
            (16.0 * one, 255.0 / (219.0 * one), 255.0 / (224.0 * one))
        };
        // Weights of red and blue in luma (H.273, table 4); BT.601 where it is not said, as HEIF
        // has it.
        let (red, blue) = match coefficients {
            0 => return Ok(Self { offset, scale, middle: 128.0 * one, chroma: None }),
            1 => (0.2126, 0.0722),
            2 | 5 | 6 => (0.299, 0.114),
            4 => (0.30, 0.11),
            7 => (0.212, 0.087),
            9 => (0.2627, 0.0593),
            12 => (0.2290, 0.0793), // those of its primaries, which then are Display P3's
            _ => return Err(Error::UnsupportedFormat("HEIF with these matrix coefficients")),
        };
        let green = 1.0 - red - blue;
        let chroma = ChromaWeights {
            red: 2.0 * (1.0 - red) * chroma_scale,
            green_of_cb: 2.0 * (1.0 - blue) * blue / green * chroma_scale,
            green_of_cr: 2.0 * (1.0 - red) * red / green * chroma_scale,
            blue: 2.0 * (1.0 - blue) * chroma_scale,
        };
        Ok(Self { offset, scale, middle: 128.0 * one, chroma: Some(chroma) })
    }

    /// Returns the sample of chroma that stands for no colour.
    pub(super) fn middle(&self) -> f32 {
        self.middle
    }

    /// Converts a pixel.
    pub(super) fn rgb(&self, luma: f32, cb: f32, cr: f32) -> [u8; 3] {
        let Some(chroma) = self.chroma else {
            return [cr, luma, cb].map(|sample| self.level(sample));
        };
        let light = (luma - self.offset) * self.scale + 0.5;
        let blue = cb - self.middle;
        let red = cr - self.middle;
        let green = light - chroma.green_of_cb * blue - chroma.green_of_cr * red;
        [light + chroma.red * red, green, light + chroma.blue * blue].map(to_byte)
    }

    /// Converts a sample without chroma.
    pub(super) fn level(&self, sample: f32) -> u8 {
        to_byte((sample - self.offset) * self.scale + 0.5)
    }
}

/// Cuts a level off at both ends, as the language has it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float is cast to the nearest byte"
)]
fn to_byte(level: f32) -> u8 {
    level as u8
}
