//! Reads the place of a picture, as EXIF has it.

use super::tiff::Directory;
use crate::Place;

const LATITUDE_REF: u16 = 1;
const LATITUDE: u16 = 2;
const LONGITUDE_REF: u16 = 3;
const LONGITUDE: u16 = 4;

/// The place that the directory of GPS names; none where it does not say on which halves of the
/// globe.
pub(super) fn place(gps: &Directory<'_>) -> Option<Place> {
    let latitude = degrees(gps, LATITUDE, half(gps, LATITUDE_REF, 'N', 'S'), 90.0)?;
    let longitude = degrees(gps, LONGITUDE, half(gps, LONGITUDE_REF, 'E', 'W'), 180.0)?;
    // Zero and zero is what receivers without a fix write; nobody photographs there.
    (latitude != 0.0 || longitude != 0.0).then_some(Place { latitude, longitude })
}

/// 1 for north or east, -1 for south or west, by the first letter: some programs write the word.
fn half(gps: &Directory<'_>, tag: u16, positive: char, negative: char) -> Option<f64> {
    match gps.text(tag)?.chars().next()?.to_ascii_uppercase() {
        letter if letter == positive => Some(1.0),
        letter if letter == negative => Some(-1.0),
        _ => None,
    }
}

/// Degrees, with minutes and seconds where there are some, from south or west to north or east.
fn degrees(gps: &Directory<'_>, tag: u16, half: Option<f64>, limit: f64) -> Option<f64> {
    let parts = [Some(gps.real(tag, 0)?), gps.real(tag, 1), gps.real(tag, 2)]
        .map(|part| part.unwrap_or(0.0));
    let is_negative = parts.iter().any(|part| *part < 0.0);
    // Numbers that may be negative say the half by themselves; the standard's may not.
    let own_half = gps
        .is_signed(tag)
        .then_some(if is_negative { -1.0 } else { 1.0 });
    let sign = match (half, own_half) {
        (Some(half), _) if half > 0.0 && is_negative => return None, // which of the two is right?
        (Some(half), _) => half,
        (None, own_half) => own_half?,
    };
    let [whole, minutes, seconds] = parts.map(f64::abs);
    let size = whole + minutes / 60.0 + seconds / 3600.0;
    (0.0..=limit).contains(&size).then_some(sign * size)
}
