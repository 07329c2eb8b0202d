//! The profile of a printer, small enough to be written by hand.

pub const PAPER: [f64; 3] = [100.0, 0.0, 0.0];
pub const CYAN: [f64; 3] = [60.0, -30.0, -40.0];
pub const MAGENTA: [f64; 3] = [50.0, 70.0, -5.0];
pub const YELLOW: [f64; 3] = [90.0, -5.0, 85.0];
pub const BLACK: [f64; 3] = [15.0, 0.0, 0.0];

/// A profile of a printer: a table (`mft1`) of what every ink alone looks like, in CIE L*a*b*.
pub fn ink_profile() -> Vec<u8> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within a byte")]
    let encode =
        |[l, a, b]: [f64; 3]| [(l * 2.55).round() as u8, (a + 128.0) as u8, (b + 128.0) as u8];
    let corner = |c: usize, m: usize, y: usize, k: usize| match (c, m, y, k) {
        (0, 0, 0, 0) => PAPER,
        (1, 0, 0, 0) => CYAN,
        (0, 1, 0, 0) => MAGENTA,
        (0, 0, 1, 0) => YELLOW,
        _ => BLACK,
    };
    let identity: Vec<u8> = (0..=255).collect();
    let mut table = b"mft1\0\0\0\0\x04\x03\x02\0".to_vec();
    for number in [1, 0, 0, 0, 1, 0, 0, 0, 1_u32] {
        table.extend_from_slice(&(number << 16).to_be_bytes());
    }
    table.extend(identity.repeat(4));
    table.extend((0..16).flat_map(|i| encode(corner(i >> 3, i >> 2 & 1, i >> 1 & 1, i & 1))));
    table.extend(identity.repeat(3));

    let mut profile = vec![0; 128];
    profile[8..12].copy_from_slice(&[2, 0x40, 0, 0]);
    profile[12..24].copy_from_slice(b"prtrCMYKLab ");
    for (at, value) in [(24, 2024_u16), (26, 1), (28, 1)] {
        profile[at..at + 2].copy_from_slice(&value.to_be_bytes());
    }
    profile[36..40].copy_from_slice(b"acsp");
    for (at, value) in [(68, 0xF6D6_u32), (72, 0x1_0000), (76, 0xD32D)] {
        profile[at..at + 4].copy_from_slice(&value.to_be_bytes());
    }
    profile.extend_from_slice(&1_u32.to_be_bytes());
    profile.extend_from_slice(b"A2B0");
    profile.extend_from_slice(&144_u32.to_be_bytes());
    profile.extend_from_slice(&u32::try_from(table.len()).unwrap().to_be_bytes());
    profile.extend(table);
    let size = u32::try_from(profile.len()).unwrap();
    profile[..4].copy_from_slice(&size.to_be_bytes());
    profile
}
