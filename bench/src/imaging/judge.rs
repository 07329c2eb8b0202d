//! Judges renditions: their likeness to their photograph, by SSIMULACRA2, and their size.
//!
//! The reference is the whole photograph, decoded at full scale and shrunk at once to the size of
//! the rendition, with 16 bits a sample, and never encoded.

use std::{fs, path::Path};

use fast_ssim2::{PixelDescriptor, PixelSlice, compute_ssimulacra2};
use shared::error::Cause;

use super::{Entry, cases::EDGES, contenders::Contender, pictures::Picture};
use crate::note;

/// The SSIMULACRA2 below which a rendition does not show its photograph. The worst that are honest
/// have 60 and more.
const WRONG: f64 = 40.0;

/// Of the renditions with each of [`EDGES`], the mean of all photographs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Marks {
    /// SSIMULACRA2: 100 is the same, 90 cannot be told apart, 70 is good.
    pub scores: [f64; 3],
    /// Bytes of the files.
    pub bytes: [f64; 3],
}

/// Judges an entry's renditions; returns nothing for the floor, which makes none.
///
/// # Errors
/// When a rendition is missing, has another size than it must or does not show the photograph.
pub fn marks(entry: &Entry) -> Result<Option<Marks>, Cause> {
    if entry.contender == Contender::Floor {
        return Ok(None);
    }
    note(&format!("Looking at the pictures: {}, {}", entry.case.name, entry.contender.name()));
    let mut marks = Marks::default();
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    let share = 1.0 / entry.photographs.len() as f64;
    for path in &entry.photographs {
        let photograph = Picture::read(path)?;
        for (at, edge) in EDGES.into_iter().enumerate() {
            let stem = path.file_stem().unwrap_or_default().display();
            let name = format!("{stem}-{edge}.{}", entry.case.to.name());
            let (score, bytes) = mark(&photograph, edge, &entry.folder.join(name))?;
            marks.scores[at] += score * share;
            marks.bytes[at] += bytes * share;
        }
    }
    Ok(Some(marks))
}

/// Returns the SSIMULACRA2 of one rendition, and its size in bytes.
fn mark(photograph: &Picture, edge: u32, file: &Path) -> Result<(f64, f64), Cause> {
    let rendition = Picture::read(file)?;
    let width = rendition.width;
    let height = rendition.height;
    if !fits(photograph, edge, width, height) {
        return Err(format!("{} is {width} × {height}", file.display()).into());
    }
    let reference = photograph.resized(width, height)?;
    let rgb16 = PixelDescriptor::RGB16_SRGB;
    let rgb8 = PixelDescriptor::RGB8_SRGB;
    let score = compute_ssimulacra2(
        &PixelSlice::new(&reference, width, height, width as usize * 6, rgb16)?,
        &PixelSlice::new(&rendition.rgb, width, height, width as usize * 3, rgb8)?,
    )?;
    if score < WRONG {
        let name = file.display();
        return Err(
            format!("{name} does not show the photograph: SSIMULACRA2 is {score:.1}").into()
        );
    }
    #[expect(clippy::cast_precision_loss, reason = "files are no petabytes")]
    Ok((score, fs::metadata(file)?.len() as f64))
}

/// Says whether a rendition has the size that it must, give or take a pixel of rounding.
fn fits(photograph: &Picture, edge: u32, width: u32, height: u32) -> bool {
    let long = u64::from(photograph.width.max(photograph.height));
    let near = |whole: u32, part: u32| {
        (u64::from(whole) * u64::from(edge) / long).abs_diff(part.into()) <= 1
    };
    width.max(height) == edge && near(photograph.width, width) && near(photograph.height, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rendition_of_another_size_is_another_picture() {
        let photograph = Picture { width: 4000, height: 3001, rgb: Vec::new() };
        assert!(fits(&photograph, 1024, 1024, 768));
        assert!(fits(&photograph, 1024, 1024, 769), "rounded up");
        for (width, height) in [(1024, 770), (1023, 768), (768, 1024), (1024, 1024)] {
            assert!(!fits(&photograph, 1024, width, height), "{width} × {height}");
        }
    }

    #[test]
    fn what_is_not_the_photograph_ends_the_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("rendition.jpeg");
        let photograph = stripes(2);
        for (period, right) in [(2, true), (11, false)] {
            let picture = stripes(period);
            let width = picture.width as usize;
            let image = turbojpeg::Image {
                pixels: &picture.rgb[..],
                width,
                height: picture.height as usize,
                pitch: width * 3,
                format: turbojpeg::PixelFormat::RGB,
            };
            let jpeg = turbojpeg::compress(image, 95, turbojpeg::Subsamp::None).expect("a JPEG");
            fs::write(&file, &*jpeg).expect("a file");
            let judged = mark(&photograph, 256, &file);
            assert_eq!(judged.is_ok(), right, "{judged:?}");
        }
    }

    fn stripes(period: u32) -> Picture {
        let row = (0..256).flat_map(|x| [if (x / period).is_multiple_of(2) { 40 } else { 200 }; 3]);
        let rgb = (0..128).flat_map(|_| row.clone()).collect();
        Picture { width: 256, height: 128, rgb }
    }
}
