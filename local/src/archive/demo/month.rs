//! Months of UTC.

use std::fmt;

use time::{Date, OffsetDateTime, UtcOffset};

/// A month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CalendarMonth {
    year: i32,
    month: time::Month,
}

impl CalendarMonth {
    /// Returns the month that is on.
    pub fn now() -> Self {
        let today = OffsetDateTime::now_utc().date();
        Self { year: today.year(), month: today.month() }
    }

    /// Returns the newest `count` months behind a window of whole ones, oldest first.
    pub fn before(window: u16, count: u16) -> Vec<Self> {
        let mut month = Self::now();
        for _ in 0..window {
            month = month.previous();
        }
        let mut months = Vec::new();
        for _ in 0..count {
            month = month.previous();
            months.push(month);
        }
        months.reverse();
        months
    }

    /// Returns its number in the year, 1 to 12.
    pub fn number(self) -> usize {
        usize::from(u8::from(self.month))
    }

    fn previous(self) -> Self {
        let year = if self.month == time::Month::January { self.year - 1 } else { self.year };
        Self { year, month: self.month.previous() }
    }

    fn next(self) -> Self {
        let year = if self.month == time::Month::December { self.year + 1 } else { self.year };
        Self { year, month: self.month.next() }
    }

    /// Returns moments that are spread over it evenly, in microseconds since 1970; none that is
    /// still to come.
    pub fn moments(self, count: u32) -> impl Iterator<Item = i64> {
        let first = self.begin();
        let end = self
            .next()
            .begin()
            .min(microseconds(OffsetDateTime::now_utc()));
        let step = (end - first) / i64::from(count.max(1));
        (0..count).map(move |number| first + step * i64::from(number))
    }

    /// Returns its first moment, in microseconds since 1970.
    fn begin(self) -> i64 {
        // Every month has a first day.
        let first = Date::from_calendar_date(self.year, self.month, 1).unwrap_or(Date::MIN);
        microseconds(first.midnight().assume_offset(UtcOffset::UTC))
    }
}

fn microseconds(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1000).unwrap_or_default()
}

impl fmt::Display for CalendarMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.year, u8::from(self.month))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_behind_the_window_follow_each_other() {
        let months = CalendarMonth::before(3, 13);
        assert_eq!(months.len(), 13);
        assert!(months.windows(2).all(|pair| pair[0].next() == pair[1]));
        let newest = months[12];
        let current = newest.next().next().next().next();
        assert_eq!(
            current,
            CalendarMonth::now(),
            "three whole months stay behind the one that is on"
        );
    }

    #[test]
    fn moments_are_in_their_month() {
        let july = CalendarMonth { year: 2026, month: time::Month::July };
        let moments: Vec<_> = july.moments(1000).collect();
        assert_eq!(moments.len(), 1000);
        assert_eq!(moments[0], july.begin());
        assert!(moments.iter().all(|at| *at < july.next().begin()));
        assert_eq!(july.to_string(), "2026-07");
    }
}
