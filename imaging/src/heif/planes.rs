//! Luma and chroma as the decoders give them, and drawing them on a canvas.

use super::matrix::Matrix;
use crate::Error;
use crate::pixels::{self, Pixels};

/// One plane; rows from the top without padding.
#[derive(Debug, Clone, Default)]
pub(super) struct Plane {
    /// Samples of a row.
    pub(super) width: usize,
    pub(super) samples: Vec<u16>,
}

impl Plane {
    fn row(&self, y: usize) -> &[u16] {
        self.samples
            .get(y * self.width..(y + 1) * self.width)
            .unwrap_or_default()
    }

    fn has_size(&self, width: usize, height: usize) -> bool {
        self.width == width && self.samples.len() == width * height
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
    /// The way in which luma and chroma were made of red, green and blue: `MatrixCoefficients` of
    /// H.273.
    pub(super) matrix: u8,
}

/// The upper left corner of a part of a picture, in pixels of the canvas.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    pub(super) x: u32,
    pub(super) y: u32,
}

impl Planes {
    /// Refuses planes that are not as large as they have to be. Decoders are not believed.
    pub(super) fn check(&self) -> Result<(), Error> {
        let width = self.width as usize;
        let height = self.height as usize;
        let chroma_width = width.div_ceil(1 << self.across);
        let chroma_height = height.div_ceil(1 << self.down);
        let [luma, cb, cr] = &self.samples;
        let has_chroma =
            cb.has_size(chroma_width, chroma_height) && cr.has_size(chroma_width, chroma_height);
        if !luma.has_size(width, height) || !(self.is_grey() || has_chroma) {
            return Err(Error::corrupt("planes of different sizes"));
        }
        Ok(())
    }

    fn is_grey(&self) -> bool {
        self.samples[1].samples.is_empty()
    }

    fn conversion(&self) -> Result<Matrix, Error> {
        Matrix::new(self.matrix, self.is_full_range, self.depth)
    }

    /// Draws the picture on a canvas of RGB or RGBA; what reaches over its edges is cut off.
    ///
    /// # Errors
    /// [`Error::UnsupportedFormat`] for unknown matrix coefficients.
    pub(super) fn draw(&self, canvas: &mut Pixels, origin: Origin) -> Result<(), Error> {
        let matrix = self.conversion()?;
        let size = canvas.layout.size();
        let columns = self.columns_on(canvas, origin);
        let mut cb = vec![matrix.middle(); columns];
        let mut cr = vec![matrix.middle(); columns];
        for y in 0..self.rows_on(canvas, origin) {
            if !self.is_grey() {
                self.chroma_row(1, y as usize, &mut cb);
                self.chroma_row(2, y as usize, &mut cr);
            }
            let to = row_of(canvas, origin, y, columns);
            let luma = self.samples[0].row(y as usize);
            for (((pixel, luma), cb), cr) in to.chunks_exact_mut(size).zip(luma).zip(&cb).zip(&cr) {
                let rgb = matrix.rgb(f32::from(*luma), *cb, *cr);
                pixel[..3].copy_from_slice(&rgb);
            }
        }
        Ok(())
    }

    /// Draws luma as the last sample of each pixel of a canvas.
    ///
    /// # Errors
    /// As [`Planes::draw`].
    pub(super) fn draw_alpha(&self, canvas: &mut Pixels, origin: Origin) -> Result<(), Error> {
        let matrix = self.conversion()?;
        let size = canvas.layout.size();
        let columns = self.columns_on(canvas, origin);
        for y in 0..self.rows_on(canvas, origin) {
            let to = row_of(canvas, origin, y, columns);
            let luma = self.samples[0].row(y as usize);
            for (pixel, luma) in to.chunks_exact_mut(size).zip(luma) {
                pixel[size - 1] = matrix.level(f32::from(*luma));
            }
        }
        Ok(())
    }

    /// Returns the number of columns that are within the canvas.
    fn columns_on(&self, canvas: &Pixels, origin: Origin) -> usize {
        self.width.min(canvas.width.saturating_sub(origin.x)) as usize
    }

    /// Returns the number of rows that are within the canvas.
    fn rows_on(&self, canvas: &Pixels, origin: Origin) -> u32 {
        self.height.min(canvas.height.saturating_sub(origin.y))
    }

    /// Writes a row of a chroma plane at the resolution of luma: halved ones are taken as sampled
    /// in the middle between their pixels and are blended 3 to 1, as JPEG decoders do it.
    fn chroma_row(&self, plane_index: usize, y: usize, to: &mut [f32]) {
        let plane = &self.samples[plane_index];
        let near = plane.row(y >> self.down);
        let last = plane.samples.len() / plane.width.max(1) - 1;
        let far = match (self.down, y % 2) {
            (0, _) => near,
            (_, 0) => plane.row((y / 2).saturating_sub(1)),
            _ => plane.row((y / 2 + 1).min(last)),
        };
        let blended = |x: usize| 0.75 * f32::from(near[x]) + 0.25 * f32::from(far[x]);
        if self.across == 0 {
            for (x, sample) in to.iter_mut().enumerate() {
                *sample = blended(x);
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
            before = here;
            here = after;
        }
    }
}

/// Returns the samples of a canvas at row `y` of a part.
fn row_of(canvas: &mut Pixels, origin: Origin, y: u32, columns: usize) -> &mut [u8] {
    let size = canvas.layout.size();
    let start = pixels::bytes(canvas.width, origin.y + y, canvas.layout);
    let from = start + origin.x as usize * size;
    &mut canvas.data[from..from + columns * size]
}
