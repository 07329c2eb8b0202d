//! The decoder compared with libjpeg-turbo.

mod irregular;
mod same_pixels;

use super::*;
use crate::jpeg::turbo::Handle;
use crate::jpeg::{decoder, encoder, header};
use proptest::prelude::*;
use turbojpeg_sys as sys;

/// The settings with which a picture is written.
#[derive(Debug, Clone)]
struct Settings {
    sampling: sys::TJSAMP,
    quality: i32,
    is_progressive: bool,
    is_optimized: bool,
    /// MCUs between restart markers.
    restart: i32,
}

/// Settings of which every way to write a picture can be made.
const USUAL: Settings = Settings {
    sampling: sys::TJSAMP_TJSAMP_420,
    quality: 90,
    is_progressive: false,
    is_optimized: false,
    restart: 0,
};

fn settings() -> impl Strategy<Value = Settings> {
    let samplings = [
        sys::TJSAMP_TJSAMP_444,
        sys::TJSAMP_TJSAMP_422,
        sys::TJSAMP_TJSAMP_420,
        sys::TJSAMP_TJSAMP_GRAY,
    ];
    (0..4_usize, 30..=100, any::<bool>(), any::<bool>(), 0..12).prop_map(
        move |(sampling, quality, is_progressive, is_optimized, restart)| Settings {
            sampling: samplings[sampling],
            quality,
            is_progressive,
            is_optimized,
            restart,
        },
    )
}

/// Creates a picture with something of everything: even, slowly changing, noisy by a little and by
/// much.
fn picture(width: u32, height: u32, seed: u32) -> Pixels {
    let random = |x: u32, y: u32| {
        let mixed = (x ^ seed).wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77);
        let stirred = mixed ^ (mixed >> 15);
        stirred.wrapping_mul(0x2C1B_3C6D).to_be_bytes()
    };
    let sample = |x: u32, y: u32, channel: usize| {
        let slow = f64::from(x + seed % 97) / 19.0 + f64::from(y) / 23.0 + channel as f64;
        let noise = f64::from(random(x, y)[channel]) - 128.0;
        let strength = [0.0, 0.05, 0.2, 1.0][((x / 24 + y / 40 + seed) % 4) as usize];
        (128.0 + 90.0 * slow.sin() + strength * noise).clamp(0.0, 255.0) as u8
    };
    let mut picture = Pixels::blank(width, height, PixelLayout::Rgb);
    for (place, pixel) in (0..).zip(picture.data.chunks_exact_mut(3)) {
        for (channel, level) in pixel.iter_mut().enumerate() {
            *level = sample(place % width, place / width, channel);
        }
    }
    picture
}

fn write(picture: &Pixels, settings: &Settings) -> Vec<u8> {
    let handle = Handle::new(sys::TJINIT_TJINIT_COMPRESS).ok().unwrap();
    let parameters = [
        (sys::TJPARAM_TJPARAM_QUALITY, settings.quality),
        (sys::TJPARAM_TJPARAM_SUBSAMP, settings.sampling),
        (sys::TJPARAM_TJPARAM_PROGRESSIVE, settings.is_progressive.into()),
        (sys::TJPARAM_TJPARAM_OPTIMIZE, settings.is_optimized.into()),
        (sys::TJPARAM_TJPARAM_RESTARTBLOCKS, settings.restart),
    ];
    for (parameter, value) in parameters {
        handle.set(parameter, value).ok().unwrap();
    }
    encoder::compress(&handle, picture).ok().unwrap()
}

fn job(file: &[u8], eighths: u32) -> DecodeJob {
    let head = header::read_head(file).unwrap();
    let shape = match (head.frame.components, head.chroma_step()) {
        (1, _) => Shape::Interleaved(PixelLayout::Grey),
        (_, Some(step)) => Shape::Planar { step },
        (_, None) => Shape::Interleaved(PixelLayout::Rgb),
    };
    DecodeJob {
        width: head.frame.width,
        height: head.frame.height,
        shape,
        eighths,
        scans: 64,
        memory: 64 << 20,
    }
}

/// Returns the offset of the first scan's data.
fn scan_of(file: &[u8]) -> usize {
    header::read_head(file).unwrap().scan
}

/// The end of the JFIF segment, whose version libjpeg-turbo complains of.
const JFIF: usize = 20;

/// Returns true if libjpeg-turbo's scaling is the same transform.
fn is_same_transform(eighths: u32) -> bool {
    !matches!(eighths, 2 | 4)
}

/// Returns the planes of a picture, each with the rows and columns that are part of it.
fn planes(picture: Picture) -> Vec<(Pixels, (u32, u32))> {
    match picture {
        Picture::Interleaved(grey) => {
            let size = (grey.width, grey.height);
            vec![(grey, size)]
        }
        Picture::Planar(planar) => {
            let luma_size = (planar.width, planar.height);
            let [luma, cb, cr] = planar.planes;
            let chroma_size = (cb.width, cb.height);
            vec![(luma, luma_size), (cb, chroma_size), (cr, chroma_size)]
        }
    }
}

/// Returns the differences of all samples.
fn differences(one: Picture, other: Picture) -> Vec<u8> {
    let mut differences = Vec::new();
    for ((one, size), (other, _)) in planes(one).into_iter().zip(planes(other)) {
        assert_eq!((one.width, one.height), (other.width, other.height));
        for y in 0..size.1 {
            let row = row_of(&one, y, size.0)
                .iter()
                .zip(row_of(&other, y, size.0));
            differences.extend(row.map(|(one, other)| one.abs_diff(*other)));
        }
    }
    differences
}

fn row_of(pixels: &Pixels, y: u32, width: u32) -> &[u8] {
    let start = (y * pixels.width) as usize;
    &pixels.data[start..start + width as usize]
}

/// Decodes a file with both decoders, if this one takes it: then libjpeg-turbo must have nothing to
/// complain of.
fn both(file: &[u8], eighths: u32, is_progressive: bool) -> Option<(Picture, Picture)> {
    let head = header::read_head(file).ok()?;
    let pixels = u64::from(head.frame.width) * u64::from(head.frame.height);
    if pixels > 1 << 20 || head.frame.components == 4 {
        return None;
    }
    let job = job(file, eighths);
    let found = decode(file, &job)?;
    // At this scale most scans of a progressive picture are not looked at.
    let is_skipping = is_progressive && eighths == 1;
    let reference = decoder::decode(file, &job).ok();
    let is_sound = reference
        .as_ref()
        .is_some_and(|output| !output.has_complaint);
    assert!(is_skipping || is_sound, "it is not sound");
    Some((found, reference?.picture))
}
