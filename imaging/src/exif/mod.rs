//! EXIF: the few tags that matter here (CIPA DC-008, "Exif 3.0"), as cameras and programs really
//! write them: numbers and texts of any kind.

mod gps;
pub(crate) mod tiff;
mod value_type;

use crate::colour::ColourSpace;
use crate::text::captions;
use crate::{CameraInfo, Exposure, GpsPosition, TakenAt, date};
use tiff::{Directory, Tiff};

/// Facts of EXIF about a picture, completed by [`crate::metadata`] of other kinds where it is
/// silent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Exif {
    /// 1 to 8.
    pub(crate) orientation: u8,
    /// True if the colours are Adobe RGB (1998), which cameras say here without adding the profile.
    pub(crate) adobe_rgb: bool,
    /// True if it says that the colours are sRGB.
    pub(crate) srgb: bool,
    /// The opening of the shutter, or the moment at which the picture was digitized.
    pub(crate) taken_at: Option<TakenAt>,
    /// The last change of the file: better than nothing.
    pub(crate) changed_at: Option<TakenAt>,
    pub(crate) camera: Option<CameraInfo>,
    pub(crate) exposure: Option<Exposure>,
    pub(crate) place: Option<GpsPosition>,
    pub(crate) caption: Option<String>,
    /// Keywords of other metadata: EXIF has none.
    pub(crate) keywords: Vec<String>,
}

impl Default for Exif {
    fn default() -> Self {
        Self {
            orientation: 1,
            adobe_rgb: false,
            srgb: false,
            taken_at: None,
            changed_at: None,
            camera: None,
            exposure: None,
            place: None,
            caption: None,
            keywords: Vec::new(),
        }
    }
}

// Tags of the first directory.
const DESCRIPTION: u16 = 0x010E;
const MAKE: u16 = 0x010F;
const MODEL: u16 = 0x0110;
const ORIENTATION: u16 = 0x0112;
const EXIF_DIRECTORY: u16 = 0x8769;
const GPS_DIRECTORY: u16 = 0x8825;
// Tags of the EXIF directory.
const EXPOSURE_TIME: u16 = 0x829A;
const F_NUMBER: u16 = 0x829D;
const SENSITIVITY: u16 = 0x8827;
const FOCAL_LENGTH: u16 = 0x920A;
const COLOUR_SPACE: u16 = 0xA001;
const INTEROPERABILITY_DIRECTORY: u16 = 0xA005;
const LENS_MODEL: u16 = 0xA434;
// Tags of the interoperability directory.
const INTEROPERABILITY_INDEX: u16 = 1;

/// The tags of a date, of the fraction of its seconds, and of its zone.
struct DateTags {
    at: u16,
    sub_seconds: u16,
    offset: u16,
}

const ORIGINAL: DateTags = DateTags { at: 0x9003, sub_seconds: 0x9291, offset: 0x9011 };
const DIGITIZED: DateTags = DateTags { at: 0x9004, sub_seconds: 0x9292, offset: 0x9012 };
/// The date is in the first directory, what belongs to it in that of EXIF.
const CHANGED: DateTags = DateTags { at: 0x0132, sub_seconds: 0x9290, offset: 0x9010 };

/// Bytes of a date that are looked at.
const MAX_DATE: usize = 64;

/// Bytes before the TIFF structure that are passed over.
const MAX_JUNK: usize = 16;

/// Finds the TIFF structure in a container's field for EXIF, if there is something in it. Some
/// programs put the prefix of JPEG's segment before it in other containers, too.
pub(crate) fn structure(bytes: &[u8]) -> Option<&[u8]> {
    for start in 0..=MAX_JUNK {
        let rest = bytes.get(start..)?;
        if let Some(tiff) = Tiff::new(rest) {
            // The first one counts, even if there is nothing in it.
            return if tiff.first().is_empty() { None } else { Some(rest) };
        }
    }
    None
}

/// Returns the structure in a segment of JPEG, if it is one of EXIF.
pub(crate) fn segment(content: &[u8]) -> Option<&[u8]> {
    let (name, rest) = content.split_first_chunk::<5>()?;
    if name.eq_ignore_ascii_case(b"Exif\0") { structure(rest) } else { None }
}

/// Reads a TIFF structure; what is broken in it counts as not there.
pub(crate) fn read(bytes: &[u8]) -> Exif {
    let Some(main) = Tiff::new(bytes).map(Tiff::first) else { return Exif::default() };
    read_directories(&main, &main.child(EXIF_DIRECTORY), &main.child(GPS_DIRECTORY))
}

/// Reads directories that a container keeps each for itself.
pub(crate) fn read_directories(
    main: &Directory<'_>,
    exif: &Directory<'_>,
    gps: &Directory<'_>,
) -> Exif {
    let interoperability = exif.child(INTEROPERABILITY_DIRECTORY);
    let index = interoperability.text(INTEROPERABILITY_INDEX);
    Exif {
        orientation: orientation(main),
        srgb: exif.number(COLOUR_SPACE) == Some(1),
        adobe_rgb: index.as_deref() == Some("R03"),
        taken_at: exif_date(main, exif, &ORIGINAL).or_else(|| exif_date(main, exif, &DIGITIZED)),
        changed_at: exif_date(main, exif, &CHANGED),
        camera: camera(main, exif),
        exposure: exposure(exif),
        place: gps::position(gps),
        caption: main
            .text_bytes(DESCRIPTION)
            .and_then(captions::exif_caption),
        keywords: Vec::new(),
    }
}

/// Returns the colour space that EXIF declares.
pub(crate) fn colours(bytes: Option<&[u8]>) -> ColourSpace {
    match bytes {
        Some(bytes) if read(bytes).adobe_rgb => ColourSpace::AdobeRgb,
        _ => ColourSpace::Srgb,
    }
}

/// Returns 1 to 8; 1 where the tag is missing or has another value.
fn orientation(main: &Directory<'_>) -> u8 {
    match main.number(ORIENTATION) {
        Some(value @ 1..=8) => u8::try_from(value).unwrap_or(1),
        _ => 1,
    }
}

fn camera(main: &Directory<'_>, exif: &Directory<'_>) -> Option<CameraInfo> {
    let camera =
        CameraInfo { make: main.text(MAKE), model: main.text(MODEL), lens: exif.text(LENS_MODEL) };
    if camera == CameraInfo::default() { None } else { Some(camera) }
}

fn exposure(exif: &Directory<'_>) -> Option<Exposure> {
    let positive = |tag: u16| exif.real(tag, 0).filter(|value| *value > 0.0);
    let exposure = Exposure {
        seconds: positive(EXPOSURE_TIME),
        aperture: positive(F_NUMBER),
        iso: exif.number(SENSITIVITY).filter(|value| *value > 0),
        focal_length: positive(FOCAL_LENGTH),
    };
    if exposure == Exposure::default() { None } else { Some(exposure) }
}

/// Reads one of the dates. A fraction and a zone within the date count before the tags of their
/// own; the zone of another date is mostly that of all.
fn exif_date(main: &Directory<'_>, exif: &Directory<'_>, tags: &DateTags) -> Option<TakenAt> {
    let mut taken = date_entry(exif, tags.at).or_else(|| date_entry(main, tags.at))?;
    if taken.local.nanosecond() == 0
        && let Some(digits) = exif.text(tags.sub_seconds)
        && let Some(nanosecond) = date::nanoseconds(&digits)
    {
        taken.local = taken.local.replace_nanosecond(nanosecond).ok()?;
    }
    if taken.offset_minutes.is_none() {
        let offset_tags = [tags.offset, CHANGED.offset, ORIGINAL.offset, DIGITIZED.offset];
        taken.offset_minutes = offset_tags.into_iter().find_map(|tag| offset(exif, tag));
    }
    Some(taken)
}

/// Reads the date in an entry, whose parts some cameras end with zeros.
fn date_entry(directory: &Directory<'_>, tag: u16) -> Option<TakenAt> {
    let bytes = directory.text_bytes(tag)?;
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_DATE)]);
    date::read(&text.replace(char::is_control, " "))
}

/// Returns minutes east of UTC.
fn offset(exif: &Directory<'_>, tag: u16) -> Option<i16> {
    date::minutes_east(&exif.text(tag)?)
}
