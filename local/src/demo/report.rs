//! The table at the end.

use std::time::Duration;

use serde_json::Value;

use crate::console;

/// What became of one file.
pub struct Outcome {
    pub name: String,
    /// The photo as the API shows it, or why it did not get that far.
    pub photo: Result<Value, String>,
    pub took: Duration,
}

/// Prints the table and the last line; returns how many are ready.
pub fn print(outcomes: &[Outcome]) -> usize {
    let mut rows = vec![["file", "status", "size", "renditions", "seconds"].map(str::to_owned)];
    rows.extend(outcomes.iter().map(row));
    let widths: [usize; 5] = std::array::from_fn(|column| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    });
    for row in &rows {
        let cells: Vec<_> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        console::line(cells.join("  ").trim_end());
    }
    let ready = outcomes.iter().filter(|outcome| is_ready(outcome)).count();
    console::line(&format!("\n{ready} of {} photos ready", outcomes.len()));
    ready
}

fn is_ready(outcome: &Outcome) -> bool {
    outcome
        .photo
        .as_ref()
        .is_ok_and(|photo| photo["status"] == "ready")
}

fn row(outcome: &Outcome) -> [String; 5] {
    let photo = match &outcome.photo {
        Ok(photo) => photo,
        Err(code) => &Value::String(code.clone()),
    };
    // A failed photo says why; one that the API did not take is only its code.
    let status = photo["error"]["code"]
        .as_str()
        .or(photo["status"].as_str())
        .or(photo.as_str())
        .unwrap_or("?");
    let size = match (photo["width"].as_u64(), photo["height"].as_u64()) {
        (Some(width), Some(height)) => format!("{width}×{height}"),
        _ => String::new(),
    };
    let renditions = photo["renditions"].as_array().into_iter().flatten();
    let renditions: Vec<_> = renditions
        .map(|one| format!("{} {}", one["size"], bytes(one["bytes"].as_u64().unwrap_or(0))))
        .collect();
    let seconds = format!("{:.1}", outcome.took.as_secs_f64());
    [outcome.name.clone(), status.to_owned(), size, renditions.join(", "), seconds]
}

fn bytes(count: u64) -> String {
    format!("{}.{} kB", count / 1_000, count % 1_000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn outcome(photo: Result<Value, String>) -> Outcome {
        Outcome { name: "a.jpg".to_owned(), photo, took: Duration::from_millis(1_240) }
    }

    #[test]
    fn each_file_says_what_became_of_it() {
        let ready = json!({"status": "ready", "error": null, "width": 3000, "height": 4000, "renditions": [
            {"size": 256, "bytes": 9_870}, {"size": 1024, "bytes": 120_000},
        ]});
        assert_eq!(
            row(&outcome(Ok(ready))),
            ["a.jpg", "ready", "3000×4000", "256 9.8 kB, 1024 120.0 kB", "1.2"]
        );
        let failed = json!({"status": "failed", "error": {"code": "too-many-pixels"}, "width": null, "renditions": []});
        assert_eq!(row(&outcome(Ok(failed))), ["a.jpg", "too-many-pixels", "", "", "1.2"]);
        assert_eq!(row(&outcome(Err("quota-exceeded".to_owned())))[1], "quota-exceeded");
        assert!(!is_ready(&outcome(Err("ready".to_owned()))));
    }
}
