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

/// When a function is called.
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
        let inner = |name: &str| {
            expression
                .strip_prefix(name)?
                .strip_prefix('(')?
                .strip_suffix(')')
        };
        let parsed = match (inner("rate"), inner("cron")) {
            (Some(rate), _) => self::rate(rate).map(Self::Rate),
            (_, Some(fields)) => cron(fields).map(|cron| Self::Cron(Box::new(cron))),
            _ => Err("begins neither with rate( nor with cron(".into()),
        };
        parsed.map_err(|what| format!("the schedule {expression} {what}"))
    }

    /// How long after `now` the next call is due; `None` when there is none.
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

fn rate(text: &str) -> Result<Duration, String> {
    let (value, unit) = text
        .trim()
        .split_once(' ')
        .ok_or("needs a value and a unit")?;
    let value: u64 = value
        .parse()
        .ok()
        .filter(|value| *value > 0)
        .ok_or("needs a whole number above 0")?;
    let seconds = match unit.trim().trim_end_matches('s') {
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        _ => return Err("counts neither minutes, hours nor days".into()),
    };
    // EventBridge insists on the grammar.
    if unit.ends_with('s') == (value == 1) {
        return Err(format!("must say {}", if value == 1 { "the singular" } else { "the plural" }));
    }
    Ok(Duration::from_secs(value * seconds))
}

/// Six fields: minutes, hours, day of month, month, day of week (1 is Sunday), year.
fn cron(fields: &str) -> Result<Cron, String> {
    let [minutes, hours, day, month, weekday, year] =
        fields.split_whitespace().collect::<Vec<_>>()[..]
    else {
        return Err("needs six fields".into());
    };
    if (day == "?") == (weekday == "?") {
        return Err("must have a ? either as day of month or as day of week".into());
    }
    let parser = CronParser::builder()
        .seconds(Seconds::Required)
        .year(Year::Required)
        .alternative_weekdays(true)
        .build();
    let fields = [(minutes, 59), (hours, 23), (day, 31), (month, 12), (weekday, 7), (year, 2199)];
    let pattern = fields
        .map(|(field, last)| plain_cron(field, last))
        .join(" ");
    parser
        .parse(&format!("0 {pattern}"))
        .map_err(|error| format!("cannot be read: {error}"))
}

/// `EventBridge`'s ways to write a field that the parser does not know: `?`, and `5/15` for every
/// 15 from 5 on.
fn plain_cron(field: &str, last: u16) -> String {
    let parts = field.split(',').map(|part| match part.split_once('/') {
        Some((start, step)) if start.parse::<u16>().is_ok() => format!("{start}-{last}/{step}"),
        _ => part.replace('?', "*"),
    });
    parts.collect::<Vec<_>>().join(",")
}

/// Calls the function at its times until `stop`.
pub async fn run(
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
        let event = input
            .clone()
            .unwrap_or_else(|| event(&function, OffsetDateTime::now_utc()));
        // The next one does not wait for this one, as on AWS.
        host.send(&function, Bytes::from(event.to_string()));
    }
}

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
        let event: EventBridgeEvent<Value> = serde_json::from_value(event).unwrap();
        assert_eq!(
            (event.source.as_str(), event.detail_type.as_str()),
            ("aws.events", "Scheduled Event")
        );
    }
}
