//! Small photographs made in code, each with bytes of its own.

use bytes::Bytes;
use turbojpeg::{Image, PixelFormat, Subsamp};

use crate::Cause;

const WIDTH: usize = 640;
const HEIGHT: usize = 480;
/// The length of a comment's segment: itself, and a number of 16 digits.
const SEGMENT: u16 = 2 + 16;

/// Pictures to be sent.
pub struct Pictures(Vec<Vec<u8>>);

impl Pictures {
    /// Encodes a few, which differ in colour.
    ///
    /// # Errors
    /// A library that encodes nothing.
    pub fn encode() -> Result<Self, Cause> {
        Self::of_size(WIDTH, HEIGHT)
    }

    /// Encodes as many of another size, in pixels.
    ///
    /// # Errors
    /// A library that encodes nothing.
    pub fn of_size(width: usize, height: usize) -> Result<Self, Cause> {
        let mut pictures = Vec::new();
        for blue in [0, 60, 120, 180, 240] {
            pictures.push(encode(width, height, blue)?);
        }
        Ok(Self(pictures))
    }

    /// Returns the picture of a number: its own bytes, which show what those of others show.
    pub fn numbered(&self, number: u64) -> Bytes {
        let at = usize::try_from(number % 5).unwrap_or(0) % self.0.len();
        let picture = &self.0[at];
        let (start, rest) = picture.split_at(2);
        let mut bytes = start.to_vec();
        bytes.extend([0xff, 0xfe]);
        bytes.extend(SEGMENT.to_be_bytes());
        bytes.extend(format!("{number:016x}").as_bytes());
        bytes.extend(rest);
        Bytes::from(bytes)
    }
}

/// Encodes a picture with edges and gradients.
fn encode(width: usize, height: usize, blue: u8) -> Result<Vec<u8>, Cause> {
    let mut pixels = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            let square = (x / 40 + y / 40) % 2 * 40;
            pixels.push(shade(x * 215 / width + square));
            pixels.push(shade(y * 215 / height + square));
            pixels.push(blue);
        }
    }
    let image =
        Image { pixels: &pixels[..], width, pitch: width * 3, height, format: PixelFormat::RGB };
    let encoded = turbojpeg::compress(image, 85, Subsamp::Sub2x2)?;
    Ok(encoded.to_vec())
}

fn shade(value: usize) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_picture_has_bytes_of_its_own_and_can_be_decoded() {
        let pictures = Pictures::encode().expect("pictures");
        let first = pictures.numbered(1);
        assert_ne!(first, pictures.numbered(6));
        assert!(first.len() < 60_000, "{}", first.len());
        let decoded = turbojpeg::decompress(&first, PixelFormat::RGB).expect("a picture");
        assert_eq!((decoded.width, decoded.height), (WIDTH, HEIGHT));
    }
}
