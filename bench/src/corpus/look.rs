//! The process that looks at one file.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::Args;
use imaging::{DecodeLimits, PhotoFacts, RenderOptions, inspect, render};
use serde::{Deserialize, Serialize};
use shared::error::Cause;

use crate::machine::peak_memory;

/// The long edge of the rendition whose colours are compared, in pixels.
pub const EDGE: u32 = 1024;

/// The most bytes of a file that is tried: more than any upload may have. A larger one is no
/// photograph, and would fill the memory.
const LARGEST: u64 = 256 << 20;

/// Options of the process that `bench corpus` starts for one file.
#[derive(Args, Debug)]
pub struct Look {
    file: PathBuf,
    /// Path to which a rendition is written, as true to the colours as WebP can be.
    #[arg(long)]
    keep: Option<PathBuf>,
}

/// The library's answer to a file.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
pub enum Seen {
    /// There are renditions.
    Rendered(Box<Claims>),
    /// It was refused.
    Refused {
        /// The format, where it was known.
        format: Option<String>,
        /// The library's code.
        code: String,
        /// Its explanation.
        why: String,
    },
}

/// The facts of a photograph, as we or exiftool read them.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Claims {
    /// The format; only we say it.
    pub format: String,
    /// `2024:05:17 14:03:09`, local.
    pub taken_at: Option<String>,
    /// Minutes east of UTC.
    pub offset: Option<i64>,
    /// Manufacturer.
    pub make: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Lens model.
    pub lens: Option<String>,
    /// Exposure time, in seconds.
    pub seconds: Option<f64>,
    /// f-number.
    pub aperture: Option<f64>,
    /// ISO sensitivity.
    pub iso: Option<f64>,
    /// Focal length, in millimetres.
    pub focal_length: Option<f64>,
    /// Degrees, positive to the north.
    pub latitude: Option<f64>,
    /// Degrees, positive to the east.
    pub longitude: Option<f64>,
    /// Orientation as EXIF numbers it, 1 to 8.
    pub orientation: Option<f64>,
    /// Pixels across, as stored.
    pub width: Option<f64>,
    /// Pixels down, as stored.
    pub height: Option<f64>,
}

/// Looks at one file, and returns a line of JSON, [`Seen`], and a line with the peak memory in
/// bytes.
///
/// # Errors
/// When a rendition cannot be written.
pub fn look(options: &Look) -> Result<String, Cause> {
    let seen = seen(&options.file, options.keep.as_deref())?;
    let json = serde_json::to_string(&seen)?;
    Ok(format!("{json}\n{}\n", peak_memory("self")?))
}

/// Renders one file, and writes a rendition to `keep`.
fn seen(file: &Path, keep: Option<&Path>) -> Result<Seen, Cause> {
    let bytes = match read(file) {
        Ok(bytes) => bytes,
        Err((code, why)) => {
            return Ok(Seen::Refused { format: None, code: code.to_owned(), why });
        }
    };
    let mut options = RenderOptions::default();
    if keep.is_some() {
        options.long_edges = vec![EDGE];
        options.quality = 100.0;
    }
    match render(&bytes, &options) {
        Ok(rendered) => {
            if let (Some(keep), Some(rendition)) = (keep, rendered.renditions.first()) {
                fs::write(keep, &rendition.bytes)?;
            }
            Ok(Seen::Rendered(Box::new(claims(&rendered.summary.facts))))
        }
        Err(error) => {
            let header = inspect(&bytes, &DecodeLimits::default()).ok();
            let format = header.map(|header| header.format.to_string());
            Ok(Seen::Refused { format, code: error.code().to_owned(), why: error.to_string() })
        }
    }
}

/// Returns the bytes of a file.
///
/// # Errors
/// A code and its explanation, when the file cannot be read or has more than [`LARGEST`] bytes.
fn read(file: &Path) -> Result<Vec<u8>, (&'static str, String)> {
    let unreadable = |error: io::Error| ("unreadable", error.to_string());
    let size = fs::metadata(file).map_err(unreadable)?.len();
    if size > LARGEST {
        return Err(("not_tried", format!("{size} bytes")));
    }
    fs::read(file).map_err(unreadable)
}

/// Returns a date and time as exiftool prints it.
fn local_time(taken: &imaging::TakenAt) -> String {
    let date = taken.local.date();
    let (hour, minute, second) = taken.local.as_hms();
    let year = date.year();
    let month = u8::from(date.month());
    let day = date.day();
    format!("{year:04}:{month:02}:{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// Returns our facts as they are compared.
fn claims(facts: &PhotoFacts) -> Claims {
    let camera = facts.camera.clone().unwrap_or_default();
    let exposure = facts.exposure.unwrap_or_default();
    let offset_minutes = facts.taken_at.and_then(|taken| taken.offset_minutes);
    Claims {
        format: facts.format.to_string(),
        taken_at: facts.taken_at.as_ref().map(local_time),
        offset: offset_minutes.map(i64::from),
        make: camera.make,
        model: camera.model,
        lens: camera.lens,
        seconds: exposure.seconds,
        aperture: exposure.aperture,
        iso: exposure.iso.map(f64::from),
        focal_length: exposure.focal_length,
        latitude: facts.place.map(|place| place.latitude),
        longitude: facts.place.map(|place| place.longitude),
        orientation: Some(f64::from(facts.orientation)),
        width: Some(f64::from(facts.stored_width)),
        height: Some(f64::from(facts.stored_height)),
    }
}
