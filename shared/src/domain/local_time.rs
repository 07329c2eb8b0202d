//! Local times: what a clock on the wall shows.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;

use super::{Moment, Month};

/// The time that a clock shows, to the microsecond: that of the place where a photo was taken.
/// Photos are ordered by it and put into months, so that those taken one after the other stand
/// together, whatever their cameras know of zones.
///
/// It is held as the moment at which a clock of UTC shows the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct LocalTime(Moment);

impl LocalTime {
    /// The first local time that the API knows.
    pub const FIRST: Self = Self(Moment::FIRST);
    /// The last one.
    pub const LAST: Self = Self(Moment::LAST);

    /// Returns what a clock so many minutes east of UTC shows at this moment. Of a photo without a
    /// zone the moment is the camera's clock read as UTC, and so that clock again. In SQL the
    /// column `taken_local` says the same.
    pub fn of(moment: Moment, minutes_east: Option<i16>) -> Self {
        let minutes = i64::from(minutes_east.unwrap_or(0));
        Self(moment.plus(60 * minutes))
    }

    /// Returns whether its year is one that the API knows.
    pub fn is_known(self) -> bool {
        (Self::FIRST..=Self::LAST).contains(&self)
    }

    /// The date and time, for `DATETIME` columns.
    pub fn date_time(self) -> PrimitiveDateTime {
        self.0.utc()
    }

    /// The month that the clock is in.
    pub fn month(self) -> Month {
        Month::of(self.0)
    }

    /// Microseconds since 1970 began on that clock.
    pub fn micros(self) -> i64 {
        self.0.micros()
    }

    /// The local time this many microseconds after 1970 began on that clock.
    pub fn from_micros(micros: i64) -> Self {
        Self(Moment::from_micros(micros))
    }
}

impl fmt::Display for LocalTime {
    /// Always six decimals, so that local times sort as their text does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_string().trim_end_matches('Z'))
    }
}

impl TryFrom<String> for LocalTime {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        // What has a zone is none with another behind it.
        let moment = Moment::try_from(format!("{text}Z")).map_err(|_| "must be a local time")?;
        Ok(Self(moment))
    }
}

impl Serialize for LocalTime {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::try_from(text.to_owned()).expect("a moment")
    }

    #[test]
    fn a_clock_is_as_far_from_utc_as_it_says() {
        let local = |text: &str, minutes| LocalTime::of(moment(text), minutes).to_string();
        assert_eq!(local("2025-12-31T22:30:00Z", Some(120)), "2026-01-01T00:30:00.000000");
        assert_eq!(local("2026-01-01T04:30:00Z", Some(-300)), "2025-12-31T23:30:00.000000");
        assert_eq!(local("2026-01-01T00:30:00.5Z", None), "2026-01-01T00:30:00.500000");
    }

    #[test]
    fn a_year_that_the_api_does_not_know_is_told() {
        for (text, minutes) in [("1000-01-01T00:00:00Z", -1), ("9998-12-31T23:59:59Z", 1)] {
            assert!(LocalTime::of(moment(text), None).is_known(), "{text}");
            assert!(!LocalTime::of(moment(text), Some(minutes)).is_known(), "{text} {minutes}");
        }
    }

    #[test]
    fn what_has_a_zone_is_no_local_time() {
        for text in ["2026-01-01T00:30:00.000000Z", "2026-01-01T00:30:00+02:00", "2026-01-01", ""] {
            assert!(LocalTime::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn local_times_sort_as_their_text_does_and_are_read_back(
            a in -30_000_000_000_000_000i64..=200_000_000_000_000_000,
            b in -30_000_000_000_000_000i64..=200_000_000_000_000_000,
        ) {
            let (x, y) = (LocalTime::from_micros(a), LocalTime::from_micros(b));
            prop_assert_eq!(x.cmp(&y), x.to_string().cmp(&y.to_string()));
            prop_assert_eq!(LocalTime::try_from(x.to_string()), Ok(x));
            prop_assert_eq!((x.micros(), x.month().to_string()), (a, x.to_string()[..7].to_owned()));
        }

        #[test]
        fn a_month_is_the_one_that_the_digits_of_the_clock_say(
            micros in -30_000_000_000_000_000i64..=200_000_000_000_000_000, minutes in -960i16..=960,
        ) {
            let moment = Moment::from_micros(micros);
            let month = LocalTime::of(moment, Some(minutes)).month();
            let zone = time::UtcOffset::from_whole_seconds(i32::from(minutes) * 60).expect("a zone");
            let digits = moment.utc().assume_utc().to_offset(zone);
            prop_assert_eq!((month.year(), month.begins().utc().month()), (digits.year(), digits.month()));
        }
    }
}
