//! High dynamic range (ITU-R BT.2100) for screens that have none: a plain look, the same for every
//! picture.
//!
//! Light is reckoned in units of diffuse white, 203 cd/m² (ITU-R BT.2408). Up to half of it stays
//! as it is; what is brighter is pressed together below white, with its hue.

use crate::pixels::{PixelLayout, Pixels};

/// Perceptual quantizer, of `TransferCharacteristics` of H.273.
const PQ: u8 = 16;
/// Hybrid log-gamma, of the same.
const HLG: u8 = 18;

/// Light of diffuse white, in cd/m² (ITU-R BT.2408).
const WHITE: f32 = 203.0;
/// The peak of the display that HLG is shown on, in cd/m².
const HLG_PEAK: f32 = 1000.0;

/// Returns true for the transfer functions of high dynamic range.
pub(super) fn is_hdr(transfer: u8) -> bool {
    matches!(transfer, PQ | HLG)
}

/// Linear light of BT.2020 and of Display P3 in that of sRGB; all have the white of D65.
const BT_2020: [[f32; 3]; 3] = [
    [1.660_49, -0.587_64, -0.072_85],
    [-0.124_55, 1.132_9, -0.008_35],
    [-0.018_15, -0.100_58, 1.118_73],
];
const DISPLAY_P3: [[f32; 3]; 3] =
    [[1.224_94, -0.224_94, 0.0], [-0.042_06, 1.042_06, 0.0], [-0.019_64, -0.078_64, 1.098_27]];
const SAME: [[f32; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

/// Converts a picture, RGB or RGBA, to sRGB.
pub(super) fn to_srgb(mut pixels: Pixels, primaries: u8, transfer: u8) -> Pixels {
    let light: [f32; 256] = std::array::from_fn(|level| {
        let signal = f32::from(u8::try_from(level).unwrap_or(u8::MAX)) / 255.0;
        if transfer == PQ { pq(signal) } else { hlg(signal) }
    });
    let matrix = match primaries {
        9 => BT_2020,
        11 | 12 => DISPLAY_P3,
        _ => SAME,
    };
    debug_assert!(matches!(pixels.layout, PixelLayout::Rgb | PixelLayout::Rgba));
    for pixel in pixels.data.chunks_exact_mut(pixels.layout.size()) {
        let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(|level| light[usize::from(level)]);
        // The gamma of HLG's display is one of the whole picture's light, not of each colour.
        let shown = if transfer == HLG {
            (0.2627 * r + 0.678 * g + 0.0593 * b).powf(0.2) * HLG_PEAK / WHITE
        } else {
            1.0
        };
        let colours = matrix.map(|row| ((row[0] * r + row[1] * g + row[2] * b) * shown).max(0.0));
        let brightest = colours[0].max(colours[1]).max(colours[2]);
        let pressed = press(brightest) / brightest.max(f32::MIN_POSITIVE);
        for (level, colour) in pixel.iter_mut().zip(colours) {
            *level = encode(colour * pressed);
        }
    }
    pixels
}

/// Presses light above a half, in units of diffuse white, towards one but never there.
fn press(light: f32) -> f32 {
    let over = light - 0.5;
    if over <= 0.0 { light } else { 0.5 + 0.5 * over / (over + 0.5) }
}

/// Returns the light of a level from 0 to 1, in units of diffuse white (SMPTE ST 2084).
fn pq(level: f32) -> f32 {
    let root = level.powf(32.0 / 2523.0);
    let above = (root - 0.835_937_5).max(0.0);
    (above / (18.851_563 - 18.6875 * root)).powf(8192.0 / 1305.0) * 10_000.0 / WHITE
}

/// Returns the light of the scene, 0 to 1, of a level from 0 to 1 (ARIB STD-B67).
fn hlg(level: f32) -> f32 {
    if level <= 0.5 {
        level * level / 3.0
    } else {
        (((level - 0.559_910_7) / 0.178_832_77).exp() + 0.284_668_9) / 12.0
    }
}

/// Returns the level of light from 0 to 1 in sRGB (IEC 61966-2-1).
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float is cast to the nearest byte"
)]
fn encode(light: f32) -> u8 {
    let level =
        if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (level * 255.0 + 0.5) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_meet_their_known_points() {
        let near = |a: f32, b: f32| assert!((a - b).abs() < 0.01 * b.max(0.1), "{a}, not {b}");
        near(pq(0.0), 0.0);
        near(pq(0.580_69), 1.0); // 203 cd/m²
        near(pq(1.0), 10_000.0 / WHITE);
        near(hlg(0.5), 1.0 / 12.0);
        near(hlg(1.0), 1.0);
        assert!(press(50.0) < 1.0 && press(50.0) > press(5.0));
    }
}
