//! The process that looks at one file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use imaging::{PhotoFacts, DecodeLimits, RenderOptions, inspect, render};
use serde::{Deserialize, Serialize};
use shared::error::Cause;

use crate::machine::peak_memory;

/// The long edge of the rendition whose colours are compared, in pixels.
pub const EDGE: u32 = 1024;

/// More than any upload may have: such a file is no photograph, and would fill the memory.
const LARGEST: u64 = 256 << 20;

/// What `bench corpus` starts this program as.
#[derive(Args, Debug)]
pub struct Look {
    file: PathBuf,
    /// Write a rendition to here, as true to the colours as WebP can be.
    #[arg(long)]
    keep: Option<PathBuf>,
}

/// What came of a file, by the library.
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

/// What is said of a photograph; by us or by exiftool.
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
    /// In millimetres.
    pub focal_length: Option<f64>,
    /// In degrees.
    pub latitude: Option<f64>,
    /// In degrees.
    pub longitude: Option<f64>,
    /// 1 to 8.
    pub orientation: Option<f64>,
    /// Pixels across, as stored.
    pub width: Option<f64>,
    /// Pixels down, as stored.
    pub height: Option<f64>,
}

/// Looks at one file; what was seen, as JSON, and on a line of its own the peak memory in bytes.
pub fn look(options: &Look) -> Result<String, Cause> {
    let seen = serde_json::to_string(&seen(&options.file, options.keep.as_deref())?)?;
    Ok(format!("{seen}\n{}\n", peak_memory("self")?))
}

fn seen(file: &Path, keep: Option<&Path>) -> Result<Seen, Cause> {
    let refused =
        |code: &str, why: String| Ok(Seen::Refused { format: None, code: code.to_owned(), why });
    match fs::metadata(file) {
        Ok(about) if about.len() > LARGEST => {
            return refused("not_tried", format!("{} bytes", about.len()));
        }
        Ok(_) => {}
        Err(error) => return refused("unreadable", error.to_string()),
    }
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => return refused("unreadable", error.to_string()),
    };
    let options = match keep {
        Some(_) => RenderOptions { long_edges: vec![EDGE], quality: 100.0, ..RenderOptions::default() },
        None => RenderOptions::default(),
    };
    match render(&bytes, &options) {
        Ok(rendered) => {
            if let (Some(keep), Some(rendition)) = (keep, rendered.renditions.first()) {
                fs::write(keep, &rendition.bytes)?;
            }
            Ok(Seen::Rendered(Box::new(claims(&rendered.summary.facts))))
        }
        Err(error) => {
            let format = inspect(&bytes, &DecodeLimits::default())
                .ok()
                .map(|header| header.format.to_string());
            Ok(Seen::Refused { format, code: error.code().to_owned(), why: error.to_string() })
        }
    }
}

fn claims(facts: &PhotoFacts) -> Claims {
    let camera = facts.camera.clone().unwrap_or_default();
    let exposure = facts.exposure.unwrap_or_default();
    let local = |taken: &imaging::TakenAt| {
        let (date, (hour, minute, second)) = (taken.local.date(), taken.local.as_hms());
        let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
        format!("{year:04}:{month:02}:{day:02} {hour:02}:{minute:02}:{second:02}")
    };
    Claims {
        format: facts.format.to_string(),
        taken_at: facts.taken_at.as_ref().map(local),
        offset: facts
            .taken_at
            .and_then(|taken| taken.offset_minutes)
            .map(i64::from),
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
