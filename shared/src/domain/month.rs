//! Months: the buckets of the timeline.

use std::{fmt, str::FromStr};

use time::{Date, OffsetDateTime};

use super::Moment;

/// A month, `2026-07`: of UTC, or of the clock that a [`LocalTime`](super::LocalTime) is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    year: i32,
    month: time::Month,
}

impl Month {
    /// The month of this moment.
    pub fn of(moment: Moment) -> Self {
        let date = moment.utc().date();
        Self { year: date.year(), month: date.month() }
    }

    /// The month after it.
    #[must_use]
    pub fn next(self) -> Self {
        let year = if self.month == time::Month::December { self.year + 1 } else { self.year };
        Self { year, month: self.month.next() }
    }

    /// The month before it.
    #[must_use]
    pub fn previous(self) -> Self {
        let year = if self.month == time::Month::January { self.year - 1 } else { self.year };
        Self { year, month: self.month.previous() }
    }

    /// `p202607`: the name of its partition.
    pub fn partition(self) -> String {
        format!("p{:04}{:02}", self.year, u8::from(self.month))
    }

    /// The month of a partition with this name.
    pub fn of_partition(name: &str) -> Option<Self> {
        let digits = name
            .strip_prefix('p')
            .filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        format!("{}-{}", &digits[..4], &digits[4..]).parse().ok()
    }

    /// Its year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// Its first moment.
    pub fn begins(self) -> Moment {
        let first = Date::from_calendar_date(self.year, self.month, 1);
        Moment::from(first.map_or(OffsetDateTime::UNIX_EPOCH, |day| day.midnight().assume_utc()))
    }

    /// Its last moment, to the microsecond.
    pub fn ends(self) -> Moment {
        Moment::from_micros(self.next().begins().micros() - 1)
    }
}

/// A month that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a month")]
pub struct NotAMonth;

impl FromStr for Month {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let digits = text.len() == 7
            && text
                .bytes()
                .enumerate()
                .all(|(i, b)| i == 4 || b.is_ascii_digit());
        let (year, month) = text.split_once('-').filter(|_| digits).ok_or(NotAMonth)?;
        let (year, month) =
            (year.parse().map_err(|_| NotAMonth)?, month.parse::<u8>().map_err(|_| NotAMonth)?);
        let month = time::Month::try_from(month).map_err(|_| NotAMonth)?;
        // The years that moments have.
        (1000..=9998)
            .contains(&year)
            .then_some(Self { year, month })
            .ok_or(NotAMonth)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, u8::from(self.month))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_all_its_moments() {
        let month = |text: &str| text.parse::<Month>().expect("a month");
        assert_eq!(month("2026-12").begins().to_string(), "2026-12-01T00:00:00.000000Z");
        assert_eq!(month("2026-12").ends().to_string(), "2026-12-31T23:59:59.999999Z");
        assert_eq!(month("2024-02").ends().to_string(), "2024-02-29T23:59:59.999999Z");
        assert_eq!(month("9998-12").to_string(), "9998-12");
        assert_eq!(Month::of(month("2026-12").ends()), month("2026-12"));
        assert_eq!(
            (month("2026-12").next(), month("2027-01").previous()),
            (month("2027-01"), month("2026-12"))
        );
    }

    #[test]
    fn a_partition_bears_the_name_of_its_month() {
        let month = "2026-07".parse::<Month>().expect("a month");
        assert_eq!(month.partition(), "p202607");
        assert_eq!(Month::of_partition("p202607"), Some(month));
        for other in ["later", "p2026", "p202613", "202607", "p2026071"] {
            assert_eq!(Month::of_partition(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_no_month_is_refused() {
        for bad in [
            "",
            "2026",
            "2026-7",
            "2026-13",
            "2026-00",
            "0000-01",
            "0999-12",
            "9999-01",
            "2026-07-01",
            "+026-07",
        ] {
            assert_eq!(bad.parse::<Month>(), Err(NotAMonth), "{bad}");
        }
    }
}
