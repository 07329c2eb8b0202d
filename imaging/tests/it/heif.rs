//! HEIC and AVIF: containers made here, around pictures coded by others.

use crate::fixtures::{GREEN, Picture, error, exif, orientation, rendered, text};
use crate::heif_fixtures::{
    AV1, AV1_10_BITS, Item, av1, avif, heic, heic_grid, heif, hevc, ispe, nclx,
};
use crate::seen::{Seen, assert_near};
use exif::Tag;
use imaging::{DecodeLimits, Error, Format, RenderOptions, inspect, render};
use moxcms::ColorProfile;

fn photo() -> Picture {
    Picture::quarters(96, 64)
}

fn both() -> [(Format, Item); 2] {
    [(Format::Heic, hevc(&photo(), 8)), (Format::Avif, av1(AV1))]
}

#[test]
fn plain_pictures() {
    for (file, format) in [
        (heic(&photo()), Format::Heic),
        (avif(AV1), Format::Avif),
        (avif(AV1_10_BITS), Format::Avif),
    ] {
        let made = rendered(&file);
        assert_eq!(
            (made.summary.facts.format, made.summary.facts.width, made.summary.facts.height),
            (format, 96, 64)
        );
        assert_eq!(
            inspect(&file, &DecodeLimits::default()).map(|header| header.format),
            Ok(format)
        );
        Seen::new(&made.renditions[0].bytes).assert_quarters(&format!("{format}"));
    }
    Seen::largest(&heif(b"heix", &[hevc(&photo(), 10)])).assert_quarters("10 bits");
    let odd = rendered(&heic(&Picture::quarters(75, 51)));
    assert_eq!(
        (odd.summary.facts.width, odd.summary.facts.height),
        (75, 51),
        "coded as even numbers"
    );
}

#[test]
fn tiles_of_a_grid() {
    for (width, height) in [(160, 100), (128, 64), (65, 130)] {
        let made = rendered(&heic_grid(&Picture::quarters(width, height)));
        assert_eq!((made.summary.facts.width, made.summary.facts.height), (width, height));
        Seen::new(&made.renditions[0].bytes).assert_quarters(&format!("{width} × {height}"));
    }
}

#[test]
fn every_turn_of_the_container() {
    // Quarters of a turn to the left, then perhaps a mirror: the number that EXIF has for it.
    let turns = [
        (0, None, 1),
        (0, Some(1), 2),
        (2, None, 3),
        (0, Some(0), 4),
        (3, Some(1), 5),
        (3, None, 6),
        (1, Some(1), 7),
        (1, None, 8),
        (1, Some(0), 5),
        (3, Some(0), 7),
        (2, Some(0), 2),
        (2, Some(1), 4),
    ];
    for (left, mirror, value) in turns {
        for (format, mut item) in both() {
            item = item.with(b"irot", &[left]);
            if let Some(axis) = mirror {
                item = item.with(b"imir", &[axis]);
            }
            // EXIF says something else, and does not count.
            let described = [&[0; 4][..], &orientation(3)].concat();
            let file =
                heif(b"mif1", &[item, Item::new(b"Exif", described, vec![]).refers(b"cdsc", &[1])]);
            let made = rendered(&file);
            let what = format!("{format}, {left} to the left, mirror {mirror:?}");
            assert_eq!(made.summary.facts.orientation, value, "{what}");
            assert_eq!(
                (made.summary.facts.stored_width, made.summary.facts.stored_height),
                (96, 64),
                "{what}"
            );
            // What is stored so that it has to be turned by 6 was turned by 8, and so on.
            let wanted = photo().stored(match value {
                6 => 8,
                8 => 6,
                value => value,
            });
            let seen = Seen::new(&made.renditions[0].bytes);
            assert_eq!((seen.width, seen.height), (wanted.width, wanted.height), "{what}");
            for (x, y) in [(1, 1), (3, 1), (1, 3), (3, 3)]
                .map(|(x, y)| (seen.width * x / 4, seen.height * y / 4))
            {
                let at = 3 * (y * wanted.width + x) as usize;
                let [r, g, b, _] = seen.rgba(x, y);
                assert_near([r, g, b], wanted.rgb[at..at + 3].try_into().unwrap(), 7, &what);
            }
        }
    }
}

#[test]
fn a_part_of_the_picture() {
    let ratio = |above: i32, below: i32| [above.to_be_bytes(), below.to_be_bytes()].concat();
    for (format, item) in both() {
        // The right half, cut before it is turned: its middle is a quarter of the width off.
        let clap = [ratio(48, 1), ratio(64, 1), ratio(24, 1), ratio(0, 1)].concat();
        let file = heif(b"mif1", &[item.with(b"clap", &clap).with(b"irot", &[1])]);
        let made = rendered(&file);
        assert_eq!((made.summary.facts.width, made.summary.facts.height), (64, 48), "{format}");
        let seen = Seen::new(&made.renditions[0].bytes);
        let [r, g, b, _] = seen.rgba(16, 24);
        assert_near([r, g, b], GREEN, 7, &format!("{format}: the top is on the left"));
    }
    for clap in [[97, 64, 0, 0], [48, 64, 25, 0], [0, 64, 0, 0], [-1, -1, 0, 0]] {
        let clap: Vec<u8> = clap.iter().flat_map(|above| ratio(*above, 1)).collect();
        assert_eq!(error(&heif(b"mif1", &[av1(AV1).with(b"clap", &clap)])).code(), "corrupt");
    }
}

#[test]
fn colours_by_code_points_and_by_profile() {
    let plain = |properties: Vec<_>| {
        let mut item = hevc(&Picture::plain(64, 48, [200, 100, 50]), 8);
        item.properties.extend(properties);
        let made = rendered(&heif(b"heic", &[item]));
        (made.summary.facts.profile, Seen::new(&made.renditions[0].bytes).middle())
    };
    let profile = [&b"prof"[..], &ColorProfile::new_display_p3().encode().unwrap()].concat();
    let (name, unsaid) = plain(vec![]);
    assert_eq!(name, None);
    assert_near(unsaid, [200, 100, 50], 4, "nothing said");
    let (name, by_codes) = plain(vec![nclx(12, 13, 6)]);
    assert_eq!(name.as_deref(), Some("Display P3"));
    let (name, by_profile) = plain(vec![nclx(1, 13, 6), (b"colr", profile)]);
    assert!(name.is_some_and(|name| name.contains("P3")));
    assert_near(by_codes, by_profile, 2, "both ways");
    assert!(by_codes[0] > 210, "converted: {by_codes:?}");
}

#[test]
fn high_dynamic_range_is_pressed_below_white() {
    let seen = |level: u8, transfer: u8| {
        let mut item = hevc(&Picture::plain(64, 48, [level; 3]), 8);
        item.properties.push(nclx(9, transfer, 6));
        let made = rendered(&heif(b"heic", &[item]));
        (made.summary.facts.profile, Seen::new(&made.renditions[0].bytes).middle()[0])
    };
    // Diffuse white is 148 in PQ and 191 in HLG; both are light grey here, and what is brighter is
    // lighter.
    for (transfer, white, name) in [(16, 148, "Rec. 2100 PQ"), (18, 191, "Rec. 2100 HLG")] {
        let (said, shown) = seen(white, transfer);
        assert_eq!(said.as_deref(), Some(name));
        assert!((215..=235).contains(&shown), "{name}: {shown}");
        assert!(seen(255, transfer).1 > shown && seen(white / 2, transfer).1 < 128, "{name}");
    }
}

#[test]
fn facts_from_the_exif_item() {
    let described = [&[0, 0, 0, 6][..], b"Exif\0\0", &exif(&[(Tag::Make, text("Apple"))])].concat();
    for (_, item) in both() {
        let file = heif(
            b"mif1",
            &[item, Item::new(b"Exif", described.clone(), vec![]).refers(b"cdsc", &[1])],
        );
        assert_eq!(
            rendered(&file)
                .summary
                .facts
                .camera
                .unwrap()
                .make
                .as_deref(),
            Some("Apple")
        );
    }
}

#[test]
fn a_size_that_is_a_lie() {
    let lie = |mut item: Item, width, height| {
        item.properties[0] = ispe(width, height);
        heif(b"mif1", &[item])
    };
    for (format, _) in both() {
        let item = || if format == Format::Heic { hevc(&photo(), 8) } else { av1(AV1) };
        assert_eq!(error(&lie(item(), 65_000, 65_000)).code(), "too_many_pixels", "{format}");
        assert_eq!(error(&lie(item(), 60_000, 10)).code(), "too_large_side", "{format}");
        assert_eq!(error(&lie(item(), 0, 10)).code(), "corrupt", "{format}");
        assert_eq!(
            error(&lie(item(), 16, 16)).code(),
            "corrupt",
            "{format}: more is coded than is said"
        );
        assert_eq!(
            error(&lie(item(), 960, 640)).code(),
            "corrupt",
            "{format}: less is coded than is said"
        );
        let limits = DecodeLimits { memory: 96 * 64 * 3, ..DecodeLimits::default() };
        let tight =
            render(&lie(item(), 96, 64), &RenderOptions { limits, ..RenderOptions::default() });
        assert_eq!(tight.unwrap_err().code(), "too_much_memory", "{format}");
    }
}

#[test]
fn pictures_coded_many_times_over() {
    for (format, mut item) in both() {
        // 1,600 megapixels in slices or frames, all of them over again.
        item.properties[0] = ispe(4_000, 4_000);
        item.data = item.data.repeat(100);
        let refused = error(&heif(b"mif1", &[item]));
        assert_eq!(refused, Error::TooComplex("pictures coded many times over".into()), "{format}");
    }
}

#[test]
fn grids_that_do_not_fit() {
    let good = heic_grid(&photo());
    let at = good.windows(4).rposition(|part| part == b"mdat").unwrap() + 4;
    assert_eq!(good[at..at + 4], [0, 0, 0, 1], "one row of two");
    for (rows, columns) in [(0, 0), (0, 255), (255, 255), (1, 0)] {
        let mut file = good.clone();
        (file[at + 2], file[at + 3]) = (rows, columns);
        assert!(matches!(error(&file), Error::Corrupt(_)), "{rows}, {columns}");
    }
    // A grid that is a tile of itself.
    let grid = Item::new(b"grid", vec![0, 0, 0, 0, 0, 96, 0, 64], vec![ispe(96, 64)])
        .refers(b"dimg", &[1]);
    assert_eq!(error(&heif(b"heic", &[grid])).code(), "unsupported_format");
}

#[test]
fn what_is_lacking_is_named() {
    for kind in [b"jpeg", b"avc1", b"vvc1", b"j2k1", b"unci", b"iovl", b"????"] {
        let file = heif(b"mif1", &[Item::new(kind, vec![0; 9], vec![ispe(96, 64)])]);
        assert!(matches!(error(&file), Error::UnsupportedFormat(_)));
    }
    let mut item = av1(AV1);
    item.properties.push((b"zzzz", vec![]));
    Seen::largest(&heif(b"avif", &[item]))
        .assert_quarters("an unknown property that is not essential");
}
