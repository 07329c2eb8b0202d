//! Luma and chroma as the decoders give them, and their way to 8-bit RGB (ITU-T H.273).

use crate::Error;
use crate::pixels::{self, Pixels};

/// One plane; rows from the top without padding.
#[derive(Debug, Clone, Default)]
pub(super) struct Plane {
    pub(super) width: usize,
    pub(super) samples: Vec<u16>,
}

impl Plane {
    fn row(&self, y: usize) -> &[u16] {
        self.samples
            .get(y * self.width..(y + 1) * self.width)
            .unwrap_or_default()
    }
}

/// A decoded picture.
#[derive(Debug, Clone)]
pub(super) struct Planes {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Bits a sample.
    pub(super) depth: u8,
    /// Chroma has half as many samples a row (1) or as many as luma (0).
    pub(super) across: u8,
    /// Chroma has half as many rows (1) or as many as luma (0).
    pub(super) down: u8,
    /// Luma, Cb and Cr; only the first one of a grey picture.
    pub(super) samples: [Plane; 3],
    pub(super) is_full_range: bool,
    /// How luma and chroma were made of red, green and blue: `MatrixCoefficients` of H.273.
    pub(super) matrix: u8,
}

/// Where a part of a picture goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) x: u32,
    pub(super) y: u32,
}

impl Planes {
    /// Whether the planes are as large as they have to be. Decoders are not believed.
    pub(super) fn check(&self) -> Result<(), Error> {
        let size = |plane: &Plane, width: usize, height: usize| {
            plane.width == width && plane.samples.len() == width * height
        };
        let (width, height) = (self.width as usize, self.height as usize);
        let chroma = (width.div_ceil(1 << self.across), height.div_ceil(1 << self.down));
        let [luma, cb, cr] = &self.samples;
        let is_right = size(luma, width, height)
            && (self.is_grey() || (size(cb, chroma.0, chroma.1) && size(cr, chroma.0, chroma.1)));
        is_right
            .then_some(())
            .ok_or_else(|| Error::corrupt("planes of different sizes"))
    }

    fn is_grey(&self) -> bool {
        self.samples[1].samples.is_empty()
    }

    /// Draws the picture on a canvas of RGB or RGBA; what reaches over its edges is cut off.
    pub(super) fn draw(&self, canvas: &mut Pixels, place: Place) -> Result<(), Error> {
        let matrix = Matrix::new(self)?;
        let size = canvas.layout.size();
        let columns =
            (self.width as usize).min((canvas.width - place.x.min(canvas.width)) as usize);
        let (mut cb, mut cr) = (vec![matrix.middle; columns], vec![matrix.middle; columns]);
        for y in 0..self.height.min(canvas.height.saturating_sub(place.y)) {
            if !self.is_grey() {
                self.chroma_row(1, y as usize, &mut cb);
                self.chroma_row(2, y as usize, &mut cr);
            }
            let from =
                pixels::bytes(canvas.width, place.y + y, canvas.layout) + place.x as usize * size;
            let to = &mut canvas.data[from..from + columns * size];
            let luma = self.samples[0].row(y as usize);
            for (((pixel, luma), cb), cr) in to.chunks_exact_mut(size).zip(luma).zip(&cb).zip(&cr) {
                let rgb = matrix.rgb(f32::from(*luma), *cb, *cr);
                pixel[..3].copy_from_slice(&rgb);
            }
        }
        Ok(())
    }

    /// Luma as the last sample of each pixel of a canvas.
    pub(super) fn draw_alpha(&self, canvas: &mut Pixels, place: Place) -> Result<(), Error> {
        let matrix = Matrix::new(self)?;
        let size = canvas.layout.size();
        let columns =
            (self.width as usize).min((canvas.width - place.x.min(canvas.width)) as usize);
        for y in 0..self.height.min(canvas.height.saturating_sub(place.y)) {
            let from =
                pixels::bytes(canvas.width, place.y + y, canvas.layout) + place.x as usize * size;
            let to = &mut canvas.data[from..from + columns * size];
            for (pixel, luma) in to
                .chunks_exact_mut(size)
                .zip(self.samples[0].row(y as usize))
            {
                pixel[size - 1] = matrix.level(f32::from(*luma));
            }
        }
        Ok(())
    }

    /// A row of a chroma plane at the resolution of luma: halved ones are taken as sampled in the
    /// middle between their pixels and are blended 3 to 1, as JPEG decoders do it.
    fn chroma_row(&self, plane: usize, y: usize, to: &mut [f32]) {
        let plane = &self.samples[plane];
        let near = plane.row(y >> self.down);
        let last = plane.samples.len() / plane.width.max(1) - 1;
        let far = match (self.down, y % 2) {
            (0, _) => near,
            (_, 0) => plane.row((y / 2).saturating_sub(1)),
            _ => plane.row((y / 2 + 1).min(last)),
        };
        let blended = |x: usize| 0.75 * f32::from(near[x]) + 0.25 * f32::from(far[x]);
        if self.across == 0 {
            for (x, to) in to.iter_mut().enumerate() {
                *to = blended(x);
            }
            return;
        }
        let mut before = blended(0);
        let mut here = before;
        for (x, pair) in to.chunks_mut(2).enumerate() {
            let after = blended((x + 1).min(plane.width - 1));
            pair[0] = 0.75 * here + 0.25 * before;
            if let [_, second] = pair {
                *second = 0.75 * here + 0.25 * after;
            }
            (before, here) = (here, after);
        }
    }
}

/// Numbers of the conversion, for samples as they are stored and results from 0 to 255.
struct Matrix {
    offset: f32,
    scale: f32,
    middle: f32,
    /// What Cb and Cr add to red, green and blue; none where the planes are green, blue and red.
    chroma: Option<Chroma>,
}

#[derive(Clone, Copy)]
struct Chroma {
    red: f32,
    green: (f32, f32),
    blue: f32,
}

impl Matrix {
    fn new(planes: &Planes) -> Result<Self, Error> {
        let one = f32::from(1_u16 << (planes.depth - 8)); // a step of 8 bits
        let largest = f32::from(u16::MAX >> (16 - planes.depth));
        let (offset, scale, chroma_scale) = if planes.is_full_range {
            (0.0, 255.0 / largest, 255.0 / largest)
        } else {
            (16.0 * one, 255.0 / (219.0 * one), 255.0 / (224.0 * one))
        };
        // Weights of red and blue in luma (H.273, table 4); BT.601 where it is not said, as HEIF
        // has it.
        let weights = match planes.matrix {
            0 => None,
            1 => Some((0.2126, 0.0722)),
            2 | 5 | 6 => Some((0.299, 0.114)),
            4 => Some((0.30, 0.11)),
            7 => Some((0.212, 0.087)),
            9 => Some((0.2627, 0.0593)),
            12 => Some((0.2290, 0.0793)), // those of its primaries, which then are Display P3's
            _ => return Err(Error::UnsupportedFormat("HEIF with these matrix coefficients")),
        };
        let chroma = weights.map(|(red, blue)| Chroma {
            red: 2.0 * (1.0 - red) * chroma_scale,
            green: (
                2.0 * (1.0 - blue) * blue / (1.0 - red - blue) * chroma_scale,
                2.0 * (1.0 - red) * red / (1.0 - red - blue) * chroma_scale,
            ),
            blue: 2.0 * (1.0 - blue) * chroma_scale,
        });
        let chroma = chroma.filter(|_| !planes.is_grey() || planes.matrix != 0);
        Ok(Self { offset, scale, middle: 128.0 * one, chroma })
    }

    fn rgb(&self, luma: f32, cb: f32, cr: f32) -> [u8; 3] {
        let Some(chroma) = self.chroma else {
            return [cr, luma, cb].map(|sample| self.level(sample));
        };
        let luma = (luma - self.offset) * self.scale + 0.5;
        let (cb, cr) = (cb - self.middle, cr - self.middle);
        let green = luma - chroma.green.0 * cb - chroma.green.1 * cr;
        [luma + chroma.red * cr, green, luma + chroma.blue * cb].map(to_byte)
    }

    /// A sample without chroma, from 0 to 255.
    fn level(&self, sample: f32) -> u8 {
        to_byte((sample - self.offset) * self.scale + 0.5)
    }
}

/// Cut off at both ends, as the language has it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float is cast to the nearest byte"
)]
fn to_byte(level: f32) -> u8 {
    level as u8
}
