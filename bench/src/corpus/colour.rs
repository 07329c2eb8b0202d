//! The colours of our renditions, against those of libvips.

use std::{
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

/// How long libvips may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// The mean ΔE2000 between the rendition in `ours` and what libvips makes of `photograph`.
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
    let (converted, theirs) = (scratch.join("converted.v"), scratch.join("theirs.png"));
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

fn difference(ours: &Picture, theirs: &Picture) -> Result<f64, Cause> {
    let near = ours.width.abs_diff(theirs.width) <= 1 && ours.height.abs_diff(theirs.height) <= 1;
    if !near {
        let (one, other) = ([ours.width, ours.height], [theirs.width, theirs.height]);
        return Err(format!("the sizes differ: {one:?}, and {other:?} of libvips").into());
    }
    // A pixel of rounding apart. The first of two bytes is enough, in either order: they differ by
    // less than what 8 bits can say.
    let resized = theirs.resized(ours.width, ours.height)?;
    let theirs = if (ours.width, ours.height) == (theirs.width, theirs.height) {
        theirs.rgb.clone()
    } else {
        resized
            .chunks_exact(2)
            .map(|wide| u16::from_ne_bytes([wide[0], wide[1]]).to_be_bytes()[0])
            .collect()
    };
    let pixels = ours.rgb.chunks_exact(3).zip(theirs.chunks_exact(3));
    let sum: f64 = pixels
        .map(|(one, other)| delta_e(lab(colour(one)), lab(colour(other))))
        .sum();
    Ok(sum / (f64::from(ours.width) * f64::from(ours.height)))
}

fn colour(pixel: &[u8]) -> [u8; 3] {
    [pixel[0], pixel[1], pixel[2]]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: u32, value: u8) -> Picture {
        Picture { width, height: 4, rgb: vec![value; width as usize * 4 * 3] }
    }

    #[test]
    fn the_mean_is_that_of_every_pixel_and_a_pixel_of_rounding_is_none() {
        assert!(
            difference(&grey(4, 90), &grey(4, 90))
                .expect("a difference")
                .abs()
                < 1e-9
        );
        let one = delta_e(lab([90; 3]), lab([93; 3]));
        for width in [4, 5] {
            let found = difference(&grey(4, 90), &grey(width, 93)).expect("a difference");
            assert!((found - one).abs() < 1e-9, "{found}, not {one}");
        }
        assert!(difference(&grey(4, 90), &grey(6, 90)).is_err());
    }
}
