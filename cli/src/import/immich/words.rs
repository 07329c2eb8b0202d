//! The words of Immich about a picture, as the service takes them.

use std::path::Path;

use client::{CONTENT_TYPES, types::Place};
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

use super::answers::{Asset, Exif};
use crate::upload::sidecar::Details;

/// Returns the name of a picture's file, with an extension that says its type; `None` for a format
/// that the service does not take.
pub fn file_name(asset: &Asset) -> Option<String> {
    let name = &asset.original_file_name;
    if client::content_type(Path::new(name)).is_some() {
        return Some(name.clone());
    }
    let mime_type = asset.original_mime_type.as_deref()?;
    let (extension, _) = CONTENT_TYPES
        .iter()
        .find(|(_, known)| *known == mime_type)?;
    Some(format!("{name}.{extension}"))
}

/// Returns the words about a picture. Its date is the one that Immich shows, whatever the file
/// says: it may have been put right there.
pub fn details(asset: &Asset) -> Details {
    let exif = asset.exif_info.clone().unwrap_or_default();
    let taken_at = taken_at(asset, &exif);
    let details = Details {
        caption: exif.description.clone(),
        is_date_decided: taken_at.is_some(),
        taken_at,
        place: place(&exif),
        is_favourite: asset.is_favorite,
        ..Details::default()
    };
    details.within_limits()
}

/// Returns the time of the clock of the place, with the zone of the place where it is known, and
/// `Z` where it is not: both are what the service means by them.
fn taken_at(asset: &Asset, exif: &Exif) -> Option<String> {
    let clock = OffsetDateTime::parse(&asset.local_date_time, &Rfc3339).ok()?;
    let clock = clock.to_offset(UtcOffset::UTC);
    if exif.time_zone.is_none() {
        return clock.format(&Rfc3339).ok();
    }
    let moment = OffsetDateTime::parse(&asset.file_created_at, &Rfc3339).ok()?;
    let ahead = i32::try_from((clock - moment).whole_minutes()).ok()?;
    let offset = UtcOffset::from_whole_seconds(ahead.checked_mul(60)?).ok()?;
    moment.to_offset(offset).format(&Rfc3339).ok()
}

fn place(exif: &Exif) -> Option<Place> {
    let (latitude, longitude) = (exif.latitude?, exif.longitude?);
    let is_on_earth = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    is_on_earth.then_some(Place { latitude, longitude })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// An asset with some fields of its own.
    fn asset(fields: &Value) -> Asset {
        let mut asset = json!({
            "id": "1", "type": "IMAGE", "ownerId": "2", "originalFileName": "IMG_1.jpg",
            "originalMimeType": "image/jpeg", "checksum": "", "isFavorite": true,
            "fileCreatedAt": "2025-07-01T12:20:00.000Z",
            "fileModifiedAt": "2025-07-01T12:20:00.000Z",
            "localDateTime": "2025-07-01T14:20:00.000Z",
        });
        for (name, value) in fields.as_object().expect("fields") {
            asset[name] = value.clone();
        }
        serde_json::from_value(asset).expect("an asset")
    }

    #[test]
    fn what_immich_says_is_kept() {
        let exif = json!({
            "description": "The ferry", "latitude": 38.7, "longitude": -9.1,
            "timeZone": "Europe/Lisbon",
        });
        let said = details(&asset(&json!({ "exifInfo": exif })));
        assert_eq!(said.caption.as_deref(), Some("The ferry"));
        assert_eq!(said.taken_at.as_deref(), Some("2025-07-01T14:20:00+02:00"));
        assert_eq!(said.place, Some(Place { latitude: 38.7, longitude: -9.1 }));
        assert!(said.is_favourite && said.is_date_decided);
        let bare = details(&asset(&json!({ "exifInfo": { "description": " " } })));
        assert_eq!(bare.taken_at.as_deref(), Some("2025-07-01T14:20:00Z"), "an unknown zone");
        assert_eq!((bare.caption, bare.place), (None, None));
        let odd = details(&asset(&json!({ "localDateTime": "yesterday" })));
        assert!(odd.taken_at.is_none() && !odd.is_date_decided);
    }

    #[test]
    fn a_name_says_the_type_or_the_format_is_none_that_the_service_takes() {
        let name = |file: &str, mime: &str| {
            file_name(&asset(&json!({ "originalFileName": file, "originalMimeType": mime })))
        };
        assert_eq!(name("a.HEIC", "image/heic").as_deref(), Some("a.HEIC"));
        assert_eq!(name("a", "image/png").as_deref(), Some("a.png"));
        assert_eq!(name("a.svg", "image/svg+xml"), None);
    }
}
