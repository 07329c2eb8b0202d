//! What a search asks for.

use serde::Deserialize;
use time::{Date, OffsetDateTime, macros::format_description};
use unicode_normalization::UnicodeNormalization;

pub use super::words::Words;
use super::{Moment, Tag, schema::schemas, view::Status};
use crate::error::{Error, Result};

/// Which photos are wanted: those that fit all of it.
#[derive(Debug, Default)]
pub struct Filter {
    /// Words or emoji of the caption, the file's name, the tags, the camera or the lens.
    pub words: Option<Words>,
    /// A tag.
    pub tag: Option<Tag>,
    /// What it was taken with.
    pub camera: Option<Camera>,
    /// Taken then or later.
    pub from: Option<Moment>,
    /// Taken then or earlier.
    pub to: Option<Moment>,
    /// Taken there.
    pub area: Option<Area>,
    /// Whether it is the caller's favourite.
    pub favourite: Option<bool>,
    /// How far it is on its way.
    pub status: Option<Status>,
}

schemas! {
    Camera {"type": "string", "minLength": 1, "maxLength": Camera::LENGTH}
    Since {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}
    Until {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}
    Area {"type": "string", "pattern": "^-?[0-9.]+,-?[0-9.]+,-?[0-9.]+,-?[0-9.]+$"}
    Flag {"type": "boolean"}
}

/// A camera: its model, or its maker and model, as photos have them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Camera(String);

impl Camera {
    /// How many models it may be.
    pub const MODELS: usize = 4;
    /// The most characters: a maker's and a model's, and a space.
    pub const LENGTH: usize = 201;

    /// The name as it was asked for.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the model alone may be: the whole, or what follows a maker of one, two or three words.
    pub fn models(&self) -> [&str; Self::MODELS] {
        let mut models = [self.as_str(); Self::MODELS];
        let spaces = self.0.match_indices(' ').map(|(at, _)| &self.0[at + 1..]);
        for (model, rest) in models.iter_mut().skip(1).zip(spaces) {
            *model = rest;
        }
        models
    }
}

impl TryFrom<String> for Camera {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text: String = text.trim().nfc().collect();
        let valid = (1..=Self::LENGTH).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        valid.then_some(Self(text)).ok_or_else(|| "must be the name of a camera, such as NIKON D750".to_owned())
    }
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Flag(pub bool);

impl TryFrom<String> for Flag {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        text.parse().map(Self).map_err(|_| "must be true or false")
    }
}

/// The first moment that is wanted: a moment, or a day, which begins at midnight UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Since(pub Moment);

/// The last moment that is wanted: a moment, or a day, all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Until(pub Moment);

/// The time between the two, if they are in order.
///
/// # Errors
/// [`Error::Invalid`] when they are not.
pub fn period(from: Option<Since>, to: Option<Until>) -> Result<(Option<Moment>, Option<Moment>)> {
    let (from, to) = (from.map(|from| from.0), to.map(|to| to.0));
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(Error::field("from", "must not be later than `to`"));
    }
    Ok((from, to))
}

impl TryFrom<String> for Since {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        day(&text).map_or_else(|| moment(text), Ok).map(Self)
    }
}

impl TryFrom<String> for Until {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let last = |day: Moment| Moment::from_micros(day.plus(24 * 60 * 60).micros() - 1);
        day(&text).map(last).map_or_else(|| moment(text), Ok).map(Self)
    }
}

fn day(text: &str) -> Option<Moment> {
    let date = Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
    let midnight: OffsetDateTime = date.midnight().assume_utc();
    (1000..=9998).contains(&date.year()).then(|| Moment::from(midnight))
}

fn moment(text: String) -> Result<Moment, String> {
    let wanted = "must be a date, such as 2026-07-14, or a date and time of RFC 3339, such as 2026-07-14T09:30:00Z";
    Moment::try_from(text).map_err(|_| wanted.to_owned())
}

/// A part of the earth between two meridians and two parallels, in degrees of WGS 84. Its west may
/// be greater than its east: it lies across the 180th meridian then.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct Area {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl Area {
    /// The latitudes it spans.
    pub fn latitudes(&self) -> (f64, f64) {
        (self.south, self.north)
    }

    /// The longitudes it spans: two ranges, which are one and the same unless it crosses the 180th
    /// meridian.
    pub fn longitudes(&self) -> [(f64, f64); 2] {
        if self.west > self.east { [(self.west, 180.0), (-180.0, self.east)] } else { [(self.west, self.east); 2] }
    }
}

impl TryFrom<String> for Area {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wanted = || "must be west,south,east,north in degrees, such as 5.9,45.8,10.5,47.8".to_owned();
        let numbers: Result<Vec<f64>, _> = text.split(',').map(|number| number.trim().parse()).collect();
        let Ok(&[west, south, east, north]) = numbers.as_deref() else { return Err(wanted()) };
        let fits = |degrees: f64, most: f64| (-most..=most).contains(&degrees);
        if !(fits(west, 180.0) && fits(east, 180.0) && fits(south, 90.0) && fits(north, 90.0)) {
            return Err(wanted());
        }
        if south > north {
            return Err("must not have its south above its north".to_owned());
        }
        Ok(Self { west, south, east, north })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_is_its_model_or_its_maker_and_model() {
        let camera = |text: &str| Camera::try_from(text.to_owned()).expect("a camera");
        assert_eq!(camera("D750").models(), ["D750"; 4]);
        assert_eq!(camera("OM Digital OM-1").models(), ["OM Digital OM-1", "Digital OM-1", "OM-1", "OM Digital OM-1"]);
        assert!(Camera::try_from(" ".to_owned()).is_err());
    }

    #[test]
    fn a_day_is_wanted_from_its_first_moment_to_its_last() {
        let from = |text: &str| Since::try_from(text.to_owned()).map(|from| from.0.to_string());
        let to = |text: &str| Until::try_from(text.to_owned()).map(|to| to.0.to_string());
        assert_eq!(from("2026-07-14").expect("a day"), "2026-07-14T00:00:00.000000Z");
        assert_eq!(to("2026-07-14").expect("a day"), "2026-07-14T23:59:59.999999Z");
        assert_eq!(to("2026-07-14T09:30:00+02:00").expect("a moment"), "2026-07-14T07:30:00.000000Z");
        for bad in ["", "2026-02-30", "yesterday", "2026-07", "0000-01-01", "2026-07-14T09:30"] {
            assert!(from(bad).is_err() && to(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_area_may_lie_across_the_antimeridian() {
        let area = |text: &str| Area::try_from(text.to_owned());
        assert_eq!(area("5.9,45.8,10.5,47.8").expect("an area").longitudes(), [(5.9, 10.5); 2]);
        assert_eq!(area("170, -20, -170, 0").expect("an area").longitudes(), [(170.0, 180.0), (-180.0, -170.0)]);
        for bad in ["", "1,2,3", "1,2,3,4,5", "x,0,0,0", "NaN,0,0,0", "181,0,0,0", "0,5,0,4", "0,-91,0,0", "inf,0,0,0"]
        {
            assert!(area(bad).is_err(), "{bad}");
        }
    }
}
