//! EXIF orientation: turning the stored picture upright.

use crate::pixels::Pixels;

/// Returns true if upright and stored picture have width and height exchanged.
pub(crate) const fn swaps_sides(orientation: u8) -> bool {
    matches!(orientation, 5..=8)
}

/// Turns the picture upright. `orientation` is the tag's value; anything but 2 to 8 means that it
/// is upright already.
pub(crate) fn upright(pixels: Pixels, orientation: u8) -> Pixels {
    if !matches!(orientation, 2..=8) {
        return pixels;
    }
    match pixels.layout.size() {
        1 => turn::<1>(&pixels, orientation),
        3 => turn::<3>(&pixels, orientation),
        4 => turn::<4>(&pixels, orientation),
        size => unreachable!("no picture that is turned has {size} bytes a pixel"),
    }
}

/// Turns pixels of `N` bytes each.
fn turn<const N: usize>(pixels: &Pixels, orientation: u8) -> Pixels {
    let (width, height) = if swaps_sides(orientation) {
        (pixels.height, pixels.width)
    } else {
        (pixels.width, pixels.height)
    };
    let (stored, _) = pixels.data.as_chunks::<N>();
    let mut data = Vec::with_capacity(pixels.data.len());
    for y in 0..height as usize {
        let (start, step) = stored_row(pixels, orientation, y);
        let mut at = start.cast_signed();
        for _ in 0..width {
            data.extend_from_slice(&stored[at.cast_unsigned()]);
            at += step;
        }
    }
    Pixels::new(width, height, pixels.layout, data)
}

/// Returns where row `y` of the upright picture starts in the stored one, and the step to its next
/// pixel, both in pixels.
fn stored_row(pixels: &Pixels, orientation: u8, y: usize) -> (usize, isize) {
    let width = pixels.width as usize;
    let height = pixels.height as usize;
    let right = 1_isize;
    let down = width.cast_signed();
    match orientation {
        2 => (y * width + width - 1, -right),
        3 => ((height - 1 - y) * width + width - 1, -right),
        4 => ((height - 1 - y) * width, right),
        5 => (y, down),
        6 => ((height - 1) * width + y, -down),
        7 => ((height - 1) * width + width - 1 - y, -down),
        8 => (width - 1 - y, down),
        _ => (y * width, right),
    }
}
