//! Differences of colours as people see them: CIEDE2000.
//!
//! Formula: G. Sharma, W. Wu, E. N. Dalal, "The CIEDE2000 color-difference formula: implementation
//! notes, supplementary test data, and mathematical observations", Color Research & Application 30
//! (2005), equations 2 to 22, with all weights 1.

/// A colour in CIELAB: lightness, green to red, blue to yellow.
pub type Lab = [f64; 3];

/// Returns the CIELAB colour of 8-bit sRGB samples: IEC 61966-2-1 to XYZ, and CIE 15 with the white
/// of D65.
#[expect(clippy::many_single_char_names, reason = "the names of the standards")]
pub fn lab([red, green, blue]: [u8; 3]) -> Lab {
    let [r, g, b] = [red, green, blue].map(|sample| {
        let value = f64::from(sample) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    let xyz = [
        (0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b) / 0.950_47,
        0.212_672_9 * r + 0.715_152_2 * g + 0.072_175_0 * b,
        (0.019_333_9 * r + 0.119_192_0 * g + 0.950_304_1 * b) / 1.088_83,
    ];
    let [x, y, z] =
        xyz.map(
            |t| if t > 216.0 / 24_389.0 { t.cbrt() } else { (24_389.0 / 27.0 * t + 16.0) / 116.0 },
        );
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// Returns the ΔE₀₀ of two colours; 1 is about the least difference that can be seen at all.
pub fn delta_e([l1, a1, b1]: Lab, [l2, a2, b2]: Lab) -> f64 {
    let mean_chroma = f64::midpoint(a1.hypot(b1), a2.hypot(b2));
    let g = 0.5 * (1.0 - of_25(mean_chroma));
    let stretched_a1 = a1 * (1.0 + g);
    let stretched_a2 = a2 * (1.0 + g);
    let c1 = stretched_a1.hypot(b1);
    let c2 = stretched_a2.hypot(b2);
    let h1 = b1.atan2(stretched_a1).to_degrees().rem_euclid(360.0);
    let h2 = b2.atan2(stretched_a2).to_degrees().rem_euclid(360.0);
    let is_grey = c1 * c2 == 0.0;
    // The shorter way around the circle.
    let turn = if is_grey { 0.0 } else { (h2 - h1 + 180.0).rem_euclid(360.0) - 180.0 };
    let hue = match h1 + h2 {
        sum if is_grey => sum,
        sum if (h1 - h2).abs() <= 180.0 => sum / 2.0,
        sum if sum < 360.0 => f64::midpoint(sum, 360.0),
        sum => f64::midpoint(sum, -360.0),
    };
    let lightness = f64::midpoint(l1, l2);
    let chroma = f64::midpoint(c1, c2);
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(hue - 30.0) + 0.24 * cos(2.0 * hue) + 0.32 * cos(3.0 * hue + 6.0)
        - 0.20 * cos(4.0 * hue - 63.0);
    let from_50 = (lightness - 50.0).powi(2);
    let dl = (l2 - l1) / (1.0 + 0.015 * from_50 / (20.0 + from_50).sqrt());
    let dc = (c2 - c1) / (1.0 + 0.045 * chroma);
    let dh = 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin() / (1.0 + 0.015 * chroma * t);
    let rotation = 60.0 * (-((hue - 275.0) / 25.0).powi(2)).exp();
    let r = -2.0 * of_25(chroma) * rotation.to_radians().sin();
    (dl * dl + dc * dc + dh * dh + r * dc * dh).sqrt()
}

/// Returns a term that the formula has twice: √(c⁷ / (c⁷ + 25⁷)).
fn of_25(chroma: f64) -> f64 {
    let c7 = chroma.powi(7);
    (c7 / (c7 + 25_f64.powi(7))).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pairs of table 1 in the article by Sharma, Wu and Dalal: 1, 4, 7, 9, 10, 13, 15, 17, 20, 25,
    /// 31, 34.
    const PAIRS: [(Lab, Lab, f64); 12] = [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, -1.3802, -84.2814], [50.0, 0.0, -82.7485], 1.0),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([50.0, 2.49, -0.001], [50.0, -2.49, 0.0009], 7.1792),
        ([50.0, 2.49, -0.001], [50.0, -2.49, 0.001], 7.1792),
        ([50.0, -0.001, 2.49], [50.0, 0.0009, -2.49], 4.8045),
        ([50.0, -0.001, 2.49], [50.0, 0.0011, -2.49], 4.7461),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
        ([50.0, 2.5, 0.0], [58.0, 24.0, 15.0], 19.4535),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
        ([22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619], 2.0373),
        ([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082),
    ];

    #[test]
    fn published_pairs_come_out_as_published() {
        for (one, other, wanted) in PAIRS {
            for difference in [delta_e(one, other), delta_e(other, one)] {
                assert!(
                    (difference - wanted).abs() < 0.000_05,
                    "{one:?} {other:?}: {difference}, not {wanted}"
                );
            }
        }
    }

    #[test]
    fn white_is_white_and_red_is_where_everyone_has_it() {
        let near = |one: Lab, other: Lab| (0..3).all(|at| (one[at] - other[at]).abs() < 0.02);
        assert!(near(lab([255, 255, 255]), [100.0, 0.0, 0.0]), "{:?}", lab([255, 255, 255]));
        assert!(near(lab([255, 0, 0]), [53.24, 80.09, 67.20]), "{:?}", lab([255, 0, 0]));
        assert!(near(lab([0, 0, 0]), [0.0, 0.0, 0.0]));
    }
}
