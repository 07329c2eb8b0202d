//! Looking at renditions, with another decoder.

use crate::fixtures::{BLUE, GREEN, RED, WHITE, rendered};
use image_webp::WebPDecoder;
use std::io::Cursor;

/// A rendition, as another decoder sees it.
pub struct Seen {
    pub width: u32,
    pub height: u32,
    pub has_alpha: bool,
    data: Vec<u8>,
}

impl Seen {
    pub fn new(webp: &[u8]) -> Self {
        let mut decoder = WebPDecoder::new(Cursor::new(webp)).unwrap();
        let (width, height) = decoder.dimensions();
        let mut data = vec![0; decoder.output_buffer_size().unwrap()];
        decoder.read_image(&mut data).unwrap();
        Self { width, height, has_alpha: decoder.has_alpha(), data }
    }

    /// The largest rendition of a file.
    pub fn largest(file: &[u8]) -> Self {
        Self::new(&rendered(file).renditions.last().unwrap().bytes)
    }

    pub fn rgba(&self, x: u32, y: u32) -> [u8; 4] {
        let pixel =
            &self.data[(y * self.width + x) as usize * if self.has_alpha { 4 } else { 3 }..];
        [pixel[0], pixel[1], pixel[2], if self.has_alpha { pixel[3] } else { 255 }]
    }

    pub fn middle(&self) -> [u8; 3] {
        let [r, g, b, _] = self.rgba(self.width / 2, self.height / 2);
        [r, g, b]
    }

    /// Fails unless the four quarters have the colours of [`Picture::quarters`].
    pub fn assert_quarters(&self, what: &str) {
        let w = self.width;
        let h = self.height;
        let corners = [
            (w / 4, h / 4, RED),
            (3 * w / 4, h / 4, GREEN),
            (w / 4, 3 * h / 4, BLUE),
            (3 * w / 4, 3 * h / 4, WHITE),
        ];
        for (x, y, wanted) in corners {
            let [red, green, blue, _] = self.rgba(x, y);
            assert_near([red, green, blue], wanted, 6, &format!("{what}, at {x}, {y}"));
        }
    }
}

#[track_caller]
pub fn assert_near<const N: usize>(found: [u8; N], wanted: [u8; N], tolerance: u8, what: &str) {
    let near = found
        .iter()
        .zip(&wanted)
        .all(|(a, b)| a.abs_diff(*b) <= tolerance);
    assert!(near, "{what}: {found:?}, not {wanted:?} ± {tolerance}");
}
