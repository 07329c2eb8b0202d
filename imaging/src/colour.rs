//! From whatever colour space the picture is in to sRGB.

use crate::hdr;
use crate::pixels::{Layout, Pixels};
use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, DataColorSpace,
    MatrixCoefficients, ProfileText, RenderingIntent, ToneReprCurve, TransferCharacteristics,
    TransformOptions,
};

/// What the file says of its colours.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ColourSpace {
    /// sRGB, or nothing said, which means the same.
    Srgb,
    /// Adobe RGB (1998), as cameras say it in EXIF without adding the profile.
    AdobeRgb,
    /// An ICC profile.
    Icc(Vec<u8>),
    /// Code points of ITU-T H.273.
    Cicp { primaries: u8, transfer: u8 },
    /// A pure power function.
    Gamma(Gamma),
}

/// `sample = light ^ encoding`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Gamma {
    /// The exponent; 1/2.2 is about sRGB.
    pub(crate) encoding: f32,
    /// White, red, green and blue as CIE x and y; none means those of sRGB.
    pub(crate) primaries: Option<[(f32, f32); 4]>,
}

const SRGB_NAME: &str = "sRGB";

/// Characters of a profile's name that are kept.
const MAX_NAME: usize = 120;

/// What people call the colour space; none where the file says nothing, or nothing that has a name.
/// `exif_says_srgb` tells sRGB from nothing said.
pub(crate) fn name(colours: &ColourSpace, exif_says_srgb: bool) -> Option<String> {
    match colours {
        ColourSpace::Srgb => exif_says_srgb.then(|| SRGB_NAME.to_owned()),
        ColourSpace::Gamma(_) => None,
        ColourSpace::AdobeRgb => Some("Adobe RGB (1998)".into()),
        ColourSpace::Icc(bytes) => ColorProfile::new_from_slice(bytes)
            .ok()?
            .description
            .and_then(|text| described(&text)),
        ColourSpace::Cicp { primaries, transfer } => {
            cicp_name(*primaries, *transfer).map(str::to_owned)
        }
    }
}

/// The description of a profile in English, or else in whatever language comes first.
fn described(text: &ProfileText) -> Option<String> {
    let text = match text {
        ProfileText::PlainString(text) => text,
        ProfileText::Localizable(texts) => {
            let english = texts
                .iter()
                .find(|text| text.language.eq_ignore_ascii_case("en"));
            &english.or_else(|| texts.first())?.value
        }
        ProfileText::Description(text) if text.ascii_string.is_empty() => &text.unicode_string,
        ProfileText::Description(text) => &text.ascii_string,
    };
    let text: String = text
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_NAME)
        .collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Names for pairs of code points of ITU-T H.273 that cameras and programs write.
fn cicp_name(primaries: u8, transfer: u8) -> Option<&'static str> {
    match (primaries, transfer) {
        (1, 13) => Some(SRGB_NAME),
        (1, 1 | 6 | 14 | 15) => Some("Rec. 709"),
        (1, 8) => Some("Linear sRGB"),
        (5 | 6, 1 | 6) => Some("Rec. 601"),
        (9, 1 | 14 | 15) => Some("Rec. 2020"),
        (9, 16) => Some("Rec. 2100 PQ"),
        (9, 18) => Some("Rec. 2100 HLG"),
        (11, 17) => Some("DCI-P3"),
        (12, 13) => Some("Display P3"),
        (12, 16) => Some("Display P3 PQ"),
        (12, 18) => Some("Display P3 HLG"),
        _ => None,
    }
}

/// The picture in sRGB, RGB or RGBA. A profile that is broken or not for this kind of picture is
/// passed over, as browsers do: wrong colours are better than no picture.
pub(crate) fn to_srgb(pixels: Pixels, colours: &ColourSpace) -> Pixels {
    if let ColourSpace::Cicp { primaries, transfer: transfer @ (hdr::PQ | hdr::HLG) } = *colours
        && pixels.layout != Layout::Cmyk
    {
        return hdr::to_srgb(pixels.grey_to_rgb(), primaries, transfer);
    }
    if let Some(profile) = profile(colours, pixels.layout)
        && let Some(converted) = convert(&pixels, &profile)
    {
        return converted;
    }
    match pixels.layout {
        Layout::Cmyk => pixels.map(Layout::Rgb, plain_ink),
        _ => pixels.grey_to_rgb(),
    }
}

/// The levels of red, green and blue that [`is_srgb`] tries.
const LEVELS: [u8; 6] = [0, 32, 80, 128, 192, 255];

/// Whether these colours are those of sRGB, by whatever name: a profile that moves none of a sample
/// of colours by more than one step. Many cameras and editors add the profile of sRGB itself.
pub(crate) fn is_srgb(colours: &ColourSpace) -> bool {
    let Some(profile) = profile(colours, Layout::Rgb) else { return true };
    let colours = LEVELS.map(|red| LEVELS.map(|green| LEVELS.map(|blue| [red, green, blue])));
    let data = colours
        .as_flattened()
        .as_flattened()
        .as_flattened()
        .to_vec();
    let side = u32::try_from(LEVELS.len()).unwrap_or(0);
    let sample = Pixels::new(side * side, side, Layout::Rgb, data);
    convert(&sample, &profile).is_some_and(|converted| {
        converted
            .data
            .iter()
            .zip(&sample.data)
            .all(|(a, b)| a.abs_diff(*b) <= 1)
    })
}

/// Ink to light without a profile: what two inks leave of the paper's white is what both leave.
fn plain_ink([c, m, y, k]: [u8; 4]) -> [u8; 3] {
    let left = |ink: u8| {
        let product = u32::from(255 - ink) * u32::from(255 - k);
        u8::try_from((product + 127) / 255).unwrap_or(u8::MAX)
    };
    [left(c), left(m), left(y)]
}

fn convert(pixels: &Pixels, profile: &ColorProfile) -> Option<Pixels> {
    let expanded;
    let pixels = match (profile.color_space, pixels.layout) {
        (DataColorSpace::Rgb, Layout::Grey | Layout::GreyAlpha) => {
            expanded = pixels.clone().grey_to_rgb();
            &expanded
        }
        _ => pixels,
    };
    let is_ink = profile.color_space == DataColorSpace::Cmyk;
    if is_ink != (pixels.layout == Layout::Cmyk) {
        return None; // the same number of samples, another meaning
    }
    let to = if pixels.layout.has_alpha() { Layout::Rgba } else { Layout::Rgb };
    let options =
        TransformOptions { rendering_intent: RenderingIntent::Perceptual, ..Default::default() };
    let transform = profile
        .create_transform_8bit(
            samples(pixels.layout),
            &ColorProfile::new_srgb(),
            samples(to),
            options,
        )
        .ok()?;
    let mut data = vec![0; pixels.data.len() / pixels.layout.size() * to.size()];
    transform.transform(&pixels.data, &mut data).ok()?;
    Some(Pixels::new(pixels.width, pixels.height, to, data))
}

/// The colour library tells apart by number of samples only.
fn samples(layout: Layout) -> moxcms::Layout {
    match layout {
        Layout::Grey => moxcms::Layout::Gray,
        Layout::GreyAlpha => moxcms::Layout::GrayAlpha,
        Layout::Rgb => moxcms::Layout::Rgb,
        Layout::Rgba | Layout::Cmyk => moxcms::Layout::Rgba,
    }
}

/// The profile to convert from; none where there is nothing to convert.
fn profile(colours: &ColourSpace, layout: Layout) -> Option<ColorProfile> {
    match colours {
        ColourSpace::Srgb => None,
        ColourSpace::AdobeRgb => Some(ColorProfile::new_adobe_rgb()),
        ColourSpace::Icc(bytes) => ColorProfile::new_from_slice(bytes).ok(),
        ColourSpace::Cicp { primaries, transfer } => cicp(*primaries, *transfer),
        ColourSpace::Gamma(gamma) => power(*gamma, layout),
    }
}

const SRGB: [u8; 2] = [1, 13];

fn cicp(primaries: u8, transfer: u8) -> Option<ColorProfile> {
    if matches!(transfer, hdr::PQ | hdr::HLG) || [primaries, transfer] == SRGB {
        return None;
    }
    let profile = ColorProfile::new_from_cicp(CicpProfile {
        color_primaries: CicpColorPrimaries::try_from(primaries).ok()?,
        transfer_characteristics: TransferCharacteristics::try_from(transfer).ok()?,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    });
    profile.red_trc.is_some().then_some(profile)
}

fn power(gamma: Gamma, layout: Layout) -> Option<ColorProfile> {
    let exponent = 1.0 / gamma.encoding;
    if !(0.2..=5.0).contains(&exponent) {
        return None;
    }
    // 1/2.2 stands for sRGB, whose curve it resembles, and is written by many who mean that.
    let is_srgb_curve = (exponent - 2.2).abs() < 0.02;
    let curve = ToneReprCurve::Parametric(vec![exponent]);
    if matches!(layout, Layout::Grey | Layout::GreyAlpha) {
        let mut profile = ColorProfile::new_gray_with_gamma(2.2);
        profile.gray_trc = Some(curve);
        return (!is_srgb_curve).then_some(profile);
    }
    let primaries = gamma
        .primaries
        .filter(|primaries| !are_srgb(primaries) && is_sane(primaries));
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
    let near =
        |(a, b): (&(f32, f32), &(f32, f32))| (a.0 - b.0).abs() < 0.002 && (a.1 - b.1).abs() < 0.002;
    primaries.iter().zip(&SRGB_PRIMARIES).all(near)
}

/// Whether the primaries span a triangle, on the side of the real ones.
fn is_sane(primaries: &[(f32, f32); 4]) -> bool {
    let [_, red, green, blue] = primaries;
    let area = (green.0 - red.0) * (blue.1 - red.1) - (blue.0 - red.0) * (green.1 - red.1);
    let inside = |&(x, y): &(f32, f32)| (0.0..=1.0).contains(&x) && (0.001..=1.0).contains(&y);
    primaries.iter().all(inside) && area > 0.01
}
