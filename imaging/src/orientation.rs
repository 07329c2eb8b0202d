//! EXIF orientation: turning the stored picture upright.

use crate::pixels::Pixels;

/// Whether upright and stored picture have width and height exchanged.
pub(crate) const fn swaps_sides(orientation: u8) -> bool {
    matches!(orientation, 5..=8)
}

/// The picture as it is meant to be seen. `orientation` is the tag's value; anything but 2 to 8
/// means that it is upright already.
pub(crate) fn upright(pixels: Pixels, orientation: u8) -> Pixels {
    match pixels.layout.size() {
        1 => turn::<1>(pixels, orientation),
        3 => turn::<3>(pixels, orientation),
        4 => turn::<4>(pixels, orientation),
        size => unreachable!("no picture that is turned has {size} bytes a pixel"),
    }
}

fn turn<const N: usize>(pixels: Pixels, orientation: u8) -> Pixels {
    let (w, h) = (pixels.width as usize, pixels.height as usize);
    let (mut width, mut height) = (pixels.width, pixels.height);
    if swaps_sides(orientation) {
        (width, height) = (height, width);
    }
    // For each row of the upright picture: where it starts in the stored one, and the step to the
    // next pixel.
    let row = |y: usize| -> (usize, isize) {
        let (x_step, y_step) = (1, w.cast_signed());
        match orientation {
            2 => (y * w + w - 1, -x_step),
            3 => ((h - 1 - y) * w + w - 1, -x_step),
            4 => ((h - 1 - y) * w, x_step),
            5 => (y, y_step),
            6 => ((h - 1) * w + y, -y_step),
            7 => ((h - 1) * w + w - 1 - y, -y_step),
            8 => (w - 1 - y, y_step),
            _ => (y * w, x_step),
        }
    };
    if !matches!(orientation, 2..=8) {
        return pixels;
    }
    let (stored, _) = pixels.data.as_chunks::<N>();
    let mut data = Vec::with_capacity(pixels.data.len());
    for y in 0..height as usize {
        let (start, step) = row(y);
        let mut at = start.cast_signed();
        for _ in 0..width {
            data.extend_from_slice(&stored[at.cast_unsigned()]);
            at += step;
        }
    }
    Pixels::new(width, height, pixels.layout, data)
}
