//! Conversion to sRGB from the colour space that a file declares.

mod hdr;
mod name;
mod profile;
mod space;

use crate::pixels::{PixelLayout, Pixels};
use moxcms::{ColorProfile, DataColorSpace, RenderingIntent, TransformOptions};
use profile::source_profile;

pub(crate) use name::name;
pub(crate) use space::{ColourSpace, Gamma};

/// Converts to sRGB, RGB or RGBA.
///
/// A profile that is broken or not for this kind of picture is passed over, as browsers do: wrong
/// colours are better than no picture.
pub(crate) fn to_srgb(pixels: Pixels, colours: &ColourSpace) -> Pixels {
    if let ColourSpace::Cicp { primaries, transfer } = *colours
        && hdr::is_hdr(transfer)
        && pixels.layout != PixelLayout::Cmyk
    {
        return hdr::to_srgb(pixels.grey_to_rgb(), primaries, transfer);
    }
    if let Some(profile) = source_profile(colours, pixels.layout)
        && let Some(converted) = convert(&pixels, &profile)
    {
        return converted;
    }
    match pixels.layout {
        PixelLayout::Cmyk => pixels.map(PixelLayout::Rgb, plain_ink),
        _ => pixels.grey_to_rgb(),
    }
}

/// The levels of red, green and blue that [`is_srgb`] tries.
const LEVELS: [u8; 6] = [0, 32, 80, 128, 192, 255];

/// Returns true if these colours are those of sRGB, by whatever name: a profile that moves none of
/// a sample of colours by more than one step. Many cameras and editors add the profile of sRGB
/// itself.
pub(crate) fn is_srgb(colours: &ColourSpace) -> bool {
    let Some(profile) = source_profile(colours, PixelLayout::Rgb) else { return true };
    let mut data = Vec::with_capacity(3 * LEVELS.len().pow(3));
    for red in LEVELS {
        for green in LEVELS {
            for blue in LEVELS {
                data.extend([red, green, blue]);
            }
        }
    }
    let side = u32::try_from(LEVELS.len()).unwrap_or(0);
    let sample = Pixels::new(side * side, side, PixelLayout::Rgb, data);
    let Some(converted) = convert(&sample, &profile) else { return false };
    let mut pairs = converted.data.iter().zip(&sample.data);
    pairs.all(|(found, original)| found.abs_diff(*original) <= 1)
}

/// Converts ink to light without a profile: the share of the paper's white that two inks leave is
/// the product of the shares that each of them leaves.
fn plain_ink([cyan, magenta, yellow, black]: [u8; 4]) -> [u8; 3] {
    [cyan, magenta, yellow].map(|ink| {
        let product = u32::from(255 - ink) * u32::from(255 - black);
        u8::try_from((product + 127) / 255).unwrap_or(u8::MAX)
    })
}

/// Converts by a profile, with the perceptual intent; none where the profile is not for this kind
/// of pixels.
fn convert(pixels: &Pixels, profile: &ColorProfile) -> Option<Pixels> {
    let is_grey = matches!(pixels.layout, PixelLayout::Grey | PixelLayout::GreyAlpha);
    if is_grey && profile.color_space == DataColorSpace::Rgb {
        return convert_as_is(&pixels.clone().grey_to_rgb(), profile);
    }
    convert_as_is(pixels, profile)
}

fn convert_as_is(pixels: &Pixels, profile: &ColorProfile) -> Option<Pixels> {
    let is_ink_profile = profile.color_space == DataColorSpace::Cmyk;
    if is_ink_profile != (pixels.layout == PixelLayout::Cmyk) {
        return None; // the same number of samples, another meaning
    }
    let to = if pixels.layout.has_alpha() { PixelLayout::Rgba } else { PixelLayout::Rgb };
    let options = TransformOptions {
        rendering_intent: RenderingIntent::Perceptual,
        // A table's colours are mixed of sixteen others in four steps. In whole numbers each step
        // is rounded, and differently by each processor: up to three of 255 from what is right.
        prefer_fixed_point: !has_table(profile),
        ..Default::default()
    };
    let srgb = ColorProfile::new_srgb();
    let transform = profile
        .create_transform_8bit(samples(pixels.layout), &srgb, samples(to), options)
        .ok()?;
    let mut data = vec![0; pixels.data.len() / pixels.layout.size() * to.size()];
    transform.transform(&pixels.data, &mut data).ok()?;
    Some(Pixels::new(pixels.width, pixels.height, to, data))
}

/// Returns true if colours are looked up in a table of the profile, as those of printers are, and
/// not reckoned by curves and a matrix.
fn has_table(profile: &ColorProfile) -> bool {
    profile.lut_a_to_b_perceptual.is_some()
        || profile.lut_a_to_b_colorimetric.is_some()
        || profile.lut_a_to_b_saturation.is_some()
}

/// Returns the colour library's layout, which tells apart by number of samples only.
fn samples(layout: PixelLayout) -> moxcms::Layout {
    match layout {
        PixelLayout::Grey => moxcms::Layout::Gray,
        PixelLayout::GreyAlpha => moxcms::Layout::GrayAlpha,
        PixelLayout::Rgb => moxcms::Layout::Rgb,
        PixelLayout::Rgba | PixelLayout::Cmyk => moxcms::Layout::Rgba,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test
#[path = "../../tests/it/ink.rs"]
mod ink;

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test
mod tests {
    use super::*;

    /// Each mixture of inks in steps of 17 of 255.
    fn mixtures() -> Vec<u8> {
        let steps = 0..16_u32.pow(4);
        steps
            .flat_map(|step| {
                (0..4).map(move |ink| 17 * u8::try_from(step >> (4 * ink) & 15).unwrap())
            })
            .collect()
    }

    /// The same, reckoned without rounding but at the end.
    fn exactly(inks: &[u8], profile: &ColorProfile) -> Vec<u8> {
        let options = TransformOptions {
            rendering_intent: RenderingIntent::Perceptual,
            ..Default::default()
        };
        let srgb = ColorProfile::new_srgb();
        let transform = profile
            .create_transform_f32(moxcms::Layout::Rgba, &srgb, moxcms::Layout::Rgb, options)
            .unwrap();
        let inks: Vec<f32> = inks.iter().map(|ink| f32::from(*ink) / 255.0).collect();
        let mut colours = vec![0.0; inks.len() / 4 * 3];
        transform.transform(&inks, &mut colours).unwrap();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
        let whole = |colour: f32| (colour.clamp(0.0, 1.0) * 255.0).round() as u8;
        colours.into_iter().map(whole).collect()
    }

    #[test]
    fn a_mixture_of_inks_is_a_step_from_what_is_right_at_most() {
        let profile = ColorProfile::new_from_slice(&ink::ink_profile()).unwrap();
        let inks = mixtures();
        let exact = exactly(&inks, &profile);
        let side = 256;
        let pixels = Pixels::new(side, side, PixelLayout::Cmyk, inks);
        let converted = convert(&pixels, &profile).unwrap();
        let distance = |(found, exact): (&u8, &u8)| found.abs_diff(*exact);
        let farthest = converted.data.iter().zip(&exact).map(distance).max();
        assert!(farthest <= Some(1), "{farthest:?} of 255 from what is right");
    }
}
