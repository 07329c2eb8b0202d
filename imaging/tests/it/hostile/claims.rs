//! Headers that claim a size, with next to no pixels behind them.

use crate::fixtures::{Picture, riff};

/// A JPEG that claims another size, with none of the pixels.
pub fn jpeg_claiming(width: u16, height: u16, marker: u8) -> Vec<u8> {
    let mut photo = Picture::plain(16, 16, [9; 3]).jpeg();
    let frame = photo
        .windows(2)
        .position(|part| part == [0xFF, 0xC0])
        .unwrap();
    photo[frame + 1] = marker;
    photo[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    photo[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    photo
}

pub fn png_claiming(width: u32, height: u32) -> Vec<u8> {
    let mut photo = Picture::plain(16, 16, [9; 3]).png();
    photo[16..20].copy_from_slice(&width.to_be_bytes());
    photo[20..24].copy_from_slice(&height.to_be_bytes());
    photo
}

pub fn webp_claiming(width: u32, height: u32) -> Vec<u8> {
    let three = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
    let extended = [vec![2, 0, 0, 0], three(width), three(height)].concat();
    riff(&[(b"VP8X", &extended), (b"ANIM", &[0; 6])])
}

/// A file of each format that claims a size, with next to no pixels.
pub fn claims(width: u16, height: u16) -> Vec<(&'static str, Vec<u8>)> {
    let w = u32::from(width);
    let h = u32::from(height);
    vec![
        ("JPEG", jpeg_claiming(width, height, 0xC0)),
        ("JPEG, progressive", jpeg_claiming(width, height, 0xC2)),
        ("PNG", png_claiming(w, h)),
        ("WebP", webp_claiming(w, h)),
    ]
}
