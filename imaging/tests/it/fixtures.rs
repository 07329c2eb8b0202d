//! Photographs to render.

use exif::experimental::Writer;
use exif::{Field, In, Tag, Value};
use image_webp::{ColorType, WebPEncoder};
use imaging::{Error, RenderOptions, RenderedImage, render};
use png::{BitDepth, Encoder};
use std::io::Cursor;
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

pub const RED: [u8; 3] = [200, 40, 40];
pub const GREEN: [u8; 3] = [40, 180, 60];
pub const BLUE: [u8; 3] = [40, 60, 200];
pub const WHITE: [u8; 3] = [240, 240, 240];

/// The colours of the quarters of a picture.
pub const QUARTERS: [[u8; 3]; 4] = [RED, GREEN, BLUE, WHITE];

/// Returns the index in [`QUARTERS`] of each pixel of a picture of quarters.
pub fn quarter_indices(picture: &Picture) -> Vec<u8> {
    let (pixels, _) = picture.rgb.as_chunks::<3>();
    pixels.iter().copied().map(quarter_index).collect()
}

/// Returns the index of a colour in [`QUARTERS`].
pub fn quarter_index(pixel: [u8; 3]) -> u8 {
    let index = QUARTERS.iter().position(|colour| *colour == pixel).unwrap();
    u8::try_from(index).unwrap()
}

/// A picture in RGB, wider than high, with a colour in each quarter: red and green above blue and
/// white.
pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub rgb: Vec<u8>,
}

impl Picture {
    pub fn quarters(width: u32, height: u32) -> Self {
        let pixel = |x: u32, y: u32| match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        };
        Self::new(width, height, pixel)
    }

    pub fn plain(width: u32, height: u32, rgb: [u8; 3]) -> Self {
        Self::new(width, height, |_, _| rgb)
    }

    /// Every pixel different, so that an encoder has something to write.
    pub fn noise(width: u32, height: u32) -> Self {
        let byte = |seed: u32| seed.wrapping_mul(2_654_435_761).to_be_bytes()[0];
        Self::new(width, height, |x, y| {
            [byte(x * 7919 + y), byte(y * 104_729 + x), byte(x ^ (y << 9))]
        })
    }

    pub fn new(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 3]) -> Self {
        let at = |i: u32| pixel(i % width, i / width);
        Self { width, height, rgb: (0..width * height).flat_map(at).collect() }
    }

    /// As a camera with this orientation stores it.
    pub fn stored(&self, orientation: u8) -> Self {
        let w = self.width;
        let h = self.height;
        let (width, height) = if orientation >= 5 { (h, w) } else { (w, h) };
        // By the tag's definition: where on the upright picture the stored pixel (x, y) belongs.
        let upright = |x: u32, y: u32| match orientation {
            2 => (w - 1 - x, y),
            3 => (w - 1 - x, h - 1 - y),
            4 => (x, h - 1 - y),
            5 => (y, x),
            6 => (w - 1 - y, x),
            7 => (w - 1 - y, h - 1 - x),
            8 => (y, h - 1 - x),
            _ => (x, y),
        };
        Self::new(width, height, |x, y| {
            let (x, y) = upright(x, y);
            let at = 3 * (y * w + x) as usize;
            [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]]
        })
    }

    pub fn jpeg(&self) -> Vec<u8> {
        self.jpeg_with(Subsamp::Sub2x2, |_| {})
    }

    pub fn jpeg_with(&self, subsamp: Subsamp, set: impl Fn(&mut Compressor)) -> Vec<u8> {
        jpeg(&self.rgb, self.width, PixelFormat::RGB, |compressor| {
            compressor.set_subsamp(subsamp).unwrap();
            set(compressor);
        })
    }

    pub fn png(&self) -> Vec<u8> {
        png(&self.rgb, self.width, self.height, png::ColorType::Rgb, BitDepth::Eight, |_| {})
    }

    pub fn webp_lossless(&self, set: impl Fn(&mut WebPEncoder<&mut Vec<u8>>)) -> Vec<u8> {
        webp_lossless(&self.rgb, self.width, self.height, ColorType::Rgb8, set)
    }

    /// Lossy, written by the library itself.
    pub fn webp_lossy(&self) -> Vec<u8> {
        let options = RenderOptions {
            long_edges: vec![self.width.max(self.height)],
            quality: 95.0,
            ..RenderOptions::default()
        };
        render(&self.png(), &options)
            .unwrap()
            .renditions
            .remove(0)
            .bytes
    }
}

pub fn jpeg(
    data: &[u8],
    width: u32,
    format: PixelFormat,
    set: impl Fn(&mut Compressor),
) -> Vec<u8> {
    let width = width as usize;
    let pitch = width * format.size();
    let mut compressor = Compressor::new().unwrap();
    compressor.set_quality(92).unwrap();
    set(&mut compressor);
    compressor
        .compress_to_vec(Image { pixels: data, width, pitch, height: data.len() / pitch, format })
        .unwrap()
}

pub fn png(
    data: &[u8],
    width: u32,
    height: u32,
    color: png::ColorType,
    depth: BitDepth,
    set: impl Fn(&mut Encoder<'_, &mut Vec<u8>>),
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    set(&mut encoder);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(data)
        .unwrap();
    file
}

pub fn webp_lossless(
    data: &[u8],
    width: u32,
    height: u32,
    color: ColorType,
    set: impl Fn(&mut WebPEncoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = WebPEncoder::new(&mut file);
    set(&mut encoder);
    encoder.encode(data, width, height, color).unwrap();
    file
}

/// A WebP file of these chunks.
pub fn riff(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (name, content) in chunks {
        chunk(&mut body, **name, content);
    }
    let mut file = Vec::new();
    chunk(&mut file, *b"RIFF", &body);
    file
}

pub fn chunk(into: &mut Vec<u8>, name: [u8; 4], content: &[u8]) {
    into.extend_from_slice(&name);
    into.extend_from_slice(&u32::try_from(content.len()).unwrap().to_le_bytes());
    into.extend_from_slice(content);
    into.extend(vec![0; content.len() % 2]);
}

/// A PNG file of these chunks.
pub fn png_of(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1A\n".to_vec();
    for (name, content) in chunks {
        file.extend_from_slice(&u32::try_from(content.len()).unwrap().to_be_bytes());
        let named = [&name[..], content].concat();
        file.extend_from_slice(&named);
        file.extend_from_slice(&png_checksum(&named).to_be_bytes());
    }
    file
}

/// The checksum of a chunk's name and content (PNG, third edition, annex D).
pub fn png_checksum(bytes: &[u8]) -> u32 {
    let step = |crc: u32| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1));
    !bytes
        .iter()
        .fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

/// The JPEG with a segment after its start marker.
pub fn with_segment(jpeg: &[u8], marker: u8, content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, marker], &length, &content, &jpeg[2..]].concat()
}

pub fn with_exif(jpeg: &[u8], exif: &[u8]) -> Vec<u8> {
    with_segment(jpeg, 0xE1, &[b"Exif\0\0", exif])
}

/// The JPEG with an ICC profile in pieces, the last one first.
pub fn with_icc(jpeg: &[u8], profile: &[u8]) -> Vec<u8> {
    let pieces: Vec<&[u8]> = profile.chunks(300).collect();
    let count = u8::try_from(pieces.len()).unwrap();
    (1..=count).fold(jpeg.to_vec(), |jpeg, number| {
        with_segment(
            &jpeg,
            0xE2,
            &[b"ICC_PROFILE\0", &[number, count], pieces[usize::from(number) - 1]],
        )
    })
}

pub fn exif(fields: &[(Tag, Value)]) -> Vec<u8> {
    exif_in(fields, true)
}

pub fn exif_in(fields: &[(Tag, Value)], little_endian: bool) -> Vec<u8> {
    let fields: Vec<Field> = fields
        .iter()
        .map(|(tag, value)| Field { tag: *tag, ifd_num: In::PRIMARY, value: value.clone() })
        .collect();
    let mut writer = Writer::new();
    for field in &fields {
        writer.push_field(field);
    }
    let mut bytes = Cursor::new(Vec::new());
    writer.write(&mut bytes, little_endian).unwrap();
    bytes.into_inner()
}

pub fn orientation(value: u8) -> Vec<u8> {
    exif(&[(Tag::Orientation, Value::Short(vec![value.into()]))])
}

pub fn text(text: &str) -> Value {
    Value::Ascii(vec![text.as_bytes().to_vec()])
}

pub fn rendered(file: &[u8]) -> RenderedImage {
    render(file, &RenderOptions::default()).unwrap()
}

pub fn error(file: &[u8]) -> Error {
    render(file, &RenderOptions::default()).unwrap_err()
}
