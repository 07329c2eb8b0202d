//! The filter of a search.

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

pub use super::words::{PhotoWords, SoughtWord, Words};
use super::{Tag, period::TakenWithin, schema::schemas, view::Status};

/// A filter: photos are wanted that fit all of it.
#[derive(Debug, Default)]
pub struct Filter {
    /// Words or emoji of the caption, the file's name, the tags, the camera or the lens.
    pub words: Option<Words>,
    /// A tag.
    pub tag: Option<Tag>,
    /// The camera that it was taken with.
    pub camera: Option<CameraFilter>,
    /// The period in which it was taken.
    pub taken: TakenWithin,
    /// Taken there.
    pub area: Option<Area>,
    /// `true` for the caller's favourites, `false` for all others.
    pub favourite: Option<bool>,
    /// Its status.
    pub status: Option<Status>,
}

impl Filter {
    /// Returns whether it asks for nothing but words and dates.
    pub fn is_of_words_and_dates(&self) -> bool {
        self.tag.is_none()
            && self.camera.is_none()
            && self.area.is_none()
            && self.favourite.is_none()
            && self.status.is_none()
    }
}

schemas! {
    CameraFilter {"type": "string", "minLength": 1, "maxLength": CameraFilter::LENGTH}
    Area {"type": "string", "pattern": "^-?[0-9.]+,-?[0-9.]+,-?[0-9.]+,-?[0-9.]+$"}
    Flag {"type": "boolean"}
}

/// A camera: its model, or its maker and model, as photos have them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct CameraFilter(String);

impl CameraFilter {
    /// The most names of models that a filter stands for.
    pub const MODELS: usize = 4;
    /// The most characters: a maker's and a model's, and a space.
    pub const LENGTH: usize = 201;

    /// The name as it was asked for.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the names that the model alone may have: the whole, or what follows a maker of one,
    /// two or three words.
    pub fn models(&self) -> [&str; Self::MODELS] {
        let mut models = [self.as_str(); Self::MODELS];
        let spaces = self.0.match_indices(' ').map(|(at, _)| &self.0[at + 1..]);
        for (model, rest) in models.iter_mut().skip(1).zip(spaces) {
            *model = rest;
        }
        models
    }
}

impl TryFrom<String> for CameraFilter {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text: String = text.trim().nfc().collect();
        let valid = (1..=Self::LENGTH).contains(&text.chars().count())
            && !text.chars().any(char::is_control);
        valid
            .then_some(Self(text))
            .ok_or_else(|| "must be the name of a camera, such as NIKON D750".to_owned())
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
        if self.west > self.east {
            [(self.west, 180.0), (-180.0, self.east)]
        } else {
            [(self.west, self.east); 2]
        }
    }
}

impl TryFrom<String> for Area {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wanted =
            || "must be west,south,east,north in degrees, such as 5.9,45.8,10.5,47.8".to_owned();
        let numbers: Result<Vec<f64>, _> = text
            .split(',')
            .map(|number| number.trim().parse())
            .collect();
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
        let camera = |text: &str| CameraFilter::try_from(text.to_owned()).expect("a camera");
        assert_eq!(camera("D750").models(), ["D750"; 4]);
        assert_eq!(
            camera("OM Digital OM-1").models(),
            ["OM Digital OM-1", "Digital OM-1", "OM-1", "OM Digital OM-1"]
        );
        assert!(CameraFilter::try_from(" ".to_owned()).is_err());
    }

    #[test]
    fn an_area_may_lie_across_the_antimeridian() {
        let area = |text: &str| Area::try_from(text.to_owned());
        assert_eq!(area("5.9,45.8,10.5,47.8").expect("an area").longitudes(), [(5.9, 10.5); 2]);
        assert_eq!(
            area("170, -20, -170, 0").expect("an area").longitudes(),
            [(170.0, 180.0), (-180.0, -170.0)]
        );
        for bad in [
            "",
            "1,2,3",
            "1,2,3,4,5",
            "x,0,0,0",
            "NaN,0,0,0",
            "181,0,0,0",
            "0,5,0,4",
            "0,-91,0,0",
            "inf,0,0,0",
        ] {
            assert!(area(bad).is_err(), "{bad}");
        }
    }
}
