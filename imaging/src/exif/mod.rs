//! EXIF: the few tags that matter here (CIPA DC-008, "Exif 3.0"), as cameras and programs really
//! write them: numbers and texts of any kind.

mod kind;
mod place;
pub(crate) mod tiff;

use crate::colour::ColourSpace;
use crate::{Camera, Exposure, Place, TakenAt, date, metadata};
use tiff::{Directory, Tiff};

/// Facts that EXIF has about a picture, and where it is silent, [`crate::metadata`] of other kinds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Exif {
    /// 1 to 8.
    pub(crate) orientation: u8,
    /// Whether the colours are Adobe RGB (1998), which cameras say here without adding the
    /// profile.
    pub(crate) adobe_rgb: bool,
    /// Whether it says that the colours are sRGB.
    pub(crate) srgb: bool,
    /// When the shutter opened, or when it was digitized.
    pub(crate) taken_at: Option<TakenAt>,
    /// When the file was changed: better than nothing.
    pub(crate) changed_at: Option<TakenAt>,
    pub(crate) camera: Option<Camera>,
    pub(crate) exposure: Option<Exposure>,
    pub(crate) place: Option<Place>,
    pub(crate) caption: Option<String>,
    /// Of other metadata: EXIF has none.
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

// Of the first directory.
const DESCRIPTION: u16 = 0x010E;
const MAKE: u16 = 0x010F;
const MODEL: u16 = 0x0110;
const ORIENTATION: u16 = 0x0112;
const EXIF_DIRECTORY: u16 = 0x8769;
const GPS_DIRECTORY: u16 = 0x8825;
// Of the EXIF directory.
const EXPOSURE_TIME: u16 = 0x829A;
const F_NUMBER: u16 = 0x829D;
const SENSITIVITY: u16 = 0x8827;
const FOCAL_LENGTH: u16 = 0x920A;
const COLOUR_SPACE: u16 = 0xA001;
const INTEROPERABILITY_DIRECTORY: u16 = 0xA005;
const LENS_MODEL: u16 = 0xA434;
// Of the interoperability directory.
const INTEROPERABILITY_INDEX: u16 = 1;

/// A date, the fraction of its seconds, and its zone.
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

/// The TIFF structure in what a container has for EXIF, if there is something in it. Some programs
/// put the prefix of JPEG's segment before it in other containers, too.
pub(crate) fn structure(bytes: &[u8]) -> Option<&[u8]> {
    let starts = (0..=MAX_JUNK).filter_map(|start| bytes.get(start..));
    let mut structures = starts.filter(|bytes| Tiff::new(bytes).is_some());
    structures
        .next()
        .filter(|bytes| Tiff::new(bytes).is_some_and(|tiff| !tiff.first().is_empty()))
}

/// The structure in a segment of JPEG, if it is one of EXIF.
pub(crate) fn segment(content: &[u8]) -> Option<&[u8]> {
    let name = content.get(..5)?;
    if name.eq_ignore_ascii_case(b"Exif\0") { structure(&content[5..]) } else { None }
}

/// Reads a TIFF structure; what is broken in it counts as not there.
pub(crate) fn read(bytes: &[u8]) -> Exif {
    let Some(main) = Tiff::new(bytes).map(Tiff::first) else { return Exif::default() };
    read_directories(&main, &main.child(EXIF_DIRECTORY), &main.child(GPS_DIRECTORY))
}

/// The same of directories that a container keeps each for itself.
pub(crate) fn read_directories(
    main: &Directory<'_>,
    exif: &Directory<'_>,
    gps: &Directory<'_>,
) -> Exif {
    let orientation = main
        .number(ORIENTATION)
        .and_then(|value| u8::try_from(value).ok());
    let interoperability = exif
        .child(INTEROPERABILITY_DIRECTORY)
        .text(INTEROPERABILITY_INDEX);
    Exif {
        orientation: orientation
            .filter(|value| (1..=8).contains(value))
            .unwrap_or(1),
        srgb: exif.number(COLOUR_SPACE) == Some(1),
        adobe_rgb: interoperability.as_deref() == Some("R03"),
        taken_at: taken_at(main, exif, &ORIGINAL).or_else(|| taken_at(main, exif, &DIGITIZED)),
        changed_at: taken_at(main, exif, &CHANGED),
        camera: camera(main, exif),
        exposure: exposure(exif),
        place: place::place(gps),
        caption: main
            .text_bytes(DESCRIPTION)
            .and_then(metadata::caption_of_exif),
        keywords: Vec::new(),
    }
}

/// The colour space that EXIF speaks of.
pub(crate) fn colours(bytes: Option<&[u8]>) -> ColourSpace {
    if bytes.is_some_and(|bytes| read(bytes).adobe_rgb) {
        ColourSpace::AdobeRgb
    } else {
        ColourSpace::Srgb
    }
}

fn camera(main: &Directory<'_>, exif: &Directory<'_>) -> Option<Camera> {
    let camera =
        Camera { make: main.text(MAKE), model: main.text(MODEL), lens: exif.text(LENS_MODEL) };
    (camera != Camera::default()).then_some(camera)
}

fn exposure(exif: &Directory<'_>) -> Option<Exposure> {
    let positive = |tag| exif.real(tag, 0).filter(|value| *value > 0.0);
    let exposure = Exposure {
        seconds: positive(EXPOSURE_TIME),
        aperture: positive(F_NUMBER),
        iso: exif.number(SENSITIVITY).filter(|value| *value > 0),
        focal_length: positive(FOCAL_LENGTH),
    };
    (exposure != Exposure::default()).then_some(exposure)
}

/// One of the dates. What it says itself of fraction and zone counts before the tags of their own;
/// a zone is mostly that of all dates.
fn taken_at(main: &Directory<'_>, exif: &Directory<'_>, tags: &DateTags) -> Option<TakenAt> {
    let mut taken = exif_date(exif, tags.at).or_else(|| exif_date(main, tags.at))?;
    if taken.local.nanosecond() == 0 {
        let nanosecond = exif
            .text(tags.sub_seconds)
            .and_then(|digits| date::nanoseconds(&digits));
        taken.local = taken
            .local
            .replace_nanosecond(nanosecond.unwrap_or(0))
            .ok()?;
    }
    let offsets = [tags.offset, CHANGED.offset, ORIGINAL.offset, DIGITIZED.offset];
    let offset = offsets
        .into_iter()
        .find_map(|tag| date::minutes_east(&exif.text(tag)?));
    taken.offset_minutes = taken.offset_minutes.or(offset);
    Some(taken)
}

/// The date in an entry, whose parts some cameras end with zeros.
fn exif_date(directory: &Directory<'_>, tag: u16) -> Option<TakenAt> {
    let bytes = directory.text_bytes(tag)?;
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_DATE)]);
    date::read(&text.replace(char::is_control, " "))
}
