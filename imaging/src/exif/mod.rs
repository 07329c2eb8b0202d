//! EXIF: the few tags that matter here (CIPA DC-008, "Exif 3.0").

pub(crate) mod tiff;

use crate::colour::ColourSpace;
use crate::{Camera, Exposure, Place, TakenAt};
use tiff::{Directory, Tiff};
use time::{Date, Month, PrimitiveDateTime, Time};

/// What EXIF says of a picture.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Exif {
    /// 1 to 8.
    pub(crate) orientation: u8,
    /// Whether the colours are Adobe RGB (1998), which cameras say here without adding the profile.
    pub(crate) adobe_rgb: bool,
    /// Whether it says that the colours are sRGB.
    pub(crate) srgb: bool,
    pub(crate) taken_at: Option<TakenAt>,
    pub(crate) camera: Option<Camera>,
    pub(crate) exposure: Option<Exposure>,
    pub(crate) place: Option<Place>,
}

impl Default for Exif {
    fn default() -> Self {
        Self {
            orientation: 1,
            adobe_rgb: false,
            srgb: false,
            taken_at: None,
            camera: None,
            exposure: None,
            place: None,
        }
    }
}

// Of the first directory.
const MAKE: u16 = 0x010F;
const MODEL: u16 = 0x0110;
const ORIENTATION: u16 = 0x0112;
const DATE_TIME: u16 = 0x0132;
const EXIF_DIRECTORY: u16 = 0x8769;
const GPS_DIRECTORY: u16 = 0x8825;
// Of the EXIF directory.
const EXPOSURE_TIME: u16 = 0x829A;
const F_NUMBER: u16 = 0x829D;
const SENSITIVITY: u16 = 0x8827;
const DATE_TIME_ORIGINAL: u16 = 0x9003;
const DATE_TIME_DIGITIZED: u16 = 0x9004;
const OFFSET_TIME: u16 = 0x9010;
const OFFSET_TIME_ORIGINAL: u16 = 0x9011;
const OFFSET_TIME_DIGITIZED: u16 = 0x9012;
const FOCAL_LENGTH: u16 = 0x920A;
const SUB_SECONDS: u16 = 0x9290;
const SUB_SECONDS_ORIGINAL: u16 = 0x9291;
const SUB_SECONDS_DIGITIZED: u16 = 0x9292;
const COLOUR_SPACE: u16 = 0xA001;
const INTEROPERABILITY_DIRECTORY: u16 = 0xA005;
const LENS_MODEL: u16 = 0xA434;
// Of the GPS directory.
const LATITUDE_REF: u16 = 1;
const LATITUDE: u16 = 2;
const LONGITUDE_REF: u16 = 3;
const LONGITUDE: u16 = 4;
// Of the interoperability directory.
const INTEROPERABILITY_INDEX: u16 = 1;

/// Reads a TIFF structure; what is broken in it counts as not there.
pub(crate) fn read(bytes: &[u8]) -> Exif {
    let Some(tiff) = Tiff::new(bytes) else { return Exif::default() };
    let main = tiff.first();
    let exif = main.child(EXIF_DIRECTORY);
    let orientation = main.number(ORIENTATION).and_then(|value| u8::try_from(value).ok());
    let interoperability = exif.child(INTEROPERABILITY_DIRECTORY).text(INTEROPERABILITY_INDEX);
    Exif {
        orientation: orientation.filter(|value| (1..=8).contains(value)).unwrap_or(1),
        srgb: exif.number(COLOUR_SPACE) == Some(1),
        adobe_rgb: interoperability.as_deref() == Some("R03"),
        taken_at: taken_at(&main, &exif),
        camera: camera(&main, &exif),
        exposure: exposure(&exif),
        place: place(&main.child(GPS_DIRECTORY)),
    }
}

/// The colour space that EXIF speaks of.
pub(crate) fn colours(bytes: Option<&[u8]>) -> ColourSpace {
    if bytes.is_some_and(|bytes| read(bytes).adobe_rgb) { ColourSpace::AdobeRgb } else { ColourSpace::Srgb }
}

fn camera(main: &Directory<'_>, exif: &Directory<'_>) -> Option<Camera> {
    let camera = Camera { make: main.text(MAKE), model: main.text(MODEL), lens: exif.text(LENS_MODEL) };
    (camera != Camera::default()).then_some(camera)
}

fn exposure(exif: &Directory<'_>) -> Option<Exposure> {
    let positive = |tag| exif.ratio(tag, 0).filter(|value| *value > 0.0);
    let exposure = Exposure {
        seconds: positive(EXPOSURE_TIME),
        aperture: positive(F_NUMBER),
        iso: exif.number(SENSITIVITY).filter(|value| *value > 0),
        focal_length: positive(FOCAL_LENGTH),
    };
    (exposure != Exposure::default()).then_some(exposure)
}

/// When the shutter opened, else when it was digitized, else when the file was changed.
fn taken_at(main: &Directory<'_>, exif: &Directory<'_>) -> Option<TakenAt> {
    let sources = [
        (exif, DATE_TIME_ORIGINAL, SUB_SECONDS_ORIGINAL, OFFSET_TIME_ORIGINAL),
        (exif, DATE_TIME_DIGITIZED, SUB_SECONDS_DIGITIZED, OFFSET_TIME_DIGITIZED),
        (main, DATE_TIME, SUB_SECONDS, OFFSET_TIME),
    ];
    sources.into_iter().find_map(|(directory, at, sub_seconds, offset)| {
        let local = date_time(&directory.text(at)?)?;
        let nanosecond = exif.text(sub_seconds).and_then(|digits| nanoseconds(&digits)).unwrap_or(0);
        let offset_minutes = exif.text(offset).and_then(|text| minutes_east(&text));
        Some(TakenAt { local: local.replace_nanosecond(nanosecond).ok()?, offset_minutes })
    })
}

/// `2024:05:17 14:03:09`, with any separators; some software writes them as in ISO 8601.
fn date_time(text: &str) -> Option<PrimitiveDateTime> {
    let digits = |from: usize, to: usize| {
        let part = text.get(from..to)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u16>().ok())?
    };
    let pair = |from: usize| digits(from, from + 2).and_then(|value| u8::try_from(value).ok());
    let year = digits(0, 4).filter(|year| *year > 0)?;
    let date = Date::from_calendar_date(year.into(), Month::try_from(pair(5)?).ok()?, pair(8)?).ok()?;
    let time = Time::from_hms(pair(11)?, pair(14)?, pair(17)?).ok()?;
    Some(PrimitiveDateTime::new(date, time))
}

/// The digits after the decimal point of the seconds.
fn nanoseconds(digits: &str) -> Option<u32> {
    let digits = digits.get(..digits.len().min(9))?;
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| format!("{digits:0<9}").parse().ok())?
}

/// `+02:00`, `-09:30` or `Z`; zones reach from −12 to +14 hours.
fn minutes_east(text: &str) -> Option<i16> {
    if text == "Z" {
        return Some(0);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let number = |part: &str| {
        (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<i16>().ok())?
    };
    let minutes = sign * (number(hours)? * 60 + number(minutes).filter(|minutes| *minutes < 60)?);
    (-12 * 60..=14 * 60).contains(&minutes).then_some(minutes)
}

fn place(gps: &Directory<'_>) -> Option<Place> {
    let latitude = degrees(gps, LATITUDE, LATITUDE_REF, ["N", "S"], 90.0)?;
    let longitude = degrees(gps, LONGITUDE, LONGITUDE_REF, ["E", "W"], 180.0)?;
    // Zero and zero is what receivers without a fix write; nobody photographs there.
    (latitude != 0.0 || longitude != 0.0).then_some(Place { latitude, longitude })
}

/// Degrees, minutes and seconds, and which half of the globe.
fn degrees(gps: &Directory<'_>, tag: u16, reference: u16, names: [&str; 2], limit: f64) -> Option<f64> {
    let part = |index| gps.ratio(tag, index);
    let size = part(0)? + part(1).unwrap_or(0.0) / 60.0 + part(2).unwrap_or(0.0) / 3600.0;
    let name = gps.text(reference)?;
    let sign = if name.eq_ignore_ascii_case(names[0]) {
        1.0
    } else if name.eq_ignore_ascii_case(names[1]) {
        -1.0
    } else {
        return None;
    };
    (0.0..=limit).contains(&size).then_some(sign * size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn dates_are_read_or_refused() {
        assert_eq!(date_time("2024:05:17 14:03:09"), Some(datetime!(2024-05-17 14:03:09)));
        assert_eq!(date_time("2024-05-17T14:03:09Z"), Some(datetime!(2024-05-17 14:03:09)));
        for bad in ["", "0000:00:00 00:00:00", "2024:13:01 00:00:00", "2023:02:29 00:00:00", "    :  :     :  :  "] {
            assert_eq!(date_time(bad), None, "{bad:?}");
        }
        assert_eq!(date_time("2024:05:17 14:0é:09"), None, "not at a character's border");
    }

    #[test]
    fn fractions_and_offsets_are_read_or_refused() {
        assert_eq!(nanoseconds("05"), Some(50_000_000));
        assert_eq!(nanoseconds("1234567890"), Some(123_456_789));
        assert_eq!(nanoseconds("  "), None);
        assert_eq!(minutes_east("+02:00"), Some(120));
        assert_eq!(minutes_east("-09:30"), Some(-570));
        assert_eq!(minutes_east("Z"), Some(0));
        for bad in ["", "02:00", "+99:00", "+02:60", "+2:00", "é2:00"] {
            assert_eq!(minutes_east(bad), None, "{bad:?}");
        }
    }
}
