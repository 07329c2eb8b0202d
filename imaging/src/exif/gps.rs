//! The position at which a picture was taken (Exif 3.0, 4.6.6).

use super::tiff::Directory;
use crate::GpsPosition;

const LATITUDE_REF: u16 = 1;
const LATITUDE: u16 = 2;
const LONGITUDE_REF: u16 = 3;
const LONGITUDE: u16 = 4;

/// Returns the position that the directory of GPS states; none where it does not say on which
/// halves of the globe.
pub(super) fn position(gps: &Directory<'_>) -> Option<GpsPosition> {
    let north_or_south = half(gps, LATITUDE_REF, 'N', 'S');
    let east_or_west = half(gps, LONGITUDE_REF, 'E', 'W');
    let latitude = degrees(gps, LATITUDE, north_or_south, 90.0)?;
    let longitude = degrees(gps, LONGITUDE, east_or_west, 180.0)?;
    // Zero and zero is what receivers without a fix write; nobody photographs there.
    if latitude == 0.0 && longitude == 0.0 {
        return None;
    }
    Some(GpsPosition { latitude, longitude })
}

/// Returns 1 for north or east, -1 for south or west, by the first letter: some programs write the
/// word.
fn half(gps: &Directory<'_>, tag: u16, positive: char, negative: char) -> Option<f64> {
    match gps.text(tag)?.chars().next()?.to_ascii_uppercase() {
        letter if letter == positive => Some(1.0),
        letter if letter == negative => Some(-1.0),
        _ => None,
    }
}

/// Returns degrees, with minutes and seconds where there are some, from south or west to north or
/// east; none beyond `limit`.
fn degrees(gps: &Directory<'_>, tag: u16, half: Option<f64>, limit: f64) -> Option<f64> {
    let whole = gps.real(tag, 0)?;
    let minutes = gps.real(tag, 1).unwrap_or(0.0);
    let seconds = gps.real(tag, 2).unwrap_or(0.0);
    let is_negative = whole < 0.0 || minutes < 0.0 || seconds < 0.0;
    let sign = match half {
        Some(half) if half > 0.0 && is_negative => return None, // which of the two is right?
        Some(half) => half,
        // Numbers that may be negative say the half by themselves; the standard's may not.
        None if !gps.is_signed(tag) => return None,
        None if is_negative => -1.0,
        None => 1.0,
    };
    let size = whole.abs() + minutes.abs() / 60.0 + seconds.abs() / 3600.0;
    if !(0.0..=limit).contains(&size) {
        return None;
    }
    Some(sign * size)
}
