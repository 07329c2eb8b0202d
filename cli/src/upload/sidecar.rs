//! Words about a picture from files beside it: XMP, or the JSON of Google Takeout.

pub mod google;
pub mod xmp;

use std::{
    fs,
    path::{Path, PathBuf},
};

use client::types::Place;
use serde::{Deserialize, Serialize};

/// The most bytes of a sidecar.
const MOST_BYTES: u64 = 4 << 20;
/// The most letters of a caption that the service takes.
const CAPTION: usize = 2_000;
/// The most letters of a tag.
const TAG: usize = 50;
/// The most tags of a photo.
const TAGS: usize = 50;

/// The words of a person about a picture.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Details {
    /// The caption.
    pub caption: Option<String>,
    /// The moment at which it was taken, after RFC 3339.
    pub taken_at: Option<String>,
    /// True if that moment stands above the one which the picture says itself.
    pub is_date_decided: bool,
    /// The place.
    pub place: Option<Place>,
    /// Tags.
    pub tags: Vec<String>,
    /// True if it is a favourite.
    pub is_favourite: bool,
}

impl Details {
    /// Returns these, with what is missing taken from others.
    fn or(mut self, other: Self) -> Self {
        self.caption = self.caption.or(other.caption);
        self.taken_at = self.taken_at.or(other.taken_at);
        self.is_date_decided |= other.is_date_decided;
        self.place = self.place.or(other.place);
        self.is_favourite |= other.is_favourite;
        for tag in other.tags {
            if !self.tags.contains(&tag) {
                self.tags.push(tag);
            }
        }
        self
    }

    /// Returns these as the service takes them.
    pub fn within_limits(mut self) -> Self {
        self.caption = self
            .caption
            .and_then(|caption| cleaned(&caption, CAPTION, true));
        let mut tags = Vec::new();
        for tag in &self.tags {
            tags.extend(cleaned(tag, TAG, false));
        }
        tags.truncate(TAGS);
        self.tags = tags;
        self
    }
}

/// Returns a text without control characters, cut to so many letters; `None` when nothing is left.
fn cleaned(text: &str, letters: usize, may_have_lines: bool) -> Option<String> {
    let is_kept =
        |letter: &char| !letter.is_control() || (may_have_lines && matches!(letter, '\n' | '\t'));
    let kept: String = text.trim().chars().filter(is_kept).take(letters).collect();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// Reads what the sidecars of a picture say; XMP before Google's JSON, where both say something.
pub fn read(picture: &Path) -> Details {
    let mut details = Details::default();
    for path in xmp_paths(picture) {
        if let Some(text) = read_text(&path) {
            details = details.or(xmp::read(&text));
        }
    }
    for path in google_paths(picture) {
        if let Some(text) = read_text(&path) {
            details = details.or(google::read(&text));
            break;
        }
    }
    details.within_limits()
}

fn read_text(path: &Path) -> Option<String> {
    let metadata = fs::metadata(path).ok()?;
    if !metadata.is_file() || metadata.len() > MOST_BYTES {
        return None;
    }
    let bytes = fs::read(path).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// `a.jpg` → `a.jpg.xmp`, `a.xmp`.
fn xmp_paths(picture: &Path) -> [PathBuf; 2] {
    let mut beside = picture.as_os_str().to_owned();
    beside.push(".xmp");
    [PathBuf::from(beside), picture.with_extension("xmp")]
}

fn google_paths(picture: &Path) -> Vec<PathBuf> {
    let Some(name) = picture.file_name().and_then(|name| name.to_str()) else {
        return Vec::new();
    };
    let mut paths = Vec::new();
    for name in google::names(name) {
        paths.push(picture.with_file_name(name));
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_are_read_and_cut_to_what_the_service_takes() {
        let folder = tempfile::tempdir().expect("a folder");
        let picture = folder.path().join("IMG_1.jpg");
        assert_eq!(read(&picture), Details::default());
        let json = r#"{"title": "IMG_1.jpg", "description": "From Google", "favorited": true}"#;
        let json_path = folder.path().join("IMG_1.jpg.supplemental-metadata.json");
        fs::write(json_path, json).expect("a file");
        let xmp = format!(
            "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF \
             xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description \
             xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:subject><rdf:Bag><rdf:li>{}</rdf:li>\
             </rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>",
            "t".repeat(60)
        );
        fs::write(folder.path().join("IMG_1.xmp"), xmp).expect("a file");
        let details = read(&picture);
        assert_eq!(details.caption.as_deref(), Some("From Google"));
        assert_eq!(details.tags, ["t".repeat(50)]);
        assert!(details.is_favourite);
    }
}
