//! The JSON that Google Takeout puts beside a picture.

use std::{fs, path::Path};

use client::types::Place;
use serde::Deserialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::Details;

/// The letters that Takeout leaves of a sidecar's name, without its extension.
const NAME: usize = 46;
/// The word that newer archives put before the extension.
const WORD: &str = ".supplemental-metadata";

/// The names of the file that says what an album is called, by the language of the account.
const FILES_OF_ALBUMS: [&str; 6] = [
    "metadata.json",
    "Metadaten.json",
    "metadatos.json",
    "métadonnées.json",
    "metadados.json",
    "metadati.json",
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sidecar {
    description: Option<String>,
    photo_taken_time: Option<Moment>,
    geo_data: Option<Position>,
    geo_data_exif: Option<Position>,
    #[serde(default)]
    favorited: bool,
}

/// The file of an album.
#[derive(Deserialize)]
struct Album {
    title: Option<String>,
}

#[derive(Deserialize)]
struct Moment {
    /// Seconds since 1970, as a text.
    timestamp: String,
}

#[derive(Clone, Copy, Deserialize)]
struct Position {
    latitude: f64,
    longitude: f64,
}

/// Reads a sidecar; one that is none says nothing.
pub fn read(text: &str) -> Details {
    let Ok(sidecar) = serde_json::from_str::<Sidecar>(text) else { return Details::default() };
    let taken_at = sidecar
        .photo_taken_time
        .and_then(|moment| moment_in_words(&moment.timestamp));
    let place = known(sidecar.geo_data).or(known(sidecar.geo_data_exif));
    Details {
        caption: sidecar.description.filter(|text| !text.trim().is_empty()),
        taken_at,
        place,
        is_favourite: sidecar.favorited,
        ..Details::default()
    }
}

fn moment_in_words(seconds: &str) -> Option<String> {
    let moment = OffsetDateTime::from_unix_timestamp(seconds.parse().ok()?).ok()?;
    moment.format(&Rfc3339).ok()
}

/// Returns a place, if it is one: 0, 0 stands for none.
fn known(position: Option<Position>) -> Option<Place> {
    let Position { latitude, longitude } = position?;
    let is_none = latitude == 0.0 && longitude == 0.0;
    let is_on_earth = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    (is_on_earth && !is_none).then_some(Place { latitude, longitude })
}

/// Returns the title of an album of a Takeout: that of its own file, or the folder's name.
pub fn title_of_folder(folder: &Path) -> String {
    for name in FILES_OF_ALBUMS {
        let Ok(text) = fs::read_to_string(folder.join(name)) else { continue };
        let Ok(album) = serde_json::from_str::<Album>(&text) else { continue };
        if let Some(title) = album.title.filter(|title| !title.trim().is_empty()) {
            return title;
        }
    }
    match folder.file_name() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => String::new(),
    }
}

/// Returns the names that the sidecar of a picture may have: of `IMG(1).jpg` the number stands
/// behind the extension, long names are cut, and an edited copy has that of what it was made from.
pub fn names(picture: &str) -> Vec<String> {
    let mut names = Vec::new();
    for name in [Some(picture.to_owned()), original_of_edited(picture)] {
        let Some(name) = name else { continue };
        let (plain, number) = without_number(&name);
        for word in [WORD, ""] {
            let whole = format!("{plain}{word}");
            let cut: String = whole.chars().take(NAME).collect();
            names.push(format!("{cut}{number}.json"));
        }
    }
    names
}

/// `IMG(1).jpg` → `IMG.jpg`, `(1)`.
fn without_number(name: &str) -> (String, String) {
    let split = || {
        let (stem, extension) = name.rsplit_once('.')?;
        let (before, inside) = stem.strip_suffix(')')?.rsplit_once('(')?;
        let is_number = !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| (format!("{before}.{extension}"), format!("({inside})")))
    };
    split().unwrap_or_else(|| (name.to_owned(), String::new()))
}

/// `IMG-edited.jpg` → `IMG.jpg`.
fn original_of_edited(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    let original = stem.strip_suffix("-edited")?;
    Some(format!("{original}.{extension}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sidecar_is_read() {
        let text = r#"{
            "title": "IMG_1.jpg", "description": "The ferry",
            "photoTakenTime": {"timestamp": "1751372400", "formatted": "1 Jul 2025"},
            "geoData": {"latitude": 0.0, "longitude": 0.0, "altitude": 0.0},
            "geoDataExif": {"latitude": 38.7, "longitude": -9.1}, "favorited": true
        }"#;
        let details = read(text);
        assert_eq!(details.caption.as_deref(), Some("The ferry"));
        assert_eq!(details.taken_at.as_deref(), Some("2025-07-01T12:20:00Z"));
        assert_eq!(details.place, Some(Place { latitude: 38.7, longitude: -9.1 }));
        assert!(details.is_favourite);
        assert_eq!(read("no JSON"), Details::default());
        assert_eq!(read("{}"), Details::default());
    }

    #[test]
    fn an_album_has_the_title_that_it_had() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().join("Lisbon_ May");
        fs::create_dir(&folder).expect("a folder");
        assert_eq!(title_of_folder(&folder), "Lisbon_ May");
        let album = r#"{"title": "Lisbon: May", "date": {"timestamp": "0"}}"#;
        fs::write(folder.join("metadata.json"), album).expect("a file");
        assert_eq!(title_of_folder(&folder), "Lisbon: May");
    }

    #[test]
    fn names_are_those_that_archives_have() {
        assert_eq!(names("a.jpg")[..2], ["a.jpg.supplemental-metadata.json", "a.jpg.json"]);
        assert_eq!(names("a(2).jpg")[1], "a.jpg(2).json");
        assert_eq!(names("a(2).jpg")[0], "a.jpg.supplemental-metadata(2).json");
        assert!(names("a-edited.jpg").contains(&"a.jpg.json".to_owned()));
        let long = format!("{}.jpg", "n".repeat(45));
        assert_eq!(names(&long)[1], format!("{}..json", "n".repeat(45)));
        assert_eq!(names("(x).jpg")[1], "(x).jpg.json");
    }
}
