//! EXIF as cameras and programs really write it.

use crate::directories::{
    ASCII, BYTE, CHANGED, DOUBLE, Entry, FLOAT, LONG, ORIENTATION, ORIGINAL, RATIONAL, SBYTE,
    SHORT, SLONG, SRATIONAL, SSHORT, Structure, UNDEFINED, ascii, ratios, taken, turned, whole,
};
use crate::fixtures::{Picture, png_of, rendered, riff, with_exif, with_segment};
use crate::heif_fixtures::{AV1, Item, av1, heif};
use imaging::{Facts, Place};
use time::macros::datetime;

fn facts(file: &[u8]) -> Facts {
    rendered(file).summary.facts
}

fn local(structure: Structure) -> Option<time::PrimitiveDateTime> {
    structure.facts().taken_at.map(|taken| taken.local)
}

#[test]
fn whole_numbers_of_any_kind_count_if_not_negative() {
    for kind in [BYTE, SBYTE, SHORT, SSHORT, LONG, SLONG] {
        let said = Structure {
            main: vec![whole(ORIENTATION, kind, 6)],
            exif: vec![whole(0x8827, kind, 100)],
            ..Structure::default()
        };
        let found = said.facts();
        assert_eq!(
            (found.orientation, found.exposure.and_then(|exposure| exposure.iso)),
            (6, Some(100)),
            "{kind}"
        );
    }
    for kind in [SBYTE, SSHORT, SLONG] {
        let said = Structure { main: vec![whole(ORIENTATION, kind, -6)], ..Structure::default() };
        assert_eq!(said.facts().orientation, 1, "{kind}");
    }
}

#[test]
fn pointers_of_any_kind_are_followed() {
    for kind in [SHORT, LONG, SSHORT, SLONG, 13] {
        let said = Structure {
            exif: vec![ascii(ORIGINAL, "2024:05:17 14:03:09")],
            gps: place("N", "E"),
            pointers: Some(kind),
            ..Structure::default()
        };
        let found = said.facts();
        assert!(found.taken_at.is_some() && found.place.is_some(), "{kind}");
    }
}

#[test]
fn other_numbers_of_any_kind_count() {
    let aperture = |entry: Entry| {
        let said = Structure { exif: vec![entry], ..Structure::default() };
        said.facts().exposure.and_then(|exposure| exposure.aperture)
    };
    assert_eq!(aperture(ratios(0x829D, RATIONAL, &[(28, 10)])), Some(2.8));
    assert_eq!(aperture(ratios(0x829D, SRATIONAL, &[(28, 10)])), Some(2.8));
    assert_eq!(aperture(whole(0x829D, SHORT, 8)), Some(8.0));
    assert_eq!(aperture((0x829D, FLOAT, 2.5_f32.to_le_bytes().to_vec())), Some(2.5));
    assert_eq!(aperture((0x829D, DOUBLE, 2.8_f64.to_le_bytes().to_vec())), Some(2.8));
    assert_eq!(aperture((0x829D, DOUBLE, f64::INFINITY.to_le_bytes().to_vec())), None);
    assert_eq!(aperture((0x829D, FLOAT, f32::NAN.to_le_bytes().to_vec())), None);
    assert_eq!(aperture(ratios(0x829D, SRATIONAL, &[(-28, 10)])), None);
}

#[test]
fn texts_that_are_stored_as_bytes_count() {
    for kind in [ASCII, UNDEFINED, BYTE, SBYTE] {
        let said = Structure {
            main: vec![(0x010F, kind, b"Canon\0".to_vec())],
            exif: vec![
                (ORIGINAL, kind, b"2024:05:17 14:03:09\0".to_vec()),
                (0x9011, kind, b"+02:00\0".to_vec()),
            ],
            ..Structure::default()
        };
        let found = said.facts();
        assert_eq!(found.camera.and_then(|camera| camera.make).as_deref(), Some("Canon"), "{kind}");
        let taken = found
            .taken_at
            .map(|taken| (taken.local, taken.offset_minutes));
        assert_eq!(taken, Some((datetime!(2024-05-17 14:03:09), Some(120))), "{kind}");
    }
}

#[test]
fn as_much_of_a_date_as_can_be_told() {
    for (text, told) in [
        ("2022:09:02 14:28:", datetime!(2022-09-02 14:28)),
        ("2022:09:02 14:28", datetime!(2022-09-02 14:28)),
        ("2022:09:02", datetime!(2022-09-02 00:00)),
        ("2022:09:02   :  :  ", datetime!(2022-09-02 00:00)),
        ("2001: 1: 2  3: 4: 5", datetime!(2001-01-02 03:04:05)),
        ("2004:01:01 24:00:00", datetime!(2004-01-02 00:00)),
        ("2016:12:31 23:59:60", datetime!(2016-12-31 23:59:59)),
        ("2022:09:02\x0014:28:00", datetime!(2022-09-02 14:28)),
        ("2022/09/02 14:28:00", datetime!(2022-09-02 14:28)),
        ("2022-09-02T14:28:00.5", datetime!(2022-09-02 14:28:00.5)),
    ] {
        assert_eq!(local(taken(text)), Some(told), "{text:?}");
    }
    for text in ["    :  :     :  :  ", "0000:00:00 00:00:00", "", "unknown"] {
        assert_eq!(local(taken(text)), None, "{text:?}");
    }
}

#[test]
fn a_zone_inside_of_the_date_counts() {
    let offset = |text: &str, exif: &[Entry]| {
        let mut said = taken(text);
        said.exif.extend_from_slice(exif);
        let found = said.facts().taken_at.unwrap();
        assert_eq!(found.local, datetime!(2015-02-01 14:42:59), "{text:?}");
        found.offset_minutes
    };
    for (text, minutes) in [
        ("2015:02:01 14:42:59+01:00", 60),
        ("2015:02:01 14:42:59+0100", 60),
        ("2015:02:01 14:42:59 +01:00", 60),
        ("2015-02-01T14:42:59Z", 0),
        ("2015:02:01 14:42:59-09:30", -570),
    ] {
        assert_eq!(offset(text, &[]), Some(minutes), "{text:?}");
    }
    let (own, changed) = (ascii(0x9011, "+0200"), ascii(0x9010, "+03:00"));
    let plain = "2015:02:01 14:42:59";
    assert_eq!(
        offset("2015:02:01 14:42:59+01:00", std::slice::from_ref(&own)),
        Some(60),
        "before the tag"
    );
    assert_eq!(offset(plain, &[own, changed.clone()]), Some(120), "its own tag, without a colon");
    assert_eq!(offset(plain, &[changed]), Some(180), "the only tag that there is");
    assert_eq!(
        offset(plain, &[ascii(0x9011, "   :  "), ascii(0x9010, "Z")]),
        Some(0),
        "one that is not blank"
    );
    assert_eq!(offset(plain, &[ascii(0x9011, "")]), None);
}

#[test]
fn a_date_in_the_first_directory_counts() {
    let main = vec![ascii(ORIGINAL, "2015:02:01 14:42:59"), ascii(CHANGED, "2024:05:17 14:03:09")];
    assert_eq!(
        local(Structure { main, ..Structure::default() }),
        Some(datetime!(2015-02-01 14:42:59))
    );
}

#[test]
fn the_first_exif_that_can_be_read_counts() {
    let photo = Picture::quarters(48, 32);
    let (right, wrong) = (turned(6), turned(3));
    let endless = b"II\x2A\0\xFF\xFF\xFF\xFF".to_vec();
    for unreadable in [
        Vec::new(),
        b"II".to_vec(),
        b"junk without a structure".to_vec(),
        endless,
        b"II\x2A\0\x08\0\0\0\0\0".to_vec(),
    ] {
        let jpeg = with_exif(&with_exif(&with_exif(&photo.jpeg(), &wrong), &right), &unreadable);
        assert_eq!(facts(&jpeg).orientation, 6, "JPEG, {unreadable:?}");
        let png = photo.png();
        let chunks = png_of(&[(b"eXIf", &unreadable), (b"eXIf", &right), (b"eXIf", &wrong)]);
        assert_eq!(
            facts(&[&png[..33], &chunks[8..], &png[33..]].concat()).orientation,
            6,
            "PNG, {unreadable:?}"
        );
        let still = photo.webp_lossless(|_| {});
        let extended = [8, 0, 0, 0, 47, 0, 0, 31, 0, 0];
        let exif = [(b"EXIF", &unreadable[..]), (b"EXIF", &right), (b"EXIF", &wrong)];
        let webp =
            riff(&[&[(b"VP8X", &extended[..]), (b"VP8L", &still[20..])][..], &exif].concat());
        assert_eq!(facts(&webp).orientation, 6, "WebP, {unreadable:?}");
        let item = |exif: &[u8]| {
            Item::new(b"Exif", [&[0; 4], exif].concat(), vec![]).refers(b"cdsc", &[1])
        };
        let make = Structure { main: vec![ascii(0x010F, "Canon")], ..Structure::default() }.bytes();
        let found =
            facts(&heif(b"avif", &[av1(AV1), item(&unreadable), item(&make), item(&right)]));
        assert_eq!(
            found.camera.and_then(|camera| camera.make).as_deref(),
            Some("Canon"),
            "AVIF, {unreadable:?}"
        );
    }
}

#[test]
fn names_of_segments_in_other_letters_count() {
    for name in [&b"Exif\0\0"[..], b"EXIF\0\0", b"Exif\0\xFF", b"Exif\0\0\0\0"] {
        let file = with_segment(&Picture::quarters(48, 32).jpeg(), 0xE1, &[name, &turned(6)]);
        assert_eq!(facts(&file).orientation, 6, "{name:?}");
    }
}

#[test]
fn exif_of_heif_is_found_without_its_reference_and_behind_a_wrong_offset() {
    let make = Structure { main: vec![ascii(0x010F, "Canon")], ..Structure::default() }.bytes();
    for start in [
        &[0; 4][..],
        &[0, 0, 0, 6, b'E', b'x', b'i', b'f', 0, 0],
        b"\0\0\0\0Exif\0\0",
        &[0xFF; 4],
        &[],
    ] {
        let item = Item::new(b"Exif", [start, &make].concat(), vec![]);
        for item in [item.clone(), item.refers(b"cdsc", &[1])] {
            let camera = facts(&heif(b"avif", &[av1(AV1), item])).camera;
            assert_eq!(
                camera.and_then(|camera| camera.make).as_deref(),
                Some("Canon"),
                "{start:?}"
            );
        }
    }
    let of_another =
        Item::new(b"Exif", [&[0; 4], &make[..]].concat(), vec![]).refers(b"cdsc", &[2]);
    assert_eq!(facts(&heif(b"avif", &[av1(AV1), av1(AV1), of_another])).camera, None);
}

/// 51° 28′ 40″ and 0° 27′ 36″, with these letters for the halves.
fn place(north: &str, east: &str) -> Vec<Entry> {
    let (latitude, longitude) = ([(51, 1), (28, 1), (40, 1)], [(0, 1), (27, 1), (36, 1)]);
    let halves = [(1, north), (3, east)]
        .into_iter()
        .filter(|(_, letter)| !letter.is_empty());
    let numbers = [ratios(2, RATIONAL, &latitude), ratios(4, RATIONAL, &longitude)];
    halves
        .map(|(tag, letter)| ascii(tag, letter))
        .chain(numbers)
        .collect()
}

fn place_of(gps: Vec<Entry>) -> Option<Place> {
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
    assert_eq!(found, Some(Place { latitude: -33.5, longitude: -70.25 }));
    let mut contrary = signed(&[(-33, 1)], &[(151, 1)]);
    contrary.extend([ascii(1, "N"), ascii(3, "E")]);
    assert_eq!(place_of(contrary), None, "which of the two is right?");
    let mut said_twice = signed(&[(-33, 1)], &[(151, 1)]);
    said_twice.extend([ascii(1, "S"), ascii(3, "E")]);
    assert_eq!(place_of(said_twice), Some(Place { latitude: -33.0, longitude: 151.0 }));
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
