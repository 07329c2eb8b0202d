//! A year in review, of an owner's statistics.

use serde_json::Value;

/// Returns a text with each year, newest first, and each month.
pub fn text(statistics: &Value) -> String {
    let as_of = text_or_dash(&statistics["as_of"]);
    let mut lines = vec![format!("From MySQL and the warehouse together, as of {as_of}:")];
    for year in elements(&statistics["years"]).iter().rev() {
        add_year(&mut lines, year);
    }
    for month in elements(&statistics["months"]) {
        let name = text_or_dash(&month["month"]);
        let photos = month["photos_added"].to_string();
        let size = megabytes(&month["bytes_added"]);
        lines.push(format!("    {name}  {photos:>6} photos  {size:>7} MB"));
    }
    lines.join("\n")
}

fn add_year(lines: &mut Vec<String>, year: &Value) {
    let number = &year["year"];
    let photos = &year["photos_added"];
    let size = megabytes(&year["bytes_added"]);
    lines.push(format!("  {number} in review: {photos} photos, {size} MB"));
    let busiest_month = text_or_dash(&year["busiest_month"]);
    lines.push(format!("    busiest month     {busiest_month}"));
    // A year in which no photo names its camera has none.
    let camera = &year["camera"];
    if camera.is_object() {
        let name = text_or_dash(&camera["camera"]);
        lines.push(format!("    favourite camera  {name} ({} photos)", camera["photos"]));
    }
    let comments = &year["received"]["comments"];
    let favourites = &year["received"]["favourites"];
    lines.push(format!("    received          {comments} comments, {favourites} favourites"));
}

/// Returns the elements of an array; none if it is no array.
fn elements(value: &Value) -> &[Value] {
    match value.as_array() {
        Some(elements) => elements,
        None => &[],
    }
}

fn text_or_dash(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}

/// Returns a number of bytes in whole megabytes.
fn megabytes(bytes: &Value) -> u64 {
    bytes.as_u64().unwrap_or_default() / 1_000_000
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_year_says_what_was_most() {
        let year = json!({
            "year": 2026,
            "photos_added": 12,
            "bytes_added": 34_000_000,
            "busiest_month": "2026-05",
            "camera": {"camera": "X-T5", "photos": 7},
            "album": null,
            "received": {"comments": 3, "favourites": 2},
        });
        let month = json!({"month": "2026-05", "photos_added": 12, "bytes_added": 34_000_000});
        let statistics =
            json!({"as_of": "2026-11-01T00:00:00Z", "years": [year], "months": [month]});
        let text = text(&statistics);
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
