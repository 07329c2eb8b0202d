//! XMP sidecars, of what the service knows of a photo beside its bytes.

use std::fmt::Write;

use client::types::{Photo, Place};
use quick_xml::escape::escape;

use crate::mirror::names::local_moment;

/// Returns the sidecar of a photo. It is the same for the same photo, so that one that has not
/// changed is not written.
pub fn of(photo: &Photo) -> String {
    let mut text = String::from(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\"\n \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n \
         xmlns:exif=\"http://ns.adobe.com/exif/1.0/\"\n \
         xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"",
    );
    if let Some(taken) = taken(photo) {
        let _ = write!(text, "\n exif:DateTimeOriginal=\"{taken}\"");
    }
    if let Some(Place { latitude, longitude }) = photo.place {
        let (latitude, longitude) = (degrees(latitude, "N", "S"), degrees(longitude, "E", "W"));
        let _ = write!(text, "\n exif:GPSLatitude=\"{latitude}\"");
        let _ = write!(text, "\n exif:GPSLongitude=\"{longitude}\"");
    }
    if photo.favourites > 0 {
        text.push_str("\n xmp:Rating=\"5\"");
    }
    text.push_str(">\n");
    if !photo.caption.is_empty() {
        let caption = escape(photo.caption.as_str());
        let _ = writeln!(
            text,
            "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">{caption}</rdf:li></rdf:Alt>\
             </dc:description>"
        );
    }
    if !photo.tags.is_empty() {
        text.push_str("<dc:subject><rdf:Bag>\n");
        for tag in &photo.tags {
            let _ = writeln!(text, "<rdf:li>{}</rdf:li>", escape(tag.as_str()));
        }
        text.push_str("</rdf:Bag></dc:subject>\n");
    }
    text.push_str("</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>\n");
    text
}

/// Returns the clock of the place where a photo was taken, with its zone if that is known.
fn taken(photo: &Photo) -> Option<String> {
    let local = local_moment(photo)?;
    let (date, time, zone) = (local.date(), local.time(), local.offset());
    let clock = format!("{date}T{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second());
    if photo.taken_offset.is_none() {
        return Some(clock);
    }
    let sign = if zone.is_negative() { '-' } else { '+' };
    let (hours, minutes) =
        (zone.whole_hours().unsigned_abs(), zone.minutes_past_hour().unsigned_abs());
    Some(format!("{clock}{sign}{hours:02}:{minutes:02}"))
}

/// Returns degrees as XMP writes them: `38,42.000000N`.
fn degrees(value: f64, positive: &str, negative: &str) -> String {
    let hemisphere = if value < 0.0 { negative } else { positive };
    let whole = value.abs().trunc();
    let minutes = value.abs().fract() * 60.0;
    format!("{whole},{minutes:.6}{hemisphere}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::upload::sidecar::xmp;

    #[test]
    fn what_is_written_is_what_is_read() {
        let photo = json!({
            "id": "photo_01jd2w8h7kf3y9b6c5xq4m0ntz", "name": "a.jpg", "bytes": 20,
            "content_type": "image/jpeg", "sha256": "00", "status": "ready", "error": null,
            "width": 4, "height": 3, "taken_at": "2026-11-01T00:00:00Z", "taken_offset": -90,
            "caption": "Tea & <rain>", "camera": null,
            "place": {"latitude": -38.7, "longitude": 9.125}, "tags": ["sea", "a\"b"],
            "favourites": 1, "renditions": [], "deleted_at": null, "version": 1,
        });
        let photo: Photo = serde_json::from_value(photo).expect("a photo");
        let read = xmp::read(&of(&photo));
        assert_eq!(read.caption.as_deref(), Some("Tea & <rain>"));
        assert_eq!(read.tags, ["sea", "a\"b"]);
        assert!(read.is_favourite);
        assert_eq!(read.taken_at.as_deref(), Some("2026-10-31T22:30:00-01:30"));
        let place = read.place.expect("a place");
        assert!((place.latitude + 38.7).abs() < 1e-6 && (place.longitude - 9.125).abs() < 1e-6);
    }
}
