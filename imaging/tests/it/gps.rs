//! Positions as cameras and programs really write them.

use crate::directories::{
    DOUBLE, Entry, ORIENTATION, ORIGINAL, RATIONAL, SHORT, SRATIONAL, Structure, ascii, ratios,
    whole,
};
use imaging::GpsPosition;

/// 51° 28′ 40″ and 0° 27′ 36″, with these letters for the halves.
pub fn place(north: &str, east: &str) -> Vec<Entry> {
    let latitude = [(51, 1), (28, 1), (40, 1)];
    let longitude = [(0, 1), (27, 1), (36, 1)];
    let halves = [(1, north), (3, east)]
        .into_iter()
        .filter(|(_, letter)| !letter.is_empty());
    let numbers = [ratios(2, RATIONAL, &latitude), ratios(4, RATIONAL, &longitude)];
    halves
        .map(|(tag, letter)| ascii(tag, letter))
        .chain(numbers)
        .collect()
}

fn place_of(gps: Vec<Entry>) -> Option<GpsPosition> {
    Structure { gps, ..Structure::default() }.facts().place
}

#[test]
fn halves_of_the_globe_as_words_and_letters() {
    for (north, east) in [("N", "E"), ("n", "e"), ("North", "East"), (" N", "E ")] {
        let found = place_of(place(north, east)).unwrap();
        assert!(
            (found.latitude - 51.477_778).abs() < 1e-5 && (found.longitude - 0.46).abs() < 1e-5
        );
    }
    let found = place_of(place("South", "west")).unwrap();
    assert!(found.latitude < -51.0 && found.longitude < -0.4, "{found:?}");
}

#[test]
fn without_a_half_the_place_is_unknown_and_nothing_else_is_lost() {
    for (north, east) in [("", ""), ("N", ""), ("", "E"), ("?", "E")] {
        let main = vec![ascii(0x010F, "Canon"), whole(ORIENTATION, SHORT, 6)];
        let exif = vec![ascii(ORIGINAL, "2024:05:17 14:03:09")];
        let found =
            Structure { main, exif, gps: place(north, east), ..Structure::default() }.facts();
        assert_eq!((found.place, found.orientation), (None, 6), "{north:?} {east:?}");
        assert!(found.taken_at.is_some() && found.camera.is_some());
    }
}

#[test]
fn numbers_with_a_sign_need_no_half() {
    let signed = |latitude: &[(i64, i64)], longitude: &[(i64, i64)]| {
        vec![ratios(2, SRATIONAL, latitude), ratios(4, SRATIONAL, longitude)]
    };
    let found =
        place_of(signed(&[(-33, 1), (51, 1), (24, 1)], &[(151, 1), (12, 1), (36, 1)])).unwrap();
    assert!(
        (found.latitude - -33.856_667).abs() < 1e-5 && (found.longitude - 151.21).abs() < 1e-5,
        "{found:?}"
    );
    let double = |tag, value: f64| (tag, DOUBLE, value.to_le_bytes().to_vec());
    let found = place_of(vec![double(2, -33.5), double(4, -70.25)]);
    assert_eq!(found, Some(GpsPosition { latitude: -33.5, longitude: -70.25 }));
    let mut contrary = signed(&[(-33, 1)], &[(151, 1)]);
    contrary.extend([ascii(1, "N"), ascii(3, "E")]);
    assert_eq!(place_of(contrary), None, "which of the two is right?");
    let mut said_twice = signed(&[(-33, 1)], &[(151, 1)]);
    said_twice.extend([ascii(1, "S"), ascii(3, "E")]);
    assert_eq!(place_of(said_twice), Some(GpsPosition { latitude: -33.0, longitude: 151.0 }));
}

#[test]
fn degrees_in_every_form() {
    let latitude = |values: &[(i64, i64)]| {
        let mut gps = place("S", "W");
        gps[2] = ratios(2, RATIONAL, values);
        place_of(gps).map(|place| place.latitude)
    };
    let near = |found: Option<f64>| found.is_some_and(|found| (found - -51.477_778).abs() < 1e-5);
    assert!(near(latitude(&[(51_477_778, 1_000_000)])), "degrees alone");
    assert!(near(latitude(&[(51, 1), (2_866_667, 100_000)])), "minutes with a fraction");
    assert!(near(latitude(&[(51, 1), (2_866_667, 100_000), (0, 0)])), "no seconds");
    assert!(near(latitude(&[(51, 1), (28, 1), (40_000, 1_000)])));
    assert_eq!(latitude(&[(51, 0), (28, 1), (40, 1)]), None);
    assert_eq!(latitude(&[(0, 0), (0, 0), (0, 0)]), None);
    assert_eq!(latitude(&[(90, 1), (1, 1), (0, 1)]), None, "beyond the pole");
}
