//! Grey of fewer than 8 bits. It is unpacked here, because the `png` crate compares all bits of the
//! level that is transparent, and only the low ones count (PNG, third edition, 11.3.1.1).

use png::{ColorType, Info};

/// The way in which samples are packed.
pub(super) struct PackedGrey {
    /// 1, 2 or 4.
    bits: u8,
    /// The level that is transparent.
    transparent: Option<u8>,
}

impl PackedGrey {
    /// Returns whether this is the header of such a picture.
    pub(super) fn is(header: &Info<'_>) -> bool {
        header.color_type == ColorType::Grayscale && (header.bit_depth as u8) < 8
    }

    /// Reads what stands before the pixels.
    pub(super) fn of(info: &Info<'_>) -> Self {
        let bits = info.bit_depth as u8;
        let transparent = info.trns.as_ref().and_then(|levels| levels.first());
        Self { bits, transparent: transparent.map(|level| level & mask(bits)) }
    }

    pub(super) fn has_alpha(&self) -> bool {
        self.transparent.is_some()
    }

    /// A row of so many pixels with 8 bits a sample, with alpha where there is some.
    pub(super) fn unpack(&self, row: &[u8], width: u32) -> Vec<u8> {
        let in_a_byte = usize::from(8 / self.bits);
        let levels = row
            .iter()
            .flat_map(|byte| (1..=in_a_byte).map(move |nth| (byte, nth)));
        let mask = mask(self.bits);
        let mut unpacked =
            Vec::with_capacity(width as usize * if self.has_alpha() { 2 } else { 1 });
        for (byte, nth) in levels.take(width as usize) {
            let level = byte >> (8 - usize::from(self.bits) * nth) & mask;
            unpacked.push(level * (255 / mask));
            if let Some(transparent) = self.transparent {
                unpacked.push(if level == transparent { 0 } else { 255 });
            }
        }
        unpacked
    }
}

fn mask(bits: u8) -> u8 {
    (1 << bits) - 1
}
