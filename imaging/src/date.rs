//! Dates as cameras and programs write them: as EXIF wants it, as in ISO 8601, and in words.
//!
//! As much as can be told is taken: a day alone is its midnight, and what makes no sense in the
//! time is left out together with what follows it.

mod scanner;

use crate::TakenAt;
use scanner::Scanner;
use time::{Date, Duration, Month, PrimitiveDateTime, Time};

/// Reads a date that has at least a day: `2024:05:17 14:03:09`, with any separators or none, blanks
/// for zeros, a fraction and a zone; or words, as in `Fri, 17 May 2024 14:03:09 +0200`.
pub(crate) fn read(text: &str) -> Option<TakenAt> {
    in_numbers(text).or_else(|| in_words(text))
}

/// As [`read`]; of a year or a month alone, their first day.
pub(crate) fn read_partial(text: &str) -> Option<TakenAt> {
    read(text).or_else(|| first_day(text))
}

/// Reads a year or a month, and returns its first day.
fn first_day(text: &str) -> Option<TakenAt> {
    let mut scanner = Scanner::new(text.trim());
    let year = scanner.year()?;
    scanner.skip_separator();
    let month = scanner.number(2).unwrap_or(1).max(1);
    scanner.skip_separator();
    // A day that is there makes no sense, or it had been read before.
    let has_day = scanner.number(2).is_some_and(|day| day > 0);
    if has_day {
        return None;
    }
    Some(midnight(day(year, month, 1)?))
}

/// Reads the digits after the decimal point of the seconds.
pub(crate) fn nanoseconds(digits: &str) -> Option<u32> {
    let trimmed = digits.trim();
    let kept = trimmed.get(..trimmed.len().min(9))?;
    if kept.is_empty() || !kept.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{kept:0<9}").parse().ok()
}

/// The farthest zones to the west and to the east, in minutes.
const ZONES: std::ops::RangeInclusive<i16> = -12 * 60..=14 * 60;

/// Reads `+02:00`, `-0930`, `+02` or `Z`, also after `UTC` or `GMT`, as minutes east of UTC.
pub(crate) fn minutes_east(text: &str) -> Option<i16> {
    let trimmed = text.trim();
    let zone = without_utc(trimmed);
    let is_utc = trimmed.eq_ignore_ascii_case("z") || (zone.is_empty() && !trimmed.is_empty());
    if is_utc {
        return Some(0);
    }
    let mut scanner = Scanner::new(zone);
    let sign = match scanner.next()? {
        '+' => 1,
        '-' | '\u{2212}' => -1,
        _ => return None,
    };
    scanner.skip_blanks();
    let hours = scanner.number(2)?;
    let has_colon = scanner.skip(':');
    scanner.skip_blanks();
    let minutes = match scanner.rest().len() {
        0 if !has_colon => 0,
        1 if !has_colon => return None,
        _ => scanner.number(2).filter(|minutes| *minutes < 60)?,
    };
    // Seconds of zero may follow.
    if !matches!(scanner.rest(), "" | ":00") {
        return None;
    }
    let east = sign * i16::try_from(hours * 60 + minutes).ok()?;
    if ZONES.contains(&east) { Some(east) } else { None }
}

fn without_utc(text: &str) -> &str {
    for name in ["UTC", "GMT"] {
        if let Some(rest) = text.strip_prefix(name) {
            return rest;
        }
    }
    text
}

fn day(year: u16, month: u16, day: u16) -> Option<Date> {
    if year == 0 {
        return None;
    }
    let named_month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(i32::from(year), named_month, u8::try_from(day).ok()?).ok()
}

fn midnight(date: Date) -> TakenAt {
    TakenAt { local: PrimitiveDateTime::new(date, Time::MIDNIGHT), offset_minutes: None }
}

/// Reads a date that begins with its year, of four digits.
fn in_numbers(text: &str) -> Option<TakenAt> {
    let mut scanner = Scanner::new(text.trim());
    let year = scanner.year()?;
    scanner.skip_separator();
    let month = scanner.number(2)?;
    scanner.skip_separator();
    let date = day(year, month, scanner.number(2)?)?;
    // The zone of a day looks like a time that follows it.
    if let Some(zone) = minutes_east(scanner.rest()) {
        return Some(TakenAt { offset_minutes: Some(zone), ..midnight(date) });
    }
    scanner.skip_separator();
    Some(at_time(date, scanner))
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Words of a date that are looked at.
const MAX_WORDS: usize = 10;

/// Reads a date with the English name of its month, in whatever order: RFC 5322, `date`, `asctime`.
fn in_words(text: &str) -> Option<TakenAt> {
    let mut year = None;
    let mut month = None;
    let mut day_of_month = None;
    let mut other_words = String::new();
    let words = text.split([' ', ',']).filter(|word| !word.is_empty());
    for word in words.take(MAX_WORDS) {
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        let named_month = month_of(word);
        match word.len() {
            4 if is_number => year = year.or(word.parse().ok()),
            1 | 2 if is_number => day_of_month = day_of_month.or(word.parse().ok()),
            _ if named_month.is_some() => month = month.or(named_month),
            _ => other_words = format!("{other_words} {word}"),
        }
    }
    let date = day(year?, month?, day_of_month?)?;
    // The name of the day comes before the time.
    let clock = other_words.trim_start_matches(|c: char| !c.is_ascii_digit());
    Some(at_time(date, Scanner::new(clock)))
}

/// Returns the number of a month by its name, from 1.
fn month_of(word: &str) -> Option<u16> {
    let start = word.get(..3)?.to_ascii_lowercase();
    let index = MONTHS.iter().position(|name| *name == start)?;
    u16::try_from(index + 1).ok()
}

/// Returns the date at the time that comes next, or at midnight.
fn at_time(date: Date, mut scanner: Scanner<'_>) -> TakenAt {
    let start = midnight(date);
    let number = scanner.number(2);
    let separator = scanner.separator();
    let minute = scanner.number(2).filter(|minute| *minute < 60);
    let Some(clock_hour) = number.filter(|hour| *hour <= 24) else { return start };
    // Another separator begins the zone.
    let has_second = minute.is_some() && scanner.separator_is(separator);
    let second = if has_second { seconds(&mut scanner) } else { 0 };
    let fraction = scanner.fraction().and_then(nanoseconds).unwrap_or(0);
    let hour = hour_of_day(clock_hour, scanner.rest());
    let since_midnight = Duration::hours(hour.into())
        + Duration::minutes(minute.unwrap_or(0).into())
        + Duration::seconds(second.into())
        + Duration::nanoseconds(fraction.into());
    let zone = scanner.rest().split_whitespace().find_map(minutes_east);
    TakenAt {
        local: start
            .local
            .checked_add(since_midnight)
            .unwrap_or(start.local),
        offset_minutes: zone,
    }
}

/// Reads seconds; a leap second is the one before, and what is more than that is none.
fn seconds(scanner: &mut Scanner<'_>) -> u16 {
    match scanner.number(2) {
        Some(second @ 0..=60) => second.min(59),
        _ => 0,
    }
}

/// Returns the hour of a clock that counts to 24, or to 12 where `rest` says which half of the day
/// it is.
fn hour_of_day(hour: u16, rest: &str) -> u16 {
    let letters = rest.chars().filter(char::is_ascii_alphabetic);
    let half: String = letters.take(2).collect();
    match half.to_ascii_uppercase().as_str() {
        "AM" if hour == 12 => 0,
        "PM" if hour < 12 => hour + 12,
        _ => hour,
    }
}

#[cfg(test)]
mod tests;
