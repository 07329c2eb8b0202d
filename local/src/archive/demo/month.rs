//! Months of UTC.

use std::fmt;

use time::{Date, OffsetDateTime, UtcOffset};

/// A month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    year: i32,
    month: time::Month,
}

impl Month {
    /// The one that is on.
    pub fn now() -> Self {
        let today = OffsetDateTime::now_utc().date();
        Self { year: today.year(), month: today.month() }
    }

    /// The newest months behind a window of so many whole ones, oldest first.
    pub fn before(window: u16, count: u16) -> Vec<Self> {
        let newest = (0..=window).fold(Self::now(), |month, _| month.previous());
        let backwards = std::iter::successors(Some(newest), |month| Some(month.previous()));
        let mut months: Vec<_> = backwards.take(count.into()).collect();
        months.reverse();
        months
    }

    /// 1 to 12.
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

    /// So many moments in it, evenly, in microseconds since 1970; none that is still to come.
    pub fn moments(self, count: u32) -> impl Iterator<Item = i64> {
        let (from, to) =
            (self.begins(), self.next().begins().min(micros(OffsetDateTime::now_utc())));
        let step = (to - from) / i64::from(count.max(1));
        (0..count).map(move |number| from + step * i64::from(number))
    }

    fn begins(self) -> i64 {
        // Every month has a first day.
        let first = Date::from_calendar_date(self.year, self.month, 1).unwrap_or(Date::MIN);
        micros(first.midnight().assume_offset(UtcOffset::UTC))
    }
}

fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1000).unwrap_or_default()
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.year, u8::from(self.month))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_behind_the_window_follow_each_other() {
        let months = Month::before(3, 13);
        assert_eq!(months.len(), 13);
        assert!(months.windows(2).all(|pair| pair[0].next() == pair[1]));
        let newest = (0..4).fold(months[12], |month, _| month.next());
        assert_eq!(newest, Month::now(), "three whole months stay behind the one that is on");
    }

    #[test]
    fn moments_are_in_their_month() {
        let july = Month { year: 2026, month: time::Month::July };
        let moments: Vec<_> = july.moments(1000).collect();
        assert_eq!((moments.len(), moments[0]), (1000, july.begins()));
        assert!(moments.iter().all(|at| *at < july.next().begins()));
        assert_eq!(july.to_string(), "2026-07");
    }
}
