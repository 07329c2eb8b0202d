//! Files that are taken, files that are left alone, and limits.

use super::*;

#[test]
fn sound_files_with_more_than_pixels_are_taken() {
    let sound = write(&picture(90, 70, 3), &USUAL);
    for segment in [[0xE1, 0, 9], [0xE2, 0, 9], [0xFE, 0, 9]] {
        let file = [&sound[..2], &[0xFF], &segment, b"content", &sound[2..]].concat();
        assert!(decode(&file, &job(&file, 5)).is_some(), "{segment:?}");
    }
    let file = [&sound[..], b"and then a film"].concat();
    assert!(decode(&file, &job(&file, 5)).is_some(), "a trailer");
}

#[track_caller]
fn assert_refused(file: &[u8], what: &str) {
    assert!(decode(file, &job(file, 5)).is_none(), "{what}");
}

#[test]
fn what_is_irregular_is_left_alone() {
    for is_progressive in [false, true] {
        let settings = Settings { is_progressive, ..USUAL };
        let file = write(&picture(90, 70, 3), &settings);
        let (pixels, end) = file.split_at(file.len() - 2);
        assert_refused(pixels, "no end");
        assert_refused(&[pixels, b"junk", end].concat(), "junk before the end");
        let restart = [pixels, &[0xFF, 0xD0], end].concat();
        assert_refused(&restart, "a restart that was not announced");
        assert_refused(&[pixels, &file[2..]].concat(), "two pictures");
        let mut markers = file.windows(2);
        let table = markers.position(|marker| marker == [0xFF, 0xDB]).unwrap();
        let mut wide = file.clone();
        wide[table + 4] |= 0x10;
        assert_refused(&wide, "quantization with 16 bits");
        for length in 1..file.len() {
            if header::read_head(&file[..length]).is_ok() {
                assert_refused(&file[..length], "cut off");
            }
        }
    }
    for sampling in [sys::TJSAMP_TJSAMP_440, sys::TJSAMP_TJSAMP_411] {
        let file = write(&picture(90, 70, 3), &Settings { sampling, ..USUAL });
        assert_refused(&file, &format!("{sampling}"));
    }
}

#[test]
fn the_end_of_the_pixels_is_found_whatever_follows() {
    for sampling in [
        sys::TJSAMP_TJSAMP_GRAY,
        sys::TJSAMP_TJSAMP_444,
        sys::TJSAMP_TJSAMP_420,
        sys::TJSAMP_TJSAMP_440,
        sys::TJSAMP_TJSAMP_411,
    ] {
        for is_progressive in [false, true] {
            for (quality, restart) in [(90, 0), (100, 3)] {
                let settings = Settings { sampling, quality, is_progressive, restart, ..USUAL };
                assert_end_is_found(&settings);
            }
        }
    }
}

#[track_caller]
fn assert_end_is_found(settings: &Settings) {
    let file = write(&picture(70, 50, 3), settings);
    let job = job(&file, 8);
    let end = file.len() - 2;
    let others: [&[u8]; 6] = [
        b"",
        b"\0\0\x01\x0A\x0E",
        b"text",
        &[0xFF],
        &[0xFF, 0xD9],
        &[0xFF, 0xD8, 0xFF, 0xE1, 0, 4, 9, 9],
    ];
    for behind in others {
        let found = end_of_pixels(&[&file[..end], behind].concat(), &job);
        assert_eq!(found, Some(end), "{settings:?}, then {behind:?}");
    }
    for length in scan_of(&file)..end {
        let found = end_of_pixels(&file[..length], &job);
        assert_eq!(found, None, "{settings:?}, {length} of {end}");
    }
}

#[test]
fn limits_are_kept() {
    let file = write(&picture(512, 320, 3), &Settings { is_progressive: true, ..USUAL });
    let is_decoded = |scans: u32, memory: u64| {
        let job = DecodeJob { scans, memory, ..job(&file, 8) };
        decode(&file, &job).is_some()
    };
    assert!(is_decoded(64, 64 << 20));
    assert!(is_decoded(10, 64 << 20), "it has ten");
    assert!(!is_decoded(9, 64 << 20));
    // Two bytes for each coefficient, and one in eight.
    let bytes = 512 * 320 * 3 / 2 * 2;
    assert!(is_decoded(64, bytes * 6 / 5));
    assert!(!is_decoded(64, bytes));
}
