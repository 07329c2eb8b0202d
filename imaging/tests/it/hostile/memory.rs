//! The most memory that a photograph takes: all of it, that of the C libraries as well, as the
//! kernel counts it. Each is rendered in a process of its own, because the count is of a process.

use super::{code_with, with_memory};
use crate::fixtures::{Picture, jpeg, png, webp_lossless};
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::{env, fs};
use turbojpeg::{PixelFormat, Subsamp};

/// For a small picture: what no metadata should make it exceed.
pub const SMALL: u64 = 64 << 20;

/// Bytes that a render takes beside [`imaging::DecodeLimits::memory`], at most: the resizer's
/// picture between its two passes (2048 × 10,000 pixels of four bytes are 78 MiB, for a square of
/// 100 megapixels) and the largest rendition; or, after the original is gone, the WebP encoder's
/// working memory. With files of 100 megapixels 71 to 96 MiB were measured.
const BESIDE: u64 = 128 << 20;

/// The outcome of rendering a photograph.
pub struct Peak {
    /// As [`imaging::Error::code`], or `ok`.
    pub code: String,
    /// Memory taken at most at one time, beyond what was taken before.
    pub bytes: u64,
}

const TEST: &str = "hostile::memory::in_a_process_of_its_own";
const LIMIT: &str = "IMAGING_TEST_MEMORY";

/// Renders with this limit of memory.
pub fn peak(file: &[u8], limit: u64) -> Peak {
    let mut child = Command::new(env::current_exe().unwrap())
        .args([TEST, "--exact", "--ignored", "--nocapture"])
        .env(LIMIT, limit.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(file).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{}: {said}", output.status);
    let answer = said
        .lines()
        .find_map(|line| line.strip_prefix("rendered: "))
        .unwrap();
    let (code, bytes) = answer.split_once(' ').unwrap();
    Peak { code: code.to_owned(), bytes: bytes.parse().unwrap() }
}

#[test]
#[ignore = "the other half of the tests here, which start it"]
fn in_a_process_of_its_own() {
    let Ok(limit) = env::var(LIMIT) else { return };
    let mut file = Vec::with_capacity(64 << 20);
    std::io::stdin().read_to_end(&mut file).unwrap();
    let before = memory("VmRSS:");
    let code = code_with(&file, with_memory(limit.parse().unwrap()));
    eprintln!("rendered: {code} {}", memory("VmHWM:").saturating_sub(before));
}

/// Bytes of this process, by the name of the line (proc(5), `/proc/pid/status`).
fn memory(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .unwrap();
    line.trim()
        .strip_suffix(" kB")
        .unwrap()
        .parse::<u64>()
        .unwrap()
        * 1024
}

/// Six megapixels with something in every block.
fn photos() -> Vec<(&'static str, Vec<u8>)> {
    let width = 3200;
    let height = 2000;
    let picture =
        Picture::new(width, height, |x, y| [x / 9, y / 7, x * y / 999].map(|v| v.to_le_bytes()[0]));
    let rgba: Vec<u8> = picture
        .rgb
        .chunks(3)
        .flat_map(|p| [p[0], p[1], p[2], p[0] | 1])
        .collect();
    let opaque: Vec<u8> = picture
        .rgb
        .chunks(3)
        .flat_map(|p| [p[0], p[1], p[2], 255])
        .collect();
    let grey: Vec<u8> = picture.rgb.iter().step_by(3).copied().collect();
    let png = |data: &[u8], color| {
        png(data, width, height, color, png::BitDepth::Eight, |encoder| {
            encoder.set_compression(png::Compression::Fastest);
        })
    };
    let lossless = webp_lossless(&rgba, width, height, image_webp::ColorType::Rgba8, |_| {});
    let lossy = super::largest(&lossless, width);
    vec![
        ("JPEG, 4:2:0", picture.jpeg()),
        ("JPEG, 4:4:4", picture.jpeg_with(Subsamp::None, |_| {})),
        (
            "JPEG, progressive",
            picture.jpeg_with(Subsamp::None, |c| c.set_progressive(true).unwrap()),
        ),
        (
            "JPEG, grey",
            jpeg(&grey, width, PixelFormat::GRAY, |c| c.set_subsamp(Subsamp::Gray).unwrap()),
        ),
        (
            "JPEG, ink",
            jpeg(&rgba, width, PixelFormat::CMYK, |c| c.set_subsamp(Subsamp::None).unwrap()),
        ),
        ("PNG", png(&picture.rgb, png::ColorType::Rgb)),
        ("PNG, grey", png(&grey, png::ColorType::Grayscale)),
        ("PNG, alpha", png(&rgba, png::ColorType::Rgba)),
        ("PNG, opaque", png(&opaque, png::ColorType::Rgba)),
        ("WebP, lossless", lossless),
        ("WebP, lossy with alpha", lossy),
        ("WebP, lossy", super::largest(&png(&picture.rgb, png::ColorType::Rgb), width)),
    ]
}

/// The limit is found at which each just goes through; there it takes the most.
#[test]
fn at_the_limit_it_is_kept() {
    for (what, photo) in photos() {
        let mut refused = 1 << 20;
        let mut enough = 128_u64 << 20;
        assert_eq!(peak(&photo, refused).code, "too_much_memory", "{what}");
        while enough - refused > 6 << 20 {
            let middle = u64::midpoint(enough, refused);
            let Peak { code, bytes } = peak(&photo, middle);
            assert!(
                bytes <= middle + BESIDE,
                "{what}: {} MiB, where {} are allowed",
                bytes >> 20,
                middle >> 20
            );
            if code == "ok" { enough = middle } else { refused = middle }
        }
        let Peak { code, bytes } = peak(&photo, enough);
        eprintln!("{what}: limit {} MiB, took {} MiB", enough >> 20, bytes >> 20);
        assert_eq!(code, "ok", "{what}");
        assert!(
            bytes <= enough + BESIDE,
            "{what}: {} MiB, where {} are allowed",
            bytes >> 20,
            enough >> 20
        );
    }
}
