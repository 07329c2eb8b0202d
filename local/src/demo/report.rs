//! The table at the end.

use std::{fmt::Write, time::Duration};

use client::types::{Photo, Status};

use crate::console;

/// The outcome of one file.
pub struct PhotoReport {
    pub name: String,
    /// The photo as the API shows it, or the code of the failure before that.
    pub photo: Result<Photo, String>,
    /// The time from the announcement to the outcome.
    pub duration: Duration,
}

impl PhotoReport {
    fn is_ready(&self) -> bool {
        match &self.photo {
            Ok(photo) => photo.status == Status::Ready,
            Err(_) => false,
        }
    }

    /// Returns the table's columns: file, status, size, renditions, seconds.
    fn row(&self) -> [String; 5] {
        let seconds = format!("{:.1}", self.duration.as_secs_f64());
        match &self.photo {
            Ok(photo) => {
                [self.name.clone(), status(photo), size(photo), renditions(photo), seconds]
            }
            Err(code) => [self.name.clone(), code.clone(), String::new(), String::new(), seconds],
        }
    }
}

/// Prints the table and the last line; returns the number of photos that are ready.
pub fn print(reports: &[PhotoReport]) -> usize {
    let mut rows = vec![["file", "status", "size", "renditions", "seconds"].map(str::to_owned)];
    let mut ready = 0;
    for report in reports {
        rows.push(report.row());
        if report.is_ready() {
            ready += 1;
        }
    }
    let mut widths = [0; 5];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    for row in &rows {
        let mut line = String::new();
        for (width, cell) in widths.iter().zip(row) {
            // Writing to a string does not fail.
            let _ = write!(line, "{cell:width$}  ");
        }
        console::line(line.trim_end());
    }
    console::line(&format!("\n{ready} of {} photos ready", reports.len()));
    ready
}

/// Returns the status of a photo; of one that failed, the code of its error.
fn status(photo: &Photo) -> String {
    match &photo.error {
        Some(failure) => failure.code.clone(),
        None => photo.status.word().to_owned(),
    }
}

/// Returns `3000×4000`, empty as long as it is not known.
fn size(photo: &Photo) -> String {
    match (photo.width, photo.height) {
        (Some(width), Some(height)) => format!("{width}×{height}"),
        _ => String::new(),
    }
}

/// Returns the size and the bytes of each rendition.
fn renditions(photo: &Photo) -> String {
    let mut texts = Vec::new();
    for rendition in &photo.renditions {
        texts.push(format!("{} {}", rendition.size, kilobytes(rendition.bytes)));
    }
    texts.join(", ")
}

fn kilobytes(bytes: u64) -> String {
    format!("{}.{} kB", bytes / 1_000, bytes % 1_000 / 100)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A photo with some fields of its own.
    fn photo(fields: &Value) -> Photo {
        let mut photo = json!({
            "id": "photo_01jd2w8h7kf3y9b6c5xq4m0ntz", "name": "a.jpg", "bytes": 9,
            "content_type": "image/jpeg", "sha256": "", "taken_at": "2026-11-01T00:00:00Z",
            "taken_offset": null, "caption": "", "camera": null, "place": null, "tags": [],
            "favourites": 0, "deleted_at": null, "version": 1,
        });
        for (name, value) in fields.as_object().expect("fields") {
            photo[name] = value.clone();
        }
        serde_json::from_value(photo).expect("a photo")
    }

    fn report(photo: Result<Photo, String>) -> PhotoReport {
        PhotoReport { name: "a.jpg".to_owned(), photo, duration: Duration::from_millis(1_240) }
    }

    #[test]
    fn each_file_says_what_became_of_it() {
        let rendition = |size: u32, bytes: u32| json!({"size": size, "bytes": bytes, "url": "/"});
        let ready = photo(&json!({
            "status": "ready", "error": null, "width": 3000, "height": 4000,
            "renditions": [rendition(256, 9_870), rendition(1024, 120_000)],
        }));
        assert_eq!(
            report(Ok(ready)).row(),
            ["a.jpg", "ready", "3000×4000", "256 9.8 kB, 1024 120.0 kB", "1.2"]
        );
        let failed = photo(&json!({
            "status": "failed", "error": {"code": "too-many-pixels", "detail": ""},
            "width": null, "height": null, "renditions": [],
        }));
        assert_eq!(report(Ok(failed)).row(), ["a.jpg", "too-many-pixels", "", "", "1.2"]);
        assert_eq!(report(Err("quota-exceeded".to_owned())).row()[1], "quota-exceeded");
        assert!(!report(Err("ready".to_owned())).is_ready());
    }
}
