//! The usual names of colour spaces.

use super::space::ColourSpace;
use moxcms::{ColorProfile, ProfileText};

const SRGB: &str = "sRGB";

/// Characters of a profile's name that are kept.
const MAX_NAME: usize = 120;

/// Returns the usual name of the colour space; none where the file says nothing, or nothing that
/// has a name. `exif_says_srgb` tells sRGB from nothing said.
pub(crate) fn name(colours: &ColourSpace, exif_says_srgb: bool) -> Option<String> {
    match colours {
        ColourSpace::Srgb if exif_says_srgb => Some(SRGB.to_owned()),
        ColourSpace::Srgb | ColourSpace::Gamma(_) => None,
        ColourSpace::AdobeRgb => Some("Adobe RGB (1998)".to_owned()),
        ColourSpace::Icc(bytes) => {
            let profile = ColorProfile::new_from_slice(bytes).ok()?;
            description(&profile.description?)
        }
        ColourSpace::Cicp { primaries, transfer } => {
            cicp_name(*primaries, *transfer).map(str::to_owned)
        }
    }
}

/// Returns the description of a profile in English, or else in whatever language comes first.
fn description(text: &ProfileText) -> Option<String> {
    let stored = match text {
        ProfileText::PlainString(text) => text,
        ProfileText::Localizable(texts) => {
            let mut all = texts.iter();
            let english = all.find(|text| text.language.eq_ignore_ascii_case("en"));
            &english.or_else(|| texts.first())?.value
        }
        ProfileText::Description(text) if text.ascii_string.is_empty() => &text.unicode_string,
        ProfileText::Description(text) => &text.ascii_string,
    };
    let is_kept = |c: &char| !c.is_control();
    let kept: String = stored.chars().filter(is_kept).take(MAX_NAME).collect();
    let name = kept.trim();
    if name.is_empty() { None } else { Some(name.to_owned()) }
}

/// Returns the name of a pair of code points of ITU-T H.273 that cameras and programs write.
fn cicp_name(primaries: u8, transfer: u8) -> Option<&'static str> {
    match (primaries, transfer) {
        (1, 13) => Some(SRGB),
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
