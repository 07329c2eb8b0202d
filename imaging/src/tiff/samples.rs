//! From the samples of a row to 8 bits.

use super::image::TiffImage;
use super::kind::PixelKind;
use super::scale::Scale;
use crate::pixels;

/// Black and white, of colours and of alpha.
pub(super) struct Scales {
    pub(super) colour: Scale,
    pub(super) alpha: Scale,
}

impl TiffImage<'_> {
    /// Returns a sample in 8 bits, more being lighter or inkier; `number` says which of its pixel
    /// it is.
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
        if number == 0 && matches!(self.kind, PixelKind::Grey { is_inverted: true }) {
            !level
        } else {
            level
        }
    }

    /// Adds up samples that were stored as the differences to the ones before them (TIFF 6.0,
    /// section 14).
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
            for step_up in 0..SIZE {
                let place = if self.format.is_little_endian { step_up } else { SIZE - 1 - step_up };
                let sum = u16::from(samples[at][place]) + u16::from(before[place]) + carry;
                [samples[at][place], _] = sum.to_le_bytes();
                carry = sum >> 8;
            }
        }
    }

    /// Puts samples together whose highest bytes were stored first, then the next ones, and each as
    /// the difference to the one before it (TIFF technical note 3).
    pub(super) fn undo_float_differences(&self, row: &mut [u8]) {
        let step = self.stored_samples();
        for at in step..row.len() {
            row[at] = row[at].wrapping_add(row[at - step]);
        }
        let size = self.format.bits as usize / 8;
        let stored = row.to_vec();
        let count = stored.len() / size;
        for (index, sample) in row.chunks_exact_mut(size).enumerate() {
            for (at, byte) in sample.iter_mut().enumerate() {
                let place = if self.format.is_little_endian { size - 1 - at } else { at };
                *byte = stored[place * count + index];
            }
        }
    }
}
