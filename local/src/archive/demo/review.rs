//! A year in review, of an owner's statistics.

use std::fmt::Write;

use serde_json::Value;

/// Each year, newest first.
pub fn text(statistics: &Value) -> String {
    let years = statistics["years"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    // Writing to a string does not fail.
    let mut text =
        format!("From MySQL and the warehouse together, as of {}:", said(&statistics["as_of"]));
    for year in years.iter().rev() {
        let bytes = megabytes(&year["bytes_added"]);
        let _ = write!(
            text,
            "\n  {} in review: {} photos, {bytes} MB",
            year["year"], year["photos_added"]
        );
        let _ = write!(text, "\n    busiest month     {}", said(&year["busiest_month"]));
        let camera = &year["camera"];
        if camera.is_object() {
            let _ = write!(
                text,
                "\n    favourite camera  {} ({} photos)",
                said(&camera["camera"]),
                camera["photos"]
            );
        }
        let received = &year["received"];
        let (comments, favourites) = (&received["comments"], &received["favourites"]);
        let _ =
            write!(text, "\n    received          {comments} comments, {favourites} favourites");
    }
    for month in statistics["months"].as_array().into_iter().flatten() {
        let (name, photos, bytes) =
            (said(&month["month"]), &month["photos_added"], megabytes(&month["bytes_added"]));
        let _ = write!(text, "\n    {name}  {:>6} photos  {bytes:>7} MB", photos.to_string());
    }
    text
}

fn said(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}

fn megabytes(bytes: &Value) -> u64 {
    bytes.as_u64().unwrap_or_default() / 1_000_000
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_year_says_what_was_most() {
        let year = json!({"year": 2026, "photos_added": 12, "bytes_added": 34_000_000, "busiest_month": "2026-05",
                          "camera": {"camera": "X-T5", "photos": 7}, "album": null,
                          "received": {"comments": 3, "favourites": 2}});
        let month = json!({"month": "2026-05", "photos_added": 12, "bytes_added": 34_000_000});
        let text =
            text(&json!({"as_of": "2026-11-01T00:00:00Z", "years": [year], "months": [month]}));
        for wanted in [
            "2026 in review: 12 photos, 34 MB",
            "X-T5 (7 photos)",
            "3 comments, 2 favourites",
            "busiest month     2026-05",
        ] {
            assert!(text.contains(wanted), "{text}");
        }
    }
}
