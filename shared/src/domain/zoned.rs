//! Moments with the zone that they were said in.

use serde::Deserialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{LocalTime, Moment, TimeOffset, moment, schema::schemas};

/// The refusal of an offset that no clock has.
const NO_ZONE: &str = "must have an offset of at most 16 hours";

/// The moment at which a photo was taken, as somebody says it: RFC 3339. An offset such as
/// `+02:00` is the zone of
/// the place. `Z` says nothing of the zone (RFC 9557, section 2): the time is what the clock there
/// showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ZonedMoment {
    /// The moment.
    pub moment: Moment,
    /// The zone, if it was said.
    pub offset: Option<TimeOffset>,
}

schemas! {
    ZonedMoment {"type": "string", "format": "date-time"}
}

impl TryFrom<String> for ZonedMoment {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let said = OffsetDateTime::parse(&text, &Rfc3339).map_err(|_| moment::NOT_RFC_3339)?;
        let unsaid = text.ends_with(['Z', 'z']) || text.ends_with("-00:00");
        let minutes = i64::from(said.offset().whole_minutes());
        let offset =
            if unsaid { None } else { Some(TimeOffset::try_from(minutes).map_err(|_| NO_ZONE)?) };
        let moment = Moment::try_from(text)?;
        if LocalTime::of(moment, offset.map(TimeOffset::minutes)).is_known() {
            Ok(Self { moment, offset })
        } else {
            Err(moment::NO_SUCH_YEAR.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zoned(text: &str) -> Result<(String, Option<i16>), String> {
        let said = ZonedMoment::try_from(text.to_owned())?;
        Ok((said.moment.to_string(), said.offset.map(TimeOffset::minutes)))
    }

    #[test]
    fn an_offset_is_the_zone_and_z_is_none() {
        for (text, moment, offset) in [
            ("2024-12-01T10:00:00+09:00", "2024-12-01T01:00:00.000000Z", Some(540)),
            ("2024-12-01T10:00:00-03:30", "2024-12-01T13:30:00.000000Z", Some(-210)),
            ("2024-12-01T10:00:00+00:00", "2024-12-01T10:00:00.000000Z", Some(0)),
            ("2024-12-01T10:00:00-00:00", "2024-12-01T10:00:00.000000Z", None),
            ("2024-12-01T10:00:00Z", "2024-12-01T10:00:00.000000Z", None),
            ("2024-12-01t10:00:00.123456789z", "2024-12-01T10:00:00.123456Z", None),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z", None),
        ] {
            assert_eq!(zoned(text), Ok((moment.to_owned(), offset)), "{text}");
        }
    }

    #[test]
    fn the_moment_and_the_clock_are_both_in_years_that_the_api_knows() {
        for text in [
            "0001-01-01T00:00:00Z",
            "0999-12-31T23:59:59Z",
            "9999-12-31T23:59:59Z",
            "1000-01-01T00:00:00+14:00",
            "0999-12-31T23:00:00-12:00",
            "9998-12-31T23:59:59-12:00",
            "9999-01-01T05:00:00+14:00",
            "9999-12-31T23:59:59-12:00",
            "0000-01-01T00:00:00+14:00",
        ] {
            assert_eq!(zoned(text), Err(moment::NO_SUCH_YEAR.to_owned()), "{text}");
        }
        for text in
            ["1000-01-01T00:00:00Z", "1000-01-01T00:00:00-12:00", "9998-12-31T23:59:59+14:00"]
        {
            assert!(zoned(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "yesterday",
            "2024-01-01",
            "2024-01-01T00:00:00",
            "2023-02-29T00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:00:00+16:01",
            "2024-01-01T00:00:00-23:59",
        ] {
            assert!(zoned(text).is_err(), "{text}");
        }
    }
}
