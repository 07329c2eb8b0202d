//! Positions on Earth, and offsets of clocks from UTC.

use schemars::JsonSchema;
use serde::Deserialize;

/// A place in degrees of WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(try_from = "Degrees")]
pub struct Coordinates(Degrees);

#[derive(Clone, Copy, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Degrees {
    /// North is positive.
    #[schemars(range(min = -90, max = 90))]
    latitude: f64,
    /// East is positive.
    #[schemars(range(min = -180, max = 180))]
    longitude: f64,
}

impl Coordinates {
    /// North is positive.
    pub fn latitude(self) -> f64 {
        self.0.latitude
    }

    /// East is positive.
    pub fn longitude(self) -> f64 {
        self.0.longitude
    }
}

impl TryFrom<Degrees> for Coordinates {
    type Error = &'static str;

    fn try_from(degrees: Degrees) -> Result<Self, &'static str> {
        let on_earth = (-90.0..=90.0).contains(&degrees.latitude)
            && (-180.0..=180.0).contains(&degrees.longitude);
        on_earth
            .then_some(Self(degrees))
            .ok_or("must have a latitude of -90 to 90 and a longitude of -180 to 180 degrees")
    }
}

/// Minutes east of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "i64")]
pub struct TimeOffset(#[schemars(range(min = -960, max = 960))] i16);

impl TimeOffset {
    /// More than any clock's, in minutes: the most was Manila's, 15 hours and 56 minutes west until
    /// 1844.
    pub const MOST: i16 = 16 * 60;

    /// The number of minutes.
    pub fn minutes(self) -> i16 {
        self.0
    }
}

impl TryFrom<i64> for TimeOffset {
    type Error = String;

    fn try_from(minutes: i64) -> Result<Self, String> {
        let most = Self::MOST;
        let minutes = i16::try_from(minutes)
            .ok()
            .filter(|minutes| (-most..=most).contains(minutes));
        minutes
            .map(Self)
            .ok_or_else(|| format!("must be minutes east of UTC, from -{most} to {most}"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn places_off_the_earth_are_refused() {
        let place = |latitude: f64, longitude: f64| {
            serde_json::from_value::<Coordinates>(
                json!({"latitude": latitude, "longitude": longitude}),
            )
        };
        assert!(place(-90.0, 180.0).is_ok() && place(46.0, 9.25).is_ok());
        assert!(place(90.1, 0.0).is_err() && place(0.0, -180.5).is_err());
        assert!(serde_json::from_value::<Coordinates>(json!({"latitude": 1})).is_err());
    }

    #[test]
    fn offsets_that_no_clock_has_are_refused() {
        assert_eq!(TimeOffset::try_from(-720).map(TimeOffset::minutes), Ok(-720));
        assert!(TimeOffset::try_from(961).is_err() && TimeOffset::try_from(i64::MIN).is_err());
    }
}
