//! Schedules → function: `rate(…)` and `cron(…)` in `EventBridge`'s words, in UTC.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html>

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use super::iso_time;
use crate::{
    host::Host,
    template::{ACCOUNT, REGION},
};

/// The times at which a function is called.
#[derive(Clone, Debug)]
pub enum Schedule {
    /// Again and again after this time.
    Rate(Duration),
    /// At the times of a cron expression.
    Cron(Box<Cron>),
}

impl Schedule {
    /// Reads an expression.
    ///
    /// # Errors
    /// A sentence on what is wrong with it.
    pub fn parse(expression: &str) -> Result<Self, String> {
        let parsed = if let Some(rate) = in_parentheses(expression, "rate") {
            parse_rate(rate).map(Self::Rate)
        } else if let Some(fields) = in_parentheses(expression, "cron") {
            parse_cron(fields).map(|cron| Self::Cron(Box::new(cron)))
        } else {
            Err("begins neither with rate( nor with cron(".to_owned())
        };
        parsed.map_err(|what| format!("the schedule {expression} {what}"))
    }

    /// Returns the time from `now` until the next call; `None` when there is none.
    fn delay(&self, now: OffsetDateTime) -> Option<Duration> {
        match self {
            Self::Rate(period) => Some(*period),
            Self::Cron(cron) => {
                let now: DateTime<Utc> =
                    DateTime::from_timestamp(now.unix_timestamp(), now.nanosecond())?;
                let next = cron.find_next_occurrence(&now, false).ok()?;
                (next - now).to_std().ok()
            }
        }
    }
}

/// Returns the inner text of `name(inner)`.
fn in_parentheses<'a>(expression: &'a str, name: &str) -> Option<&'a str> {
    expression
        .strip_prefix(name)?
        .strip_prefix('(')?
        .strip_suffix(')')
}

fn parse_rate(text: &str) -> Result<Duration, String> {
    let Some((value, unit)) = text.trim().split_once(' ') else {
        return Err("needs a value and a unit".to_owned());
    };
    let count = value.parse::<u64>().unwrap_or(0);
    if count == 0 {
        return Err("needs a whole number above 0".to_owned());
    }
    let seconds = match unit.trim().trim_end_matches('s') {
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        _ => return Err("counts neither minutes, hours nor days".to_owned()),
    };
    // EventBridge insists on the grammar.
    let is_plural = unit.ends_with('s');
    if count == 1 && is_plural {
        return Err("must say the singular".to_owned());
    }
    if count > 1 && !is_plural {
        return Err("must say the plural".to_owned());
    }
    Ok(Duration::from_secs(count * seconds))
}

/// Reads six fields: minutes, hours, day of month, month, day of week (1 is Sunday), year.
fn parse_cron(fields: &str) -> Result<Cron, String> {
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let [minutes, hours, day, month, weekday, year] = fields[..] else {
        return Err("needs six fields".to_owned());
    };
    if (day == "?") == (weekday == "?") {
        return Err("must have a ? either as day of month or as day of week".to_owned());
    }
    let parser = CronParser::builder()
        .seconds(Seconds::Required)
        .year(Year::Required)
        .alternative_weekdays(true)
        .build();
    let pattern = [
        "0".to_owned(),
        plain_cron(minutes, 59),
        plain_cron(hours, 23),
        plain_cron(day, 31),
        plain_cron(month, 12),
        plain_cron(weekday, 7),
        plain_cron(year, 2199),
    ];
    parser
        .parse(&pattern.join(" "))
        .map_err(|error| format!("cannot be read: {error}"))
}

/// Rewrites `EventBridge`'s forms of a field that the parser does not know: `?`, and `5/15` for
/// every 15 from 5 on. `last` is the field's highest value.
fn plain_cron(field: &str, last: u16) -> String {
    let mut parts = Vec::new();
    for part in field.split(',') {
        parts.push(match part.split_once('/') {
            Some((start, step)) if start.parse::<u16>().is_ok() => {
                format!("{start}-{last}/{step}")
            }
            _ => part.replace('?', "*"),
        });
    }
    parts.join(",")
}

/// Calls the function at its times until `stop`.
pub async fn run_schedule(
    host: Host,
    function: String,
    schedule: Schedule,
    input: Option<Value>,
    stop: CancellationToken,
) {
    while let Some(delay) = schedule.delay(OffsetDateTime::now_utc()) {
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            () = stop.cancelled() => return,
        }
        let event = match &input {
            Some(input) => input.clone(),
            None => event(&function, OffsetDateTime::now_utc()),
        };
        // The next one does not wait for this one, as on AWS.
        host.send(&function, Bytes::from(event.to_string()));
    }
}

/// Makes `EventBridge`'s own event of a schedule.
fn event(function: &str, now: OffsetDateTime) -> Value {
    json!({
        "version": "0",
        "id": uuid::Uuid::new_v4().to_string(),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": iso_time(now),
        "region": REGION,
        "resources": [format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{function}")],
        "detail": {},
    })
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::eventbridge::EventBridgeEvent;
    use time::macros::datetime;

    use super::*;

    fn delay(expression: &str, now: OffsetDateTime) -> Duration {
        Schedule::parse(expression).unwrap().delay(now).unwrap()
    }

    #[test]
    fn rates() {
        let now = datetime!(2026-11-22 09:05:07 UTC);
        assert_eq!(delay("rate(1 minute)", now), Duration::from_mins(1));
        assert_eq!(delay("rate(5 hours)", now), Duration::from_hours(5));
        assert_eq!(delay("rate(2 days)", now), Duration::from_hours(48));
    }

    #[test]
    fn crons_are_eventbridges() {
        let sunday = datetime!(2026-11-22 09:05:07 UTC);
        assert_eq!(delay("cron(0/15 * * * ? *)", sunday), Duration::from_secs(9 * 60 + 53));
        assert_eq!(delay("cron(0 10 * * ? *)", sunday), Duration::from_secs(54 * 60 + 53));
        // The second day of the week is Monday.
        assert_eq!(delay("cron(5 9 ? * 2 *)", sunday), Duration::from_secs(86_400 - 7));
        assert_eq!(delay("cron(5 9 ? * MON-FRI *)", sunday), Duration::from_secs(86_400 - 7));
        assert_eq!(
            delay("cron(0 0 1 12 ? 2026)", sunday),
            Duration::from_secs(8 * 86_400 + 53_693)
        );
    }

    #[test]
    fn a_schedule_that_is_over_has_no_next_time() {
        let now = datetime!(2026-11-22 09:05:07 UTC);
        assert_eq!(Schedule::parse("cron(0 0 1 1 ? 2026)").unwrap().delay(now), None);
    }

    #[test]
    fn what_is_no_schedule_says_why() {
        for (expression, why) in [
            ("every minute", "neither with rate( nor"),
            ("rate(1 minutes)", "the singular"),
            ("rate(2 minute)", "the plural"),
            ("rate(0 minutes)", "above 0"),
            ("rate(1 year)", "neither minutes"),
            ("rate(minute)", "a value and a unit"),
            ("cron(0 10 * * *)", "six fields"),
            ("cron(0 10 * * * *)", "must have a ?"),
            ("cron(0 99 * * ? *)", "cannot be read"),
        ] {
            let error = Schedule::parse(expression).unwrap_err();
            assert!(error.contains(why) && error.contains(expression), "{error}");
        }
    }

    #[test]
    fn the_event_is_one_that_the_sdk_reads() {
        let event = event("albumen-RelayOutbox", datetime!(2026-11-22 09:05:07 UTC));
        let parsed: EventBridgeEvent<Value> = serde_json::from_value(event).unwrap();
        assert_eq!(
            (parsed.source.as_str(), parsed.detail_type.as_str()),
            ("aws.events", "Scheduled Event")
        );
    }
}
