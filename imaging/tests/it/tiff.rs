//! TIFF, and RAW files that are TIFF structures.

use crate::fixtures::{Picture, RED, error, rendered};
use crate::seen::{Seen, assert_near};
use crate::tiff_fixtures::{
    Entry, STRIPS, TILES, Value, entries, pack, raw, short, simple, strips, tiff,
};
use imaging::{DecodeLimits, Format, inspect};
use moxcms::ColorProfile;
use turbojpeg::Subsamp;

#[test]
fn every_compression() {
    let picture = Picture::quarters(101, 67);
    for compression in [1, 5, 8, 32773] {
        let made = rendered(&simple(&picture, compression));
        assert_eq!(
            (made.summary.facts.format, made.summary.facts.width, made.summary.facts.height),
            (Format::Tiff, 101, 67)
        );
        Seen::new(&made.renditions[0].bytes).assert_quarters(&format!("compression {compression}"));
    }
    let jpeg = picture.jpeg_with(Subsamp::Sub2x2, |_| {});
    Seen::largest(&tiff(true, &entries(&picture, 8, 7, 6, 3), &[jpeg], STRIPS))
        .assert_quarters("JPEG");
    for compression in [6, 34712, 50000] {
        assert_eq!(
            error(&simple(&picture, compression)).code(),
            "unsupported_format",
            "{compression}"
        );
    }
}

#[test]
fn deep_samples_in_both_byte_orders_with_a_predictor() {
    let picture = Picture::quarters(101, 67);
    for little_endian in [true, false] {
        let two = |n: u16| if little_endian { n.to_le_bytes() } else { n.to_be_bytes() };
        let deep: Vec<u16> = picture
            .rgb
            .iter()
            .map(|sample| u16::from(*sample) * 257)
            .collect();
        let difference = |row: &[u16]| {
            let before = [&[0; 3], row].concat();
            row.iter()
                .zip(before)
                .flat_map(|(here, before)| two(here.wrapping_sub(before)))
                .collect::<Vec<u8>>()
        };
        let data: Vec<u8> = deep.chunks(3 * 101).flat_map(difference).collect();
        let entries = [entries(&picture, 16, 8, 2, 3), vec![short(317, 2)]].concat();
        let file = tiff(little_endian, &entries, &[pack(8, &data)], STRIPS);
        Seen::largest(&file).assert_quarters(&format!("little endian: {little_endian}"));
    }
}

#[test]
fn tiles_and_planes() {
    let picture = Picture::quarters(101, 67);
    let at = |x: u32, y: u32| {
        let at = 3 * (y.min(66) * 101 + x.min(100)) as usize;
        picture.rgb[at..at + 3].to_vec()
    };
    let tile = |number: u32| {
        let left = number % 4 * 32;
        let top = number / 4 * 16;
        (0..32 * 16)
            .flat_map(|i| at(left + i % 32, top + i / 32))
            .collect::<Vec<u8>>()
    };
    let tiles: Vec<Vec<u8>> = (0..4 * 5).map(tile).collect();
    let entries_of_tiles =
        [entries(&picture, 8, 1, 2, 3), vec![short(322, 32), short(323, 16)]].concat();
    Seen::largest(&tiff(true, &entries_of_tiles, &tiles, TILES)).assert_quarters("tiles");
    let plane = |number: usize| {
        picture
            .rgb
            .iter()
            .skip(number)
            .step_by(3)
            .copied()
            .collect::<Vec<u8>>()
    };
    let entries = [entries(&picture, 8, 1, 2, 3), vec![short(284, 2)]].concat();
    Seen::largest(&tiff(true, &entries, &[plane(0), plane(1), plane(2)], STRIPS))
        .assert_quarters("planes");
}

#[test]
fn every_kind_of_pixel() {
    let picture = Picture::plain(32, 32, RED);
    let seen = |bits: u16, photometric: u16, samples: u16, pixels: &[u8], more: Vec<Entry>| {
        let entries = [entries(&picture, bits, 1, photometric, samples), more].concat();
        let data =
            pixels.repeat(32 * 32 * usize::from(bits) * usize::from(samples) / 8 / pixels.len());
        Seen::largest(&tiff(true, &entries, &[data], STRIPS)).rgba(16, 16)
    };
    assert_near(seen(1, 1, 1, &[0xFF], vec![]), [255; 4], 2, "black and white");
    assert_near(seen(1, 0, 1, &[0xFF], vec![]), [0, 0, 0, 255], 2, "white and black");
    assert_near(seen(4, 1, 1, &[0x99], vec![]), [153, 153, 153, 255], 2, "4 bits");
    assert_near(seen(8, 0, 1, &[90], vec![]), [165, 165, 165, 255], 2, "inverted grey");
    assert_near(seen(16, 1, 1, &[0, 90], vec![]), [90, 90, 90, 255], 2, "16 bits");
    let alpha = |kind| vec![short(338, kind)];
    assert_near(seen(8, 2, 4, &[200, 40, 40, 128], alpha(2)), [200, 40, 40, 128], 4, "alpha");
    assert_near(
        seen(8, 2, 4, &[100, 20, 20, 128], alpha(1)),
        [200, 40, 40, 128],
        5,
        "alpha multiplied in",
    );
    assert_near(
        seen(8, 2, 4, &[200, 40, 40, 128], alpha(0)),
        [200, 40, 40, 255],
        4,
        "something that is not alpha",
    );
    assert_near(seen(8, 1, 2, &[90, 128], alpha(2)), [90, 90, 90, 128], 4, "grey with alpha");
    assert_near(seen(8, 5, 4, &[0, 255, 255, 0], vec![]), [255, 0, 0, 255], 4, "ink");
    let map: Vec<u16> = [[10, 200], [20, 40], [30, 40]]
        .iter()
        .flat_map(|c| c.map(|v: u16| v * 257))
        .collect();
    assert_near(
        seen(1, 3, 1, &[0xFF], vec![(320, Value::Shorts(map))]),
        [200, 40, 40, 255],
        4,
        "palette",
    );
}

#[test]
fn its_own_orientation_profile_and_date() {
    let upright = Picture::quarters(96, 64);
    for value in 1..=8 {
        let stored = upright.stored(value);
        let entries = [entries(&stored, 8, 1, 2, 3), vec![short(274, value.into())]].concat();
        let made = rendered(&tiff(true, &entries, std::slice::from_ref(&stored.rgb), STRIPS));
        assert_eq!(
            (made.summary.facts.orientation, made.summary.facts.width, made.summary.facts.height),
            (value, 96, 64)
        );
        Seen::new(&made.renditions[0].bytes).assert_quarters(&format!("orientation {value}"));
    }
    let picture = Picture::plain(32, 32, [200, 100, 50]);
    let more = vec![
        (34675, Value::Bytes(ColorProfile::new_display_p3().encode().unwrap())),
        (271, Value::Text("Maker")),
    ];
    let made = rendered(&tiff(
        true,
        &[entries(&picture, 8, 1, 2, 3), more].concat(),
        std::slice::from_ref(&picture.rgb),
        STRIPS,
    ));
    assert_eq!(made.summary.facts.camera.unwrap().make.as_deref(), Some("Maker"));
    assert!(made.summary.facts.profile.unwrap().contains("P3"));
    assert!(Seen::new(&made.renditions[0].bytes).middle()[0] > 210, "converted");
}

#[test]
fn headers_that_lie() {
    let picture = Picture::quarters(32, 32);
    let with = |tag: u16, value: Value| {
        let mut entries = [entries(&picture, 8, 1, 2, 3), vec![short(278, 32)]].concat();
        entries.retain(|entry| entry.0 != tag);
        entries.push((tag, value));
        error(&tiff(true, &entries, &strips(&picture, 32), STRIPS)).code()
    };
    assert_eq!(with(256, Value::Longs(vec![u32::MAX])), "too_many_pixels");
    assert_eq!(with(257, Value::Longs(vec![0])), "corrupt");
    assert_eq!(with(257, Value::Longs(vec![3000])), "truncated", "strips that are not there");
    assert_eq!(with(256, Value::Longs(vec![64])), "corrupt", "strips that are too short");
    assert_eq!(with(278, Value::Longs(vec![0])), "corrupt");
    assert_eq!(with(258, Value::Shorts(vec![65])), "unsupported_format");
    assert_eq!(with(258, Value::Shorts(vec![8, 8, 16])), "unsupported_format");
    assert_eq!(with(339, Value::Shorts(vec![6])), "unsupported_format", "complex numbers");
    assert_eq!(with(277, Value::Shorts(vec![u16::MAX])), "unsupported_format");
    let tiles =
        [entries(&picture, 8, 1, 2, 3), vec![(322, Value::Longs(vec![u32::MAX])), short(323, 16)]]
            .concat();
    assert_eq!(error(&tiff(true, &tiles, &[vec![0]], TILES)).code(), "corrupt", "a tile of 64 GiB");
}

#[test]
fn of_raw_the_preview_is_shown() {
    let upright = Picture::quarters(96, 64);
    for value in 1..=8_u8 {
        let made = rendered(&raw(&upright.stored(value).jpeg(), value.into()));
        assert_eq!(
            (made.summary.facts.format, made.summary.facts.orientation),
            (Format::Raw, value)
        );
        assert_eq!((made.summary.facts.width, made.summary.facts.height), (96, 64));
        assert_eq!(made.summary.facts.camera.unwrap().make.as_deref(), Some("Maker"));
        Seen::new(&made.renditions[0].bytes).assert_quarters(&format!("RAW, orientation {value}"));
    }
    let jpeg = upright.jpeg();
    let place = [100_u32, u32::try_from(jpeg.len()).unwrap()]
        .map(u32::to_be_bytes)
        .concat();
    let fuji = [&b"FUJIFILMCCD-RAW "[..], &[0; 68], &place, &[0; 8], &jpeg].concat();
    Seen::largest(&fuji).assert_quarters("RAF");
    assert_eq!(inspect(&fuji, &DecodeLimits::default()).unwrap().format, Format::Raw);
    assert_eq!(error(&raw(b"no JPEG", 1)).code(), "unsupported_format");
    assert_eq!(error(&fuji[..90]).code(), "truncated");
}
