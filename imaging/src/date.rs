//! Dates as cameras and programs write them: as EXIF wants it, as in ISO 8601, and in words.
//!
//! As much as can be told is taken: a day alone is its midnight, and what makes no sense in the
//! time is left out together with what follows it.

use crate::TakenAt;
use time::{Date, Duration, Month, PrimitiveDateTime, Time};

/// Characters between two numbers of a date or a time, with blanks around them.
const SEPARATORS: &[char] = &[':', '-', '/', '.', ',', '_', 'T', 't'];

/// Reads a date that has at least a day: `2024:05:17 14:03:09`, with any separators or none, blanks
/// for zeros, a fraction and a zone; or words, as in `Fri, 17 May 2024 14:03:09 +0200`.
pub(crate) fn read(text: &str) -> Option<TakenAt> {
    in_numbers(text).or_else(|| in_words(text))
}

/// As [`read`]; of a year or a month alone, their first day.
pub(crate) fn read_partial(text: &str) -> Option<TakenAt> {
    read(text).or_else(|| {
        let mut scanner = Scanner { rest: text.trim() };
        let year = scanner.year()?;
        scanner.skip_separator();
        let month = scanner.number(2).unwrap_or(1).max(1);
        scanner.skip_separator();
        // A day that is there makes no sense, or it had been read before.
        let is_without_day = scanner.number(2).is_none_or(|day| day == 0);
        let first = day(year, month, 1).filter(|_| is_without_day)?;
        Some(TakenAt { local: PrimitiveDateTime::new(first, Time::MIDNIGHT), offset_minutes: None })
    })
}

/// The digits after the decimal point of the seconds.
pub(crate) fn nanoseconds(digits: &str) -> Option<u32> {
    let digits = digits.trim();
    let digits = digits.get(..digits.len().min(9))?;
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| format!("{digits:0<9}").parse().ok())?
}

/// `+02:00`, `-0930`, `+02` or `Z`, also after `UTC` or `GMT`; zones reach from −12 to +14 hours.
pub(crate) fn minutes_east(text: &str) -> Option<i16> {
    let text = text.trim();
    let after_name = ["UTC", "GMT"]
        .iter()
        .find_map(|name| text.strip_prefix(name));
    if text == "Z" || text == "z" || after_name == Some("") {
        return Some(0);
    }
    let mut scanner = Scanner { rest: after_name.unwrap_or(text) };
    let sign = match scanner.next()? {
        '+' => 1,
        '-' | '\u{2212}' => -1,
        _ => return None,
    };
    scanner.skip_blanks();
    let hours = scanner.number(2)?;
    let has_colon = scanner.skip(':');
    scanner.skip_blanks();
    let minutes = match scanner.rest.len() {
        0 if !has_colon => 0,
        1 if !has_colon => return None,
        _ => scanner.number(2).filter(|minutes| *minutes < 60)?,
    };
    let is_over = matches!(scanner.rest, "" | ":00");
    let east = sign * i16::try_from(hours * 60 + minutes).ok()?;
    (is_over && (-12 * 60..=14 * 60).contains(&east)).then_some(east)
}

fn day(year: u16, month: u16, day: u16) -> Option<Date> {
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?)
        .ok()
        .filter(|_| year > 0)
}

/// A date that begins with its year, of four digits.
fn in_numbers(text: &str) -> Option<TakenAt> {
    let mut scanner = Scanner { rest: text.trim() };
    let year = scanner.year()?;
    scanner.skip_separator();
    let month = scanner.number(2)?;
    scanner.skip_separator();
    let date = day(year, month, scanner.number(2)?)?;
    // The zone of a day looks like a time that follows it.
    let zone = minutes_east(scanner.rest);
    if zone.is_some() {
        return Some(TakenAt {
            local: PrimitiveDateTime::new(date, Time::MIDNIGHT),
            offset_minutes: zone,
        });
    }
    scanner.skip_separator();
    Some(at_time(date, scanner))
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A date with the English name of its month, in whatever order: RFC 5322, `date`, `asctime`.
fn in_words(text: &str) -> Option<TakenAt> {
    let (mut year, mut month, mut day_of_month, mut clock) = (None, None, None, String::new());
    for word in text
        .split([' ', ','])
        .filter(|word| !word.is_empty())
        .take(10)
    {
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        let start = word.get(..3).unwrap_or_default().to_ascii_lowercase();
        let named = MONTHS.iter().position(|name| *name == start);
        match word.len() {
            4 if is_number => year = year.or(word.parse().ok()),
            1 | 2 if is_number => day_of_month = day_of_month.or(word.parse().ok()),
            _ if named.is_some() => month = month.or(named),
            _ => clock = format!("{clock} {word}"),
        }
    }
    let date = day(year?, u16::try_from(month?).ok()? + 1, day_of_month?)?;
    // The name of the day comes before the time.
    let clock = clock.trim_start_matches(|c: char| !c.is_ascii_digit());
    Some(at_time(date, Scanner { rest: clock }))
}

/// The date at the time that comes next, or at midnight.
fn at_time(date: Date, mut scanner: Scanner<'_>) -> TakenAt {
    let midnight = PrimitiveDateTime::new(date, Time::MIDNIGHT);
    let hour = scanner.number(2);
    let separator = scanner.separator();
    let minute = scanner.number(2).filter(|minute| *minute < 60);
    let Some(hour) = hour.filter(|hour| *hour <= 24) else {
        return TakenAt { local: midnight, offset_minutes: None };
    };
    // Another separator begins the zone.
    let has_second = minute.is_some() && scanner.separator_is(separator);
    let second = if has_second { scanner.number(2) } else { None };
    let second = second
        .filter(|second| *second <= 60)
        .map_or(0, |second| second.min(59));
    let fraction = scanner.fraction().and_then(nanoseconds).unwrap_or(0);
    let hour = hour_of_day(hour, scanner.rest);
    let since_midnight =
        Duration::seconds(i64::from(hour) * 3600 + i64::from(minute.unwrap_or(0)) * 60)
            + Duration::seconds(second.into())
            + Duration::nanoseconds(fraction.into());
    let zone = scanner.rest.split_whitespace().find_map(minutes_east);
    TakenAt {
        local: midnight.checked_add(since_midnight).unwrap_or(midnight),
        offset_minutes: zone,
    }
}

/// The hour of a clock that counts to 24, or to 12 where `rest` says which half of the day it is.
fn hour_of_day(hour: u16, rest: &str) -> u16 {
    let half: String = rest
        .chars()
        .filter(char::is_ascii_alphabetic)
        .take(2)
        .collect();
    match half.to_ascii_uppercase().as_str() {
        "AM" if hour == 12 => 0,
        "PM" if hour < 12 => hour + 12,
        _ => hour,
    }
}

/// Reads from the front.
#[derive(Clone, Copy)]
struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next()?;
        self.rest = characters.as_str();
        Some(next)
    }

    fn skip(&mut self, wanted: char) -> bool {
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// A number of at most so many digits.
    fn number(&mut self, most: usize) -> Option<u16> {
        let count = self
            .rest
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        let (digits, rest) = self.rest.split_at_checked(count)?;
        let number = digits.parse().ok()?;
        self.rest = rest;
        Some(number)
    }

    /// A number of four digits.
    fn year(&mut self) -> Option<u16> {
        let before = self.rest.len();
        self.number(4).filter(|_| before - self.rest.len() == 4)
    }

    /// The separator that comes next, if one does, with the blanks around it.
    fn separator(&mut self) -> Option<char> {
        self.skip_blanks();
        let found = self.rest.chars().next().filter(|c| SEPARATORS.contains(c));
        self.rest = found.map_or(self.rest, |c| &self.rest[c.len_utf8()..]);
        self.skip_blanks();
        found
    }

    fn skip_separator(&mut self) {
        self.separator();
    }

    /// Returns whether this separator comes next, and passes over it. None is between digits.
    fn separator_is(&mut self, wanted: Option<char>) -> bool {
        let mut ahead = *self;
        let is_next =
            ahead.separator() == wanted && ahead.rest.starts_with(|c: char| c.is_ascii_digit());
        if is_next {
            *self = ahead;
        }
        is_next
    }

    /// The digits after a decimal point.
    fn fraction(&mut self) -> Option<&'a str> {
        let rest = self.rest.strip_prefix(['.', ','])?;
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        self.rest = &rest[end..];
        Some(&rest[..end])
    }
}

#[cfg(test)]
mod tests;
