//! CIE L*a*b* as TIFF has it, to sRGB.

/// Converts a pixel of 8 bits to sRGB: L* from 0 to 255 for 0 to 100, a* and b* from −128 to 127.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float is cast to the nearest byte"
)]
pub(super) fn to_srgb([lightness, green_to_red, blue_to_yellow]: [u8; 3]) -> [u8; 3] {
    let red = f32::from(green_to_red.cast_signed());
    let yellow = f32::from(blue_to_yellow.cast_signed());
    let middle = (f32::from(lightness) / 2.55 + 16.0) / 116.0;
    // ISO/CIE 11664-4, with the white of D50, in which prints are looked at.
    let light = |level: f32| {
        if level > 6.0 / 29.0 { level.powi(3) } else { (level - 4.0 / 29.0) * (108.0 / 841.0) }
    };
    let x = light(middle + red / 500.0) * 0.9642;
    let y = light(middle);
    let z = light(middle - yellow / 200.0) * 0.8249;
    // To the light of sRGB, whose white is D65 (Bradford; the inverse of the matrix in sRGB's
    // profile).
    let linear = [
        3.1339 * x - 1.6169 * y - 0.4906 * z,
        -0.9788 * x + 1.9161 * y + 0.0335 * z,
        0.0719 * x - 0.2290 * y + 1.4052 * z,
    ];
    linear.map(|light| {
        let level = if light <= 0.003_130_8 {
            light * 12.92
        } else {
            1.055 * light.powf(1.0 / 2.4) - 0.055
        };
        (level * 255.0 + 0.5) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_colours() {
        let near = |found: [u8; 3], wanted: [u8; 3]| {
            let mut pairs = found.iter().zip(wanted);
            assert!(pairs.all(|(a, b)| a.abs_diff(b) <= 2), "{found:?}, not {wanted:?}");
        };
        near(to_srgb([255, 0, 0]), [255; 3]);
        near(to_srgb([0, 0, 0]), [0; 3]);
        near(to_srgb([136, 0, 0]), [127; 3]);
        // Red of sRGB is 54.3, 80.8, 69.9 in D50.
        near(to_srgb([138, 81, 70]), [255, 0, 0]);
        near(to_srgb([75, 68, 144]), [1, 0, 254]); // blue: 29.6, 68.3, −112
    }
}
