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
    /// Returns true if this is the header of such a picture.
    pub(super) fn is_in(header: &Info<'_>) -> bool {
        header.color_type == ColorType::Grayscale && (header.bit_depth as u8) < 8
    }

    /// Reads the depth, and the level that is transparent.
    pub(super) fn read(info: &Info<'_>) -> Self {
        let bits = info.bit_depth as u8;
        let levels = info.trns.as_deref().unwrap_or_default();
        let transparent = levels.first().map(|level| level & mask(bits));
        Self { bits, transparent }
    }

    pub(super) fn has_alpha(&self) -> bool {
        self.transparent.is_some()
    }

    /// Unpacks a row of so many pixels to 8 bits a sample, with alpha where there is some.
    pub(super) fn unpack(&self, row: &[u8], width: u32) -> Vec<u8> {
        let width = width as usize;
        let per_byte = usize::from(8 / self.bits);
        let mask = mask(self.bits);
        let samples = if self.has_alpha() { 2 } else { 1 };
        let mut unpacked = Vec::with_capacity(width * samples);
        for x in 0..width.min(row.len() * per_byte) {
            let shift = 8 - usize::from(self.bits) * (x % per_byte + 1);
            let level = row[x / per_byte] >> shift & mask;
            unpacked.push(level * (255 / mask));
            if let Some(transparent) = self.transparent {
                unpacked.push(if level == transparent { 0 } else { 255 });
            }
        }
        unpacked
    }
}

/// Returns a byte whose lowest bits are set.
fn mask(bits: u8) -> u8 {
    (1 << bits) - 1
}
