//! EXIF as cameras and programs really write it.

use crate::directories::{
    ASCII, BYTE, CHANGED, DOUBLE, Entry, FLOAT, LONG, ORIENTATION, ORIGINAL, RATIONAL, SBYTE,
    SHORT, SLONG, SRATIONAL, SSHORT, Structure, UNDEFINED, ascii, ratios, taken, turned, whole,
};
use crate::fixtures::{Picture, png_of, rendered, riff, with_exif, with_segment};
use crate::gps;
use crate::heif_fixtures::{AV1, Item, av1, heif};
use imaging::PhotoFacts;
use time::macros::datetime;

fn facts(file: &[u8]) -> PhotoFacts {
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
            gps: gps::place("N", "E"),
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
    let own = ascii(0x9011, "+0200");
    let changed = ascii(0x9010, "+03:00");
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
    let right = turned(6);
    let wrong = turned(3);
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
