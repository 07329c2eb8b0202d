//! From when to when: the ends of a time that is looked for.

use serde::Deserialize;
use time::{Date, OffsetDateTime, macros::format_description};

use super::{LocalTime, Moment, TimeOffset, schema::schemas};
use crate::error::{Error, Result};

schemas! {
    Since {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
    Until {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
}

/// The first moment that is wanted: a moment, or a day, from its midnight on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Since(End);

/// The last moment that is wanted: a moment, or a day, all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Until(End);

/// An end of a period. A day is held as its midnight, or its last microsecond, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Day(Moment),
    Moment(Moment),
}

impl End {
    fn utc(self) -> Moment {
        match self {
            Self::Day(moment) | Self::Moment(moment) => moment,
        }
    }
}

/// The time between the two, if they are in order, days being those of UTC.
///
/// # Errors
/// [`Error::Invalid`] when they are not.
pub fn period(from: Option<Since>, to: Option<Until>) -> Result<(Option<Moment>, Option<Moment>)> {
    let (from, to) = (from.map(|from| from.0.utc()), to.map(|to| to.0.utc()));
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(Error::field("from", "must not be later than `to`"));
    }
    Ok((from, to))
}

/// The period in which wanted photos were taken, by the clock of the place and by the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenWithin {
    /// The first that the clock of the place may have shown.
    pub from_local: LocalTime,
    /// The last.
    pub to_local: LocalTime,
    /// The first moment.
    pub from: Moment,
    /// The last.
    pub to: Moment,
}

impl Default for TakenWithin {
    /// Whenever.
    fn default() -> Self {
        Self {
            from_local: LocalTime::FIRST,
            to_local: LocalTime::LAST,
            from: Moment::FIRST,
            to: Moment::LAST,
        }
    }
}

impl TakenWithin {
    /// Between the two, if they are in order. A day is one of the place where a photo was taken; a
    /// moment is the same everywhere, and what clocks may show at it is as far around it as
    /// clocks are from UTC.
    ///
    /// # Errors
    /// [`Error::Invalid`] when they are not.
    pub fn between(from: Option<Since>, to: Option<Until>) -> Result<Self> {
        let mut taken = Self::default();
        match from.map(|from| from.0) {
            Some(End::Day(midnight)) => taken.from_local = LocalTime::of(midnight, None),
            Some(End::Moment(moment)) => {
                taken.from = moment;
                taken.from_local = LocalTime::of(moment, Some(-TimeOffset::MOST));
            }
            None => {}
        }
        match to.map(|to| to.0) {
            Some(End::Day(last)) => taken.to_local = LocalTime::of(last, None),
            Some(End::Moment(moment)) => {
                taken.to = moment;
                taken.to_local = LocalTime::of(moment, Some(TimeOffset::MOST));
            }
            None => {}
        }
        if taken.from > taken.to || taken.from_local > taken.to_local {
            return Err(Error::field("from", "must not be later than `to`"));
        }
        Ok(taken)
    }
}

impl TryFrom<String> for Since {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match midnight(&text) {
            Some(midnight) => Ok(Self(End::Day(midnight))),
            None => moment(text).map(End::Moment).map(Self),
        }
    }
}

impl TryFrom<String> for Until {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match midnight(&text) {
            Some(midnight) => {
                let next = midnight.plus(24 * 60 * 60);
                Ok(Self(End::Day(Moment::from_micros(next.micros() - 1))))
            }
            None => moment(text).map(End::Moment).map(Self),
        }
    }
}

fn midnight(day: &str) -> Option<Moment> {
    let date = Date::parse(day, format_description!("[year]-[month]-[day]")).ok()?;
    let midnight: OffsetDateTime = date.midnight().assume_utc();
    (1000..=9998)
        .contains(&date.year())
        .then(|| Moment::from(midnight))
}

fn moment(text: String) -> Result<Moment, String> {
    let wanted = "must be a date, such as 2026-07-14, or a date and time of RFC 3339, such as 2026-07-14T09:30:00Z";
    Moment::try_from(text).map_err(|_| wanted.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(text: &str) -> Result<Since, String> {
        Since::try_from(text.to_owned())
    }

    fn until(text: &str) -> Result<Until, String> {
        Until::try_from(text.to_owned())
    }

    #[test]
    fn a_day_is_wanted_from_its_first_moment_to_its_last() {
        let day = "2026-07-14";
        let (from, to) = period(since(day).ok(), until(day).ok()).expect("a day");
        assert_eq!(from.expect("a midnight").to_string(), "2026-07-14T00:00:00.000000Z");
        assert_eq!(to.expect("an end").to_string(), "2026-07-14T23:59:59.999999Z");
        for bad in ["", "2026-02-30", "yesterday", "2026-07", "0000-01-01", "2026-07-14T09:30"] {
            assert!(since(bad).is_err() && until(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_ends_before_it_begins_is_refused() {
        for (from, to) in [
            ("2026-07-15", "2026-07-14"),
            ("2026-07-14T09:30:00.000001Z", "2026-07-14T09:30:00Z"),
            ("2026-07-14T10:00:00+02:00", "2026-07-14T07:59:59Z"),
            ("2026-07-16", "2026-07-14T09:30:00Z"),
        ] {
            let taken = TakenWithin::between(since(from).ok(), until(to).ok());
            assert!(taken.is_err(), "{from} {to}");
        }
    }

    #[test]
    fn a_day_is_the_place_s_and_a_moment_is_everywhere_s() {
        let taken = TakenWithin::between(since("2026-01-01").ok(), until("2026-01-01").ok())
            .expect("a day");
        assert_eq!((taken.from, taken.to), (Moment::FIRST, Moment::LAST));
        assert_eq!(taken.from_local.to_string(), "2026-01-01T00:00:00.000000");
        assert_eq!(taken.to_local.to_string(), "2026-01-01T23:59:59.999999");

        let noon = "2026-01-01T12:00:00+02:00";
        let taken = TakenWithin::between(since(noon).ok(), until(noon).ok()).expect("a moment");
        assert_eq!(
            (taken.from.to_string(), taken.to),
            ("2026-01-01T10:00:00.000000Z".to_owned(), taken.from)
        );
        for minutes in [-TimeOffset::MOST, 0, TimeOffset::MOST] {
            let local = LocalTime::of(taken.from, Some(minutes));
            assert!(taken.from_local <= local && local <= taken.to_local, "{minutes}");
        }
    }
}
