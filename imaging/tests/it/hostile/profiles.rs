//! ICC profiles made to do harm. One that is broken is passed over: the picture comes out without
//! it.

use super::memory::{Peak, SMALL, peak};
use crate::fixtures::{Picture, png_of, rendered, riff, with_segment};
use crate::seen::Seen;
use moxcms::ColorProfile;

fn photo() -> Picture {
    Picture::quarters(96, 64)
}

fn display_p3() -> Vec<u8> {
    ColorProfile::new_display_p3().encode().unwrap()
}

/// The photograph with a profile, in each format.
fn with_profile(profile: &[u8]) -> [Vec<u8>; 2] {
    let mut jpeg = photo().jpeg();
    let pieces: Vec<&[u8]> = profile.chunks(60_000).collect();
    let count = u8::try_from(pieces.len()).unwrap();
    for (number, piece) in (1_u8..).zip(&pieces) {
        jpeg = with_segment(&jpeg, 0xE2, &[b"ICC_PROFILE\0", &[number, count], piece]);
    }
    [jpeg, photo().webp_lossless(|encoder| encoder.set_icc_profile(profile.to_vec()))]
}

/// The profile with a number at a place; big-endian, as everything in it.
fn with(profile: &[u8], at: usize, number: u32) -> Vec<u8> {
    let mut profile = profile.to_vec();
    profile[at..at + 4].copy_from_slice(&number.to_be_bytes());
    profile
}

/// Returns the offset of the tag's entry in the table: name, offset, size.
fn tag(profile: &[u8], name: [u8; 4]) -> usize {
    (132..)
        .step_by(12)
        .find(|at| profile[*at..at + 4] == name)
        .unwrap()
}

fn at(profile: &[u8], place: usize) -> usize {
    u32::from_be_bytes(profile[place..place + 4].try_into().unwrap()) as usize
}

/// Renders it in each format within a small amount of memory, whatever the colours.
fn is_harmless(what: &str, profile: &[u8]) {
    for file in with_profile(profile) {
        let Peak { code, bytes } = peak(&file, SMALL);
        assert_eq!(code, "ok", "{what}");
        assert!(bytes < SMALL, "{what}: {} MiB", bytes >> 20);
    }
}

#[test]
fn numbers_that_are_too_large() {
    let profile = display_p3();
    let curve = at(&profile, tag(&profile, *b"rTRC") + 4);
    for number in [u32::MAX, 1 << 31, 1 << 24, 0x1_0000] {
        is_harmless("its own size", &with(&profile, 0, number));
        is_harmless("the number of tags", &with(&profile, 128, number));
        is_harmless("a tag's offset", &with(&profile, tag(&profile, *b"rXYZ") + 4, number));
        is_harmless("a tag's size", &with(&profile, tag(&profile, *b"rTRC") + 8, number));
        let curve_type = with(&profile, curve, u32::from_be_bytes(*b"curv"));
        is_harmless("a curve's entries", &with(&curve_type, curve + 8, number));
    }
}

#[test]
fn tables_that_are_too_large() {
    let profile = crate::ink::ink_profile();
    let table = at(&profile, tag(&profile, *b"A2B0") + 4);
    for (inputs, outputs, points) in
        [(4, 3, 255), (15, 3, 255), (255, 255, 255), (3, 3, 0), (0, 0, 0), (4, 3, 1)]
    {
        let mut profile = profile.clone();
        profile[table + 8..table + 11].copy_from_slice(&[inputs, outputs, points]);
        for kind in [b"mft1", b"mft2", b"mAB ", b"mBA "] {
            profile[table..table + 4].copy_from_slice(kind);
            for space in [b"RGB ", b"CMYK", b"GRAY", b"Lab ", b"6CLR", b"FCLR"] {
                profile[16..20].copy_from_slice(space);
                rendered(&with_profile(&profile)[0]);
            }
        }
    }
}

#[test]
fn a_table_of_sixteen_thousand_tags() {
    // All of them of the same curve, so that each would be read again.
    let mut profile = display_p3();
    let curve = profile[tag(&profile, *b"rTRC")..][..12].to_vec();
    profile.truncate(132);
    profile = with(&profile, 128, 16_000);
    profile.extend(curve.repeat(16_000));
    let size = u32::try_from(profile.len()).unwrap();
    is_harmless("a table of the same tag", &with(&profile, 0, size));
}

/// Number, how many there are, and bytes.
type Piece<'a> = (u8, u8, &'a [u8]);

#[test]
fn pieces_that_do_not_make_a_whole() {
    let profile = display_p3();
    let half = profile.len() / 2;
    let pieces = [(1, 2, &profile[..half]), (2, 2, &profile[half..])];
    let put = |pieces: &[Piece<'_>]| {
        pieces
            .iter()
            .rev()
            .fold(photo().jpeg(), |jpeg, (number, count, piece)| {
                with_segment(&jpeg, 0xE2, &[b"ICC_PROFILE\0", &[*number, *count], piece])
            })
    };
    let [first, second] = pieces;
    let converted = Seen::largest(&put(&pieces)).middle();
    let cases: [(&str, Vec<Piece<'_>>); 7] = [
        ("the second is missing", vec![first]),
        ("the first is missing", vec![second]),
        ("they do not agree on how many", vec![first, (2, 3, second.2)]),
        ("a number of zero", vec![(0, 2, first.2), second]),
        ("none of none", vec![(0, 0, first.2)]),
        ("a number above how many", vec![first, (3, 2, second.2)]),
        ("255 of them, 254 missing", vec![(255, 255, first.2)]),
    ];
    for (what, pieces) in cases {
        Seen::largest(&put(&pieces)).assert_quarters(what);
    }
    assert_eq!(Seen::largest(&put(&[second, first])).middle(), converted, "in any order");
}

#[test]
fn a_profile_that_unpacks_to_a_thousand_times_its_size() {
    let packed = super::bombs::packed(300);
    let png = photo().png();
    let chunk = png_of(&[(b"iCCP", &[b"name\0\0", &packed[..]].concat())]);
    let file = [&png[..33], &chunk[8..], &png[33..]].concat();
    let Peak { code, bytes } = peak(&file, 128 << 20);
    assert!(["ok", "too_much_memory", "too_complex", "corrupt"].contains(&code.as_str()), "{code}");
    assert!(bytes < 128 << 20, "{} MiB", bytes >> 20);
}

#[test]
fn empty_and_cut_off() {
    let profile = display_p3();
    for length in (1..profile.len()).step_by(7) {
        rendered(&with_profile(&profile[..length])[0]);
    }
    let plain = photo().webp_lossless(|_| {});
    let extended = [32, 0, 0, 0, 95, 0, 0, 63, 0, 0];
    Seen::largest(&riff(&[(b"VP8X", &extended), (b"ICCP", b""), (b"VP8L", &plain[20..])]))
        .assert_quarters("empty");
}
