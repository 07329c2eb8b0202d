//! Compares the facts that we read with those that exiftool reads.

use super::{exiftool::Told, look::Claims};

/// The comparison of a photograph's facts.
#[derive(Debug, Default, PartialEq)]
pub struct Comparison {
    /// The verdict on each of [`FACTS`].
    pub of: Vec<Verdict>,
}

/// The comparison of one fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Both say nothing.
    Absent,
    /// Both say the same.
    Same,
    /// Only exiftool knows it, from a tag that we do not read.
    NotRead(String),
    /// One of them is wrong.
    Differs(String),
}

/// A fact, with the way it is read and compared, and the tags in which others have it.
pub struct Fact {
    /// Its name in the table.
    pub name: &'static str,
    pick: fn(&Claims) -> Option<Said>,
    tags: &'static [&'static str],
}

/// The value of a fact.
#[derive(Debug, PartialEq)]
enum Said {
    /// A text that has to be the same.
    Text(String),
    /// A number, with what it may be off by: as a part of itself, and in its own unit.
    Number(f64, f64, f64),
}

const fn fact(
    name: &'static str,
    pick: fn(&Claims) -> Option<Said>,
    tags: &'static [&'static str],
) -> Fact {
    Fact { name, pick, tags }
}

/// All facts that are compared.
pub const FACTS: [Fact; 13] = [
    fact(
        "taken at",
        |c| text(c.taken_at.as_ref()),
        &["DateTimeOriginal", "CreateDate", "DateCreated", "CreationTime"],
    ),
    #[expect(clippy::cast_precision_loss, reason = "minutes of a day")]
    fact(
        "offset",
        |c| exact(c.offset.map(|minutes| minutes as f64)),
        &["OffsetTimeOriginal", "OffsetTime", "TimeZone"],
    ),
    fact("make", |c| text(c.make.as_ref()), &["Make"]),
    fact("model", |c| text(c.model.as_ref()), &["Model", "CameraModelName"]),
    fact("lens", |c| text(c.lens.as_ref()), &["LensModel", "LensID", "LensType", "Lens"]),
    fact("exposure time", |c| about(c.seconds), &["ExposureTime", "ShutterSpeedValue"]),
    fact("f-number", |c| about(c.aperture), &["FNumber", "ApertureValue"]),
    fact("ISO", |c| exact(c.iso), &["ISO", "ISOSpeedRatings", "PhotographicSensitivity"]),
    fact("focal length", |c| about(c.focal_length), &["FocalLength"]),
    fact("latitude", |c| degrees(c.latitude), &["GPSLatitude"]),
    fact("longitude", |c| degrees(c.longitude), &["GPSLongitude"]),
    fact("orientation", |c| exact(c.orientation), &[]),
    fact("stored size", |c| text(size(c).as_ref()), &[]),
];

/// Compares all of [`FACTS`].
pub fn compare(seen: &Claims, told: &Told) -> Comparison {
    let claims = told.claims();
    let of = FACTS.map(|fact| verdict(&fact, (fact.pick)(seen), (fact.pick)(&claims), told));
    Comparison { of: of.to_vec() }
}

fn verdict(fact: &Fact, ours: Option<Said>, theirs: Option<Said>, told: &Told) -> Verdict {
    match (ours, theirs) {
        (None, None) => match told.elsewhere(fact.tags) {
            Some(tag) => Verdict::NotRead(tag),
            None => Verdict::Absent,
        },
        (Some(ours), Some(theirs)) if ours.agrees(&theirs) => Verdict::Same,
        (ours, theirs) => {
            Verdict::Differs(format!("{} here, {} in exiftool", shown(ours), shown(theirs)))
        }
    }
}

impl Said {
    /// Says whether two values are the same, or as near as they have to be.
    fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => one == other,
            (Self::Number(one, part, unit), Self::Number(other, ..)) => {
                (one - other).abs() <= (other.abs() * part).max(*unit)
            }
            _ => false,
        }
    }
}

/// Returns a value as a table can show it.
fn shown(said: Option<Said>) -> String {
    match said {
        None => "nothing".to_owned(),
        Some(Said::Text(text)) => format!("{text:?}").replace('|', "¦"),
        Some(Said::Number(number, ..)) => number.to_string(),
    }
}

/// Returns a text to compare. Blanks within a name do not make another one.
fn text(value: Option<&String>) -> Option<Said> {
    let words: Vec<&str> = value?.split_whitespace().collect();
    Some(Said::Text(words.join(" ")))
}

/// Returns a number that has to be the same.
fn exact(value: Option<f64>) -> Option<Said> {
    value.map(|value| Said::Number(value, 0.0, 0.0))
}

/// Returns a number to compare to six digits. Exiftool prints ten digits of a quotient, and some
/// tags as what a camera's dial says.
fn about(value: Option<f64>) -> Option<Said> {
    value.map(|value| Said::Number(value, 1e-6, 0.0))
}

/// Returns degrees to compare to a centimetre on the ground.
fn degrees(value: Option<f64>) -> Option<Said> {
    value.map(|value| Said::Number(value, 0.0, 1e-7))
}

/// Returns the size in pixels as a text.
fn size(claims: &Claims) -> Option<String> {
    Some(format!("{} × {}", claims.width?, claims.height?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(tags: &serde_json::Value) -> Told {
        Told(tags.as_object().cloned().unwrap_or_default())
    }

    fn of<'a>(comparison: &'a Comparison, name: &str) -> &'a Verdict {
        let position = FACTS.iter().position(|fact| fact.name == name);
        &comparison.of[position.expect("a fact")]
    }

    #[test]
    fn what_means_the_same_is_the_same() {
        let seen = Claims {
            taken_at: Some("2024:05:17 14:03:09".to_owned()),
            offset: Some(-570),
            make: Some("A  B".to_owned()),
            model: Some("450".to_owned()),
            seconds: Some(1.0 / 3.0),
            latitude: Some(-1.5),
            longitude: Some(2.5),
            orientation: Some(1.0),
            width: Some(30.0),
            height: Some(20.0),
            ..Claims::default()
        };
        let told = told(&json!({
            "ExifIFD:DateTimeOriginal": "2024:05:17 14:03:09",
            "ExifIFD:OffsetTimeOriginal": "-09:30",
            "ExifIFD:ExposureTime": 0.333_333_333_3,
            "ExifIFD:FNumber": "undef",
            "IFD0:Make": "A B ",
            "IFD0:Model": 450,
            "IFD0:Orientation": 0,
            "GPS:GPSLatitude": 1.5,
            "GPS:GPSLatitudeRef": "S",
            "GPS:GPSLongitude": 2.5,
            "GPS:GPSLongitudeRef": "E",
            "File:ImageWidth": 30,
            "File:ImageHeight": 20,
        }));
        let comparison = compare(&seen, &told);
        let count = |wanted| {
            comparison
                .of
                .iter()
                .filter(|found| **found == wanted)
                .count()
        };
        assert_eq!(count(Verdict::Same), 9, "{comparison:?}");
        assert_eq!(count(Verdict::Absent), FACTS.len() - 9, "{comparison:?}");
    }

    #[test]
    fn what_only_maker_notes_know_counts_apart_and_what_is_wrong_is_shown() {
        let seen = Claims { iso: Some(200.0), orientation: Some(1.0), ..Claims::default() };
        let comparison = compare(
            &seen,
            &told(&json!({"Canon:LensModel": "EF50mm", "ExifIFD:ISO": 100, "IFD0:Make": "M"})),
        );
        assert_eq!(of(&comparison, "lens"), &Verdict::NotRead("Canon:LensModel".to_owned()));
        assert_eq!(
            of(&comparison, "ISO"),
            &Verdict::Differs("200 here, 100 in exiftool".to_owned())
        );
        assert_eq!(
            of(&comparison, "make"),
            &Verdict::Differs("nothing here, \"M\" in exiftool".to_owned())
        );
    }
}
