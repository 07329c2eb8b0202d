//! Compares the colours of our renditions with those of libvips.

use std::{
    borrow::Cow,
    path::{Path, absolute},
    process::Stdio,
    time::Duration,
};

use shared::error::Cause;
use tokio::{process::Command, time::timeout};

use super::{
    delta_e::{delta_e, lab},
    exiftool::Told,
    look::EDGE,
};
use crate::imaging::Picture;

/// The longest that libvips may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// Returns the mean ΔE2000 between the rendition in `ours` and what libvips makes of `photograph`.
///
/// Converted first and shrunk then, each by a program of its own: `vipsthumbnail` 8.14 takes no
/// CMYK profile of a JPEG and falls back, with a warning, on one of its own. The intent is
/// perceptual, as in sharp and here.
///
/// # Errors
/// When libvips is not there or refuses the photograph.
pub async fn compare(
    photograph: &Path,
    told: &Told,
    ours: &Path,
    scratch: &Path,
) -> Result<f64, Cause> {
    // In libvips' own format, which keeps the orientation.
    let converted = scratch.join("converted.v");
    let theirs = scratch.join("theirs.png");
    let mut convert = Command::new("vips");
    convert
        .arg("icc_transform")
        .arg(absolute(photograph)?)
        .arg(&converted);
    convert.args(["srgb", "--embedded", "--intent", "perceptual"]);
    if !told.has_profile() {
        // What prints on paper and does not say with which ink.
        convert.args(["--input-profile", "cmyk"]);
    }
    run(convert).await?;
    let mut shrink = Command::new("vipsthumbnail");
    shrink
        .arg(&converted)
        .args(["--size", &format!("{EDGE}x{EDGE}>"), "-o"])
        .arg(&theirs);
    run(shrink).await?;
    difference(&Picture::read(ours)?, &Picture::read(&theirs)?)
}

/// Runs a program of libvips to its end.
///
/// # Errors
/// When it fails, with what it complained of, or takes longer than [`PATIENCE`].
async fn run(mut command: Command) -> Result<(), Cause> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let output = timeout(PATIENCE, command.output())
        .await
        .map_err(|_| "libvips took too long")??;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("libvips: {}", String::from_utf8_lossy(&output.stderr).trim()).into())
}

/// Returns the mean ΔE2000 of all pixels.
///
/// # Errors
/// When the sizes differ by more than a pixel of rounding.
fn difference(ours: &Picture, theirs: &Picture) -> Result<f64, Cause> {
    let size = [ours.width, ours.height];
    let their_size = [theirs.width, theirs.height];
    let is_near = size[0].abs_diff(their_size[0]) <= 1 && size[1].abs_diff(their_size[1]) <= 1;
    if !is_near {
        return Err(format!("the sizes differ: {size:?}, and {their_size:?} of libvips").into());
    }
    let mut their_pixels = Cow::Borrowed(&theirs.rgb);
    if size != their_size {
        their_pixels = Cow::Owned(resized(theirs, size)?);
    }
    let mut sum = 0.0;
    for (one, other) in ours
        .rgb
        .as_chunks()
        .0
        .iter()
        .zip(their_pixels.as_chunks().0)
    {
        sum += delta_e(lab(*one), lab(*other));
    }
    Ok(sum / (f64::from(ours.width) * f64::from(ours.height)))
}

/// Returns a picture at another size, with 8 bits a sample. Of 16 bits the high 8 are enough: the
/// others are less than what 8 bits can say.
fn resized(picture: &Picture, [width, height]: [u32; 2]) -> Result<Vec<u8>, Cause> {
    let wide = picture.resized(width, height)?;
    let mut narrow = Vec::with_capacity(wide.len() / 2);
    for sample in wide.as_chunks().0 {
        let [high, _] = u16::from_ne_bytes(*sample).to_be_bytes();
        narrow.push(high);
    }
    Ok(narrow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: u32, value: u8) -> Picture {
        Picture { width, height: 4, rgb: vec![value; width as usize * 4 * 3] }
    }

    #[test]
    fn the_mean_is_that_of_every_pixel_and_a_pixel_of_rounding_is_none() {
        let none = difference(&grey(4, 90), &grey(4, 90)).expect("a difference");
        assert!(none.abs() < 1e-9, "{none}");
        let one = delta_e(lab([90; 3]), lab([93; 3]));
        for width in [4, 5] {
            let found = difference(&grey(4, 90), &grey(width, 93)).expect("a difference");
            assert!((found - one).abs() < 1e-9, "{found}, not {one}");
        }
        assert!(difference(&grey(4, 90), &grey(6, 90)).is_err());
    }
}
