//! ICC profiles of the colour spaces that files declare.

use super::hdr;
use super::space::{ColourSpace, Gamma};
use crate::pixels::PixelLayout;
use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile,
    MatrixCoefficients, ToneReprCurve, TransferCharacteristics,
};

/// Returns the profile to convert from; none where there is nothing to convert.
pub(super) fn source_profile(colours: &ColourSpace, layout: PixelLayout) -> Option<ColorProfile> {
    match colours {
        ColourSpace::Srgb => None,
        ColourSpace::AdobeRgb => Some(ColorProfile::new_adobe_rgb()),
        ColourSpace::Icc(bytes) => ColorProfile::new_from_slice(bytes).ok(),
        ColourSpace::Cicp { primaries, transfer } => of_code_points(*primaries, *transfer),
        ColourSpace::Gamma(gamma) => of_gamma(*gamma, layout),
    }
}

/// Primaries and transfer of sRGB in ITU-T H.273.
const SRGB: (u8, u8) = (1, 13);

fn of_code_points(primaries: u8, transfer: u8) -> Option<ColorProfile> {
    if hdr::is_hdr(transfer) || (primaries, transfer) == SRGB {
        return None;
    }
    let profile = ColorProfile::new_from_cicp(CicpProfile {
        color_primaries: CicpColorPrimaries::try_from(primaries).ok()?,
        transfer_characteristics: TransferCharacteristics::try_from(transfer).ok()?,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    });
    if profile.red_trc.is_some() { Some(profile) } else { None }
}

fn of_gamma(gamma: Gamma, layout: PixelLayout) -> Option<ColorProfile> {
    let exponent = 1.0 / gamma.encoding;
    if !(0.2..=5.0).contains(&exponent) {
        return None;
    }
    // 1/2.2 stands for sRGB, whose curve it resembles, and is written by many who mean that.
    let is_srgb_curve = (exponent - 2.2).abs() < 0.02;
    let curve = ToneReprCurve::Parametric(vec![exponent]);
    if matches!(layout, PixelLayout::Grey | PixelLayout::GreyAlpha) {
        if is_srgb_curve {
            return None;
        }
        let mut profile = ColorProfile::new_gray_with_gamma(2.2);
        profile.gray_trc = Some(curve);
        return Some(profile);
    }
    let primaries = gamma
        .primaries
        .filter(|primaries| !are_srgb(primaries) && are_sane(primaries));
    if is_srgb_curve && primaries.is_none() {
        return None;
    }
    let mut profile = ColorProfile::new_srgb();
    profile.cicp = None;
    if let Some(primaries) = primaries {
        let [white, red, green, blue] = primaries.map(|(x, y)| Chromaticity::new(x, y));
        profile.update_rgb_colorimetry(white.to_xyyb(), ColorPrimaries { red, green, blue });
    }
    if !is_srgb_curve {
        profile.red_trc = Some(curve.clone());
        profile.green_trc = Some(curve.clone());
        profile.blue_trc = Some(curve);
    }
    Some(profile)
}

/// White (D65), red, green and blue of sRGB (IEC 61966-2-1).
const SRGB_PRIMARIES: [(f32, f32); 4] =
    [(0.3127, 0.3290), (0.64, 0.33), (0.30, 0.60), (0.15, 0.06)];

fn are_srgb(primaries: &[(f32, f32); 4]) -> bool {
    let mut pairs = primaries.iter().zip(&SRGB_PRIMARIES);
    pairs.all(|(found, srgb)| (found.0 - srgb.0).abs() < 0.002 && (found.1 - srgb.1).abs() < 0.002)
}

/// Returns true if the primaries span a triangle, on the side of the real ones.
fn are_sane(primaries: &[(f32, f32); 4]) -> bool {
    let [_, red, green, blue] = primaries;
    let area = (green.0 - red.0) * (blue.1 - red.1) - (blue.0 - red.0) * (green.1 - red.1);
    let is_inside = |&(x, y): &(f32, f32)| (0.0..=1.0).contains(&x) && (0.001..=1.0).contains(&y);
    primaries.iter().all(is_inside) && area > 0.01
}
