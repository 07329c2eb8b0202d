//! Asks `exiftool` (Phil Harvey's, as Debian packages it) what it reads of photographs.

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

/// Number of files that one process is asked about.
const BATCH: usize = 200;
/// The longest time that it may take for those.
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

/// Asks about the files at these positions in the list, and returns the answers by position.
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

/// Returns the tags of the files of one batch, each with its position in the list.
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
    let mut answers = Vec::new();
    for tags in files {
        if let Some(position) = position(&tags) {
            answers.push((position, tags));
        }
    }
    Ok(answers)
}

/// Returns the position in the list of the file that these tags are of.
fn position(tags: &Map<String, Value>) -> Option<usize> {
    let name = tags.get("SourceFile")?.as_str()?;
    name.strip_prefix("file")?.parse().ok()
}

impl Told {
    /// Returns what it read where we read: in the directories of EXIF and in the header of the
    /// format; dates also in XMP, IPTC and the text of PNG.
    pub fn claims(&self) -> Claims {
        let (taken_at, offset) = self.taken_at();
        let position = self.position();
        let positive = |key| self.number(key).filter(|value| *value > 0.0);
        let orientation = self.number("IFD0:Orientation").unwrap_or(1.0);
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
            latitude: position.map(|(latitude, _)| latitude),
            longitude: position.map(|(_, longitude)| longitude),
            orientation: Some(if (1.0..=8.0).contains(&orientation) { orientation } else { 1.0 }),
            width: self.size("ImageWidth"),
            height: self.size("ImageHeight"),
        }
    }

    /// Returns latitude and longitude; nothing for 0, 0, which receivers without a fix write.
    fn position(&self) -> Option<(f64, f64)> {
        let latitude = self.degrees("GPS:GPSLatitude", 'S')?;
        let longitude = self.degrees("GPS:GPSLongitude", 'W')?;
        if latitude == 0.0 && longitude == 0.0 { None } else { Some((latitude, longitude)) }
    }

    /// Returns a side of the picture as stored, in pixels, of whichever format the file is.
    fn size(&self, side: &str) -> Option<f64> {
        let groups = ["File", "PNG", "RIFF", "GIF", "IFD0", "Meta", "QuickTime"];
        groups
            .into_iter()
            .find_map(|group| self.number(&format!("{group}:{side}")))
    }

    /// Returns the first tag that has the same fact anywhere else: in maker notes, XMP, IPTC, PNG's
    /// text, where we do not read them.
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
        let is_elsewhere = |key: &&String| {
            let tag = key.split_once(':').map_or(key.as_str(), |(_, tag)| tag);
            tags.contains(&tag) && !ours.iter().any(|group| key.starts_with(group))
        };
        self.0.keys().find(is_elsewhere).cloned()
    }

    /// Says whether it has a colour profile.
    pub fn has_profile(&self) -> bool {
        self.0.contains_key("ICC-header:ColorSpaceData")
    }

    /// Says whether its colours may not be taken for sRGB: it has a profile, or ink for channels.
    pub fn has_other_colours(&self) -> bool {
        self.has_profile() || self.number("File:ColorComponents") == Some(4.0)
    }

    /// Returns the local date and time, and the minutes east of UTC.
    fn taken_at(&self) -> (Option<String>, Option<i64>) {
        let mut dates = DATES.into_iter();
        let found = dates.find_map(|(tag, zone_tag)| Some((self.date(tag)?, zone_tag)));
        let Some((date, zone_tag)) = found else { return (None, None) };
        let (day_and_time, zone) = date.split_at_checked(19).unwrap_or((&date, ""));
        // A day alone is its midnight.
        let missing = "0000:01:01 00:00:00"
            .get(day_and_time.len()..)
            .unwrap_or_default();
        let offset = minutes(zone)
            .or_else(|| minutes(&self.text(zone_tag)?))
            .or_else(|| minutes(&self.text("ExifIFD:OffsetTime")?));
        (Some(format!("{day_and_time}{missing}")), offset)
    }

    /// Returns the date in a tag, with a zone behind it where it has one; nothing for one that is
    /// all zeros.
    fn date(&self, tag: &str) -> Option<String> {
        let mut date = self.text(tag)?;
        if tag == "IPTC:DateCreated"
            && let Some(time) = self.text("IPTC:TimeCreated")
        {
            date = format!("{date} {time}");
        }
        let is_set = date.contains(|c: char| ('1'..='9').contains(&c));
        if is_set { Some(date) } else { None }
    }

    /// Returns the number of a tag, negative if the tag of its half says so.
    fn degrees(&self, key: &str, negative: char) -> Option<f64> {
        let half = self.text(&format!("{key}Ref"))?;
        let sign = if half.to_ascii_uppercase().starts_with(negative) { -1.0 } else { 1.0 };
        Some(self.number(key)?.abs() * sign)
    }

    /// Returns the first number of a tag; some tags have several.
    fn number(&self, key: &str) -> Option<f64> {
        let number = match self.0.get(key)? {
            Value::Number(number) => number.as_f64()?,
            Value::String(text) => text.split_whitespace().next()?.parse().ok()?,
            _ => return None,
        };
        if number.is_finite() { Some(number) } else { None }
    }

    /// Returns the text of a tag without blanks around it, also where it looks like a number.
    fn text(&self, key: &str) -> Option<String> {
        let text = match self.0.get(key)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Null => return None,
            other => other.to_string(),
        };
        if text.is_empty() { None } else { Some(text) }
    }
}

/// Returns the minutes of `+02:00`, `-09:30` or `Z`.
fn minutes(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let size = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
    Some(if text.starts_with('-') { -size } else { size })
}
