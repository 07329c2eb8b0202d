//! From the bits of a row to samples.

use super::header::{Image, Kind};
use crate::pixels;

impl Image<'_> {
    /// A sample as it is stored; of 16 bits the upper ones rounded.
    pub(super) fn sample(&self, row: &[u8], index: usize) -> u8 {
        match self.bits {
            8 => row[index],
            16 => {
                let stored = [row[2 * index], row[2 * index + 1]];
                let value = if self.is_little_endian { u16::from_le_bytes(stored) } else { u16::from_be_bytes(stored) };
                pixels::to_8_bits(value)
            }
            bits => {
                let at = index * bits as usize;
                let shift = 8 - bits as usize - at % 8;
                row[at / 8] >> shift & (u8::MAX >> (8 - bits))
            }
        }
    }

    /// A sample stretched to 8 bits, more being lighter or inkier.
    pub(super) fn level(&self, row: &[u8], index: usize) -> u8 {
        let sample = self.sample(row, index);
        let level = if self.bits < 8 { sample * (u8::MAX / (u8::MAX >> (8 - self.bits))) } else { sample };
        // Only the first sample of a grey pixel is grey.
        let is_grey = index.is_multiple_of(self.stored_samples());
        if is_grey && matches!(self.kind, Kind::Grey { is_inverted: true }) { !level } else { level }
    }

    /// Each sample was stored as the difference to the one before it (TIFF 6.0, section 14).
    pub(super) fn undo_predictor(&self, row: &mut [u8]) {
        let step = self.stored_samples();
        if self.bits == 8 {
            for at in step..row.len() {
                row[at] = row[at].wrapping_add(row[at - step]);
            }
            return;
        }
        let (samples, _) = row.as_chunks_mut::<2>();
        for at in step..samples.len() {
            let [before, here] = [samples[at - step], samples[at]];
            samples[at] = if self.is_little_endian {
                u16::from_le_bytes(here).wrapping_add(u16::from_le_bytes(before)).to_le_bytes()
            } else {
                u16::from_be_bytes(here).wrapping_add(u16::from_be_bytes(before)).to_be_bytes()
            };
        }
    }

    /// The JPEG file that a chunk stands for (TIFF technical note 2).
    pub(super) fn jpeg_file(&self, chunk: &[u8]) -> Vec<u8> {
        // Adobe's marker says that the three components are not YCbCr, which decoders else take for granted.
        let rgb: &[u8] = if self.is_rgb_jpeg { b"\xFF\xEE\0\x0EAdobe\0\x64\0\0\0\0\0" } else { &[] };
        let tables = self.jpeg_tables.and_then(|tables| tables.strip_prefix(b"\xFF\xD8")).unwrap_or_default();
        let tables = tables.strip_suffix(b"\xFF\xD9").unwrap_or(tables);
        [b"\xFF\xD8", rgb, tables, chunk.strip_prefix(b"\xFF\xD8").unwrap_or(chunk)].concat()
    }
}
