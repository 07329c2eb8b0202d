//! Moments: when something happened.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::{
    OffsetDateTime, PrimitiveDateTime, format_description::well_known::Rfc3339, macros::datetime,
};

use super::schema::schemas;

/// The refusal of a text that is no moment.
pub(super) const NOT_RFC_3339: &str =
    "must be a date and time of RFC 3339, such as 2026-07-14T09:30:00Z";
/// The refusal of a moment that the API does not know.
pub(super) const NO_SUCH_YEAR: &str = "must be in the years 1000 to 9998";

/// A moment, RFC 3339 in the API, kept in UTC to the microsecond (what the database holds).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
#[expect(
    clippy::unsafe_derive_deserialize,
    reason = "`datetime!` checks its constants when it is compiled"
)]
pub struct Moment(OffsetDateTime);

impl Moment {
    /// The first moment that the API knows.
    pub const FIRST: Self = Self(datetime!(1000-01-01 00:00 UTC));
    /// The last one.
    pub const LAST: Self = Self(datetime!(9998-12-31 23:59:59.999999 UTC));

    /// Now.
    pub fn now() -> Self {
        Self::from(OffsetDateTime::now_utc())
    }

    /// The moment as a date and time in UTC, for `DATETIME` columns. It is not an `OffsetDateTime`:
    /// that is sent as a `TIMESTAMP`, which nothing before 1970 or after 2038 compares with.
    pub fn utc(self) -> PrimitiveDateTime {
        PrimitiveDateTime::new(self.0.date(), self.0.time())
    }

    /// `2026-07-14 09:30:00.000000`: the moment as SQL writes it, six decimals always.
    pub fn sql(self) -> String {
        let text = self.to_string();
        text.trim_end_matches('Z').replacen('T', " ", 1)
    }

    /// The moment that SQL writes so; `None` for other text.
    pub fn of_sql(text: &str) -> Option<Self> {
        Self::try_from(format!("{}Z", text.replacen(' ', "T", 1))).ok()
    }

    /// Seconds since 1970.
    pub fn epoch(self) -> i64 {
        self.0.unix_timestamp()
    }

    /// Microseconds since 1970, as the databases hold it.
    pub fn micros(self) -> i64 {
        i64::try_from(self.0.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX)
    }

    /// The moment this many microseconds after 1970 began.
    pub fn from_micros(micros: i64) -> Self {
        let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000);
        Self(moment.unwrap_or(OffsetDateTime::UNIX_EPOCH))
    }

    /// The moment so many seconds later.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(time::Duration::seconds(seconds)))
    }
}

impl From<OffsetDateTime> for Moment {
    fn from(moment: OffsetDateTime) -> Self {
        let utc = moment.to_offset(time::UtcOffset::UTC);
        Self(
            utc.replace_nanosecond(utc.microsecond() * 1_000)
                .unwrap_or(utc),
        )
    }
}

impl TryFrom<String> for Moment {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let said = OffsetDateTime::parse(&text, &Rfc3339).map_err(|_| NOT_RFC_3339)?;
        // The offset may be what leads out of the years that `OffsetDateTime` holds.
        let utc = said
            .checked_to_offset(time::UtcOffset::UTC)
            .ok_or(NO_SUCH_YEAR)?;
        let moment = Self::from(utc);
        // Years of four digits from 1000 on, so that moments sort as their text does.
        if (Self::FIRST..=Self::LAST).contains(&moment) {
            Ok(moment)
        } else {
            Err(NO_SUCH_YEAR.to_owned())
        }
    }
}

impl fmt::Display for Moment {
    /// Always six decimals, so that moments sort as their text does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (d, t) = (self.0.date(), self.0.time());
        let (year, month, day) = (d.year(), u8::from(d.month()), d.day());
        let (hour, minute, second, micro) = t.as_hms_micro();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}Z")
    }
}

schemas! {
    Moment {"type": "string", "format": "date-time"}
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_years_are_those_of_utc() {
        let moment =
            |text: &str| Moment::try_from(text.to_owned()).map(|moment| moment.to_string());
        for text in
            ["1000-01-01T00:00:00+00:01", "9998-12-31T23:59:59-00:01", "0999-06-01T00:00:00Z"]
        {
            assert_eq!(moment(text), Err(NO_SUCH_YEAR.to_owned()), "{text}");
        }
        assert_eq!(
            moment("0999-12-31T23:59:00-00:01").as_deref(),
            Ok("1000-01-01T00:00:00.000000Z")
        );
    }

    proptest! {
        #[test]
        fn moments_sort_as_their_text_does(a in 0i64..4_000_000_000_000_000, b in 0i64..4_000_000_000_000_000) {
            let (x, y) = (Moment::from_micros(a), Moment::from_micros(b));
            prop_assert_eq!(x.cmp(&y), x.to_string().cmp(&y.to_string()));
            prop_assert_eq!(Moment::try_from(x.to_string()), Ok(x));
            prop_assert_eq!(Moment::of_sql(&x.sql()), Some(x));
            prop_assert_eq!(x.micros(), a);
        }
    }
}
