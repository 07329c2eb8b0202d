//! Pictures, decoded apart from what is measured: by libjpeg-turbo at full scale, `image-webp` and
//! `png`, the same for every contender.

use std::{fs, io::Cursor, path::Path};

use fast_image_resize::{Resizer, images::TypedImage, pixels::U16x3};
use shared::error::Cause;
use turbojpeg::PixelFormat;

/// Pixels in rows, red, green and blue of 8 bits each.
#[derive(Debug)]
pub struct Picture {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Three bytes a pixel.
    pub rgb: Vec<u8>,
}

impl Picture {
    /// Reads the picture in a file, as stored: neither turned nor converted. Alpha is left out.
    ///
    /// # Errors
    /// When the file cannot be read or decoded.
    pub fn read(path: &Path) -> Result<Self, Cause> {
        let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::decode(&bytes).map_err(|failure| format!("{}: {failure}", path.display()).into())
    }

    /// Decodes the picture in the bytes of a file.
    ///
    /// # Errors
    /// When they are neither a JPEG nor a WebP nor a PNG, or damaged.
    pub fn decode(bytes: &[u8]) -> Result<Self, Cause> {
        match bytes {
            [0xFF, 0xD8, ..] => jpeg(bytes),
            [b'R', b'I', b'F', b'F', ..] => webp(bytes),
            [0x89, b'P', b'N', b'G', ..] => png(bytes),
            _ => Err("neither JPEG nor WebP nor PNG".into()),
        }
    }

    /// Returns this picture at another size, 6 bytes a pixel, with 16 bits a sample in the
    /// machine's order: Lanczos3 on the samples as they are, which is what viewers see and what all
    /// contenders do.
    ///
    /// # Errors
    /// When a side is 0.
    pub fn resized(&self, width: u32, height: u32) -> Result<Vec<u8>, Cause> {
        let mut pixels = Vec::with_capacity(self.rgb.len() / 3);
        for pixel in self.rgb.as_chunks::<3>().0 {
            // 255 is to become 65,535.
            pixels.push(U16x3::new(pixel.map(|sample| u16::from(sample) * 257)));
        }
        let from = TypedImage::from_pixels(self.width, self.height, pixels)?;
        let mut to = TypedImage::new(width, height);
        // The typed interface: the other one compiles the resizer for all kinds of pixels.
        Resizer::new().resize_typed(&from, &mut to, None)?;
        let samples = to.pixels().iter().flat_map(|pixel| pixel.0);
        Ok(samples.flat_map(u16::to_ne_bytes).collect())
    }
}

fn jpeg(bytes: &[u8]) -> Result<Picture, Cause> {
    let image = turbojpeg::decompress(bytes, PixelFormat::RGB)?;
    Ok(Picture {
        width: image.width.try_into()?,
        height: image.height.try_into()?,
        rgb: image.pixels,
    })
}

fn webp(bytes: &[u8]) -> Result<Picture, Cause> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes))?;
    let (width, height) = decoder.dimensions();
    let mut pixels = vec![0; decoder.output_buffer_size().ok_or("too large")?];
    decoder.read_image(&mut pixels)?;
    let rgb = if decoder.has_alpha() { without_alpha(&pixels) } else { pixels };
    Ok(Picture { width, height, rgb })
}

fn png(bytes: &[u8]) -> Result<Picture, Cause> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("too large")?];
    let frame = reader.next_frame(&mut pixels)?;
    let rgb = match frame.color_type {
        png::ColorType::Rgb => pixels,
        png::ColorType::Rgba => without_alpha(&pixels),
        other => return Err(format!("a PNG of {other:?}").into()),
    };
    Ok(Picture { width: frame.width, height: frame.height, rgb })
}

/// Returns pixels of three bytes for those of four.
fn without_alpha(rgba: &[u8]) -> Vec<u8> {
    let mut rgb = Vec::with_capacity(rgba.len() / 4 * 3);
    for pixel in rgba.chunks_exact(4) {
        rgb.extend_from_slice(&pixel[..3]);
    }
    rgb
}
