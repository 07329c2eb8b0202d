//! What `exiftool` (Phil Harvey's, as Debian packages it) reads of photographs.

use std::{
    collections::BTreeMap,
    os::unix::fs::symlink,
    path::{Path, PathBuf, absolute},
    process::Stdio,
    time::Duration,
};

use serde_json::{Map, Value};
use shared::error::Cause;
use tokio::{process::Command, time::timeout};

use super::look::Claims;

/// How many files one process is asked about.
const BATCH: usize = 200;
/// How long it may take for those.
const PATIENCE: Duration = Duration::from_mins(2);

/// Tags that hold a date, in the order in which the library looks, each with the tag of its zone.
const DATES: [(&str, &str); 8] = [
    ("ExifIFD:DateTimeOriginal", "ExifIFD:OffsetTimeOriginal"),
    ("ExifIFD:CreateDate", "ExifIFD:OffsetTimeDigitized"),
    ("XMP-photoshop:DateCreated", ""),
    ("XMP-exif:DateTimeOriginal", ""),
    ("XMP-xmp:CreateDate", ""),
    ("IPTC:DateCreated", ""),
    ("PNG:CreationTime", ""),
    ("IFD0:ModifyDate", "ExifIFD:OffsetTime"),
];

/// Everything that exiftool said of a file, by `group:tag`.
#[derive(Debug, Default)]
pub struct Told(pub Map<String, Value>);

/// Asks about the files with these places in the list.
///
/// # Errors
/// When it is not installed or does not end.
pub async fn ask(files: &[PathBuf], wanted: &[usize]) -> Result<BTreeMap<usize, Told>, Cause> {
    let mut told = BTreeMap::new();
    for batch in wanted.chunks(BATCH) {
        // Names in the folder may be anything, also what looks like an option: these are not.
        let folder = tempfile::tempdir()?;
        for at in batch {
            symlink(absolute(&files[*at])?, folder.path().join(format!("file{at}")))?;
        }
        for (at, tags) in answers(folder.path(), batch).await? {
            told.insert(at, Told(tags));
        }
    }
    Ok(told)
}

async fn answers(
    folder: &Path,
    batch: &[usize],
) -> Result<Vec<(usize, Map<String, Value>)>, Cause> {
    let mut command = Command::new("exiftool");
    // Numbers as they are, the groups of level 1, duplicates too; no file of settings.
    command.args(["-config", "", "-json", "-n", "-G1", "-a", "-q", "-q"]);
    command
        .args(batch.iter().map(|at| format!("file{at}")))
        .current_dir(folder);
    command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let output = timeout(PATIENCE, command.output())
        .await
        .map_err(|_| "took too long")??;
    let text = String::from_utf8_lossy(&output.stdout);
    let files: Vec<Map<String, Value>> =
        serde_json::from_str(if text.trim().is_empty() { "[]" } else { &text })?;
    let place = |tags: &Map<String, Value>| {
        tags.get("SourceFile")?
            .as_str()?
            .strip_prefix("file")?
            .parse()
            .ok()
    };
    Ok(files
        .into_iter()
        .filter_map(|tags| Some((place(&tags)?, tags)))
        .collect())
}

impl Told {
    /// Returns what it read where we read: in the directories of EXIF and in the header of the
    /// format; dates also in XMP, IPTC and the text of PNG.
    pub fn claims(&self) -> Claims {
        let (taken_at, offset) = self.taken_at();
        let place = self
            .degrees("GPS:GPSLatitude", 'S')
            .zip(self.degrees("GPS:GPSLongitude", 'W'));
        let place = place.filter(|place| *place != (0.0, 0.0));
        let positive = |key| self.number(key).filter(|value| *value > 0.0);
        let size = |side| {
            ["File", "PNG", "RIFF", "GIF", "IFD0", "Meta", "QuickTime"]
                .into_iter()
                .find_map(|group| self.number(&format!("{group}:{side}")))
        };
        Claims {
            format: String::new(),
            taken_at,
            offset,
            make: self.text("IFD0:Make"),
            model: self.text("IFD0:Model"),
            lens: self.text("ExifIFD:LensModel"),
            seconds: positive("ExifIFD:ExposureTime"),
            aperture: positive("ExifIFD:FNumber"),
            iso: positive("ExifIFD:ISO"),
            focal_length: positive("ExifIFD:FocalLength"),
            latitude: place.map(|place| place.0),
            longitude: place.map(|place| place.1),
            orientation: self
                .number("IFD0:Orientation")
                .filter(|value| (1.0..=8.0).contains(value))
                .or(Some(1.0)),
            width: size("ImageWidth"),
            height: size("ImageHeight"),
        }
    }

    /// The same facts from anywhere else: maker notes, XMP, IPTC, PNG's text, where we do not read
    /// them.
    pub fn elsewhere(&self, tags: &[&str]) -> Option<String> {
        let ours = [
            "IFD0:",
            "ExifIFD:",
            "GPS:",
            "Composite:",
            "System:",
            "File:",
            "ICC",
            "IFD1:",
            "ExifTool:",
        ];
        let elsewhere = |(key, _): &(&String, &Value)| {
            let tag = key.split_once(':').map_or(key.as_str(), |(_, tag)| tag);
            tags.contains(&tag) && !ours.iter().any(|group| key.starts_with(group))
        };
        self.0.iter().find(elsewhere).map(|(key, _)| key.clone())
    }

    /// Whether it has a colour profile.
    pub fn has_profile(&self) -> bool {
        self.0.contains_key("ICC-header:ColorSpaceData")
    }

    /// Whether its colours may not be taken for sRGB: it has a profile, or ink for channels.
    pub fn has_other_colours(&self) -> bool {
        self.has_profile() || self.number("File:ColorComponents") == Some(4.0)
    }

    fn taken_at(&self) -> (Option<String>, Option<i64>) {
        let date = |key: &str| {
            let time = if key == "IPTC:DateCreated" { self.text("IPTC:TimeCreated") } else { None };
            let text = [Some(self.text(key)?), time]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" ");
            text.bytes()
                .any(|byte| (b'1'..=b'9').contains(&byte))
                .then_some(text)
        };
        let found = DATES
            .into_iter()
            .find_map(|(at, offset)| Some((date(at)?, offset)));
        found.map_or((None, None), |(date, offset)| {
            let (day_and_time, zone) = date.split_at_checked(19).unwrap_or((&date, ""));
            // A day alone is its midnight.
            let missing = "0000:01:01 00:00:00"
                .get(day_and_time.len()..)
                .unwrap_or_default();
            let offsets = [offset, "ExifIFD:OffsetTime"]
                .into_iter()
                .find_map(|key| minutes(&self.text(key)?));
            (Some(format!("{day_and_time}{missing}")), minutes(zone).or(offsets))
        })
    }

    fn degrees(&self, key: &str, negative: char) -> Option<f64> {
        let half = self.text(&format!("{key}Ref"))?;
        let sign = if half.to_ascii_uppercase().starts_with(negative) { -1.0 } else { 1.0 };
        Some(self.number(key)?.abs() * sign)
    }

    /// The first number; some tags have several.
    fn number(&self, key: &str) -> Option<f64> {
        let number = match self.0.get(key)? {
            Value::Number(number) => number.as_f64()?,
            Value::String(text) => text.split_whitespace().next()?.parse().ok()?,
            _ => return None,
        };
        number.is_finite().then_some(number)
    }

    /// Without blanks around it, also where it looks like a number.
    fn text(&self, key: &str) -> Option<String> {
        let text = match self.0.get(key)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Null => return None,
            other => other.to_string(),
        };
        (!text.is_empty()).then_some(text)
    }
}

/// `+02:00`, `-09:30` or `Z`, in minutes.
fn minutes(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let size = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
    Some(if text.starts_with('-') { -size } else { size })
}
