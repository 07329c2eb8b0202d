//! Makes events of lines of the log.
//!
//! An event has what stands in its line, and no more. What a line may hold is decided where it is
//! written: [`shared::telemetry`].

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use aws_lambda_events::cloudwatch_logs::{LogData, LogEntry};
use sentry_types::protocol::v7::{Event, Level, Map};
use serde_json::{Map as Fields, Value};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// Reports of the platform that say how something ended.
const REPORTS: [&str; 2] = ["platform.report", "platform.initReport"];

/// The statuses of a function that did not end well.
const BAD: [&str; 3] = ["error", "failure", "timeout"];

/// The facts that are the same for every event.
pub(super) struct LogSource {
    /// The name of the function that reports.
    pub own: String,
    /// The stack's name, Sentry's environment.
    pub stack: String,
    /// The size of the stack.
    pub stage: String,
}

/// The content of a line.
struct Told {
    level: Level,
    message: String,
    logger: String,
    /// The route or the worker.
    place: Option<String>,
    /// The request, or the message.
    request: Option<String>,
    /// Lines with the same are one issue.
    fingerprint: Vec<String>,
    /// Everything else that the line has.
    fields: Fields<String, Value>,
}

impl LogSource {
    /// An event for each line that is about an error, but for those of the function that reports.
    pub(super) fn events(&self, logs: &LogData) -> Vec<Event<'static>> {
        let name = writer(&logs.log_stream);
        // Control messages ask whether somebody is there.
        if logs.message_type != "DATA_MESSAGE" || name == Some(&self.own) {
            return Vec::new();
        }
        let function = name.map_or("unknown", |name| self.logical(name));
        logs.log_events
            .iter()
            .filter_map(|entry| self.event(logs, entry, function))
            .collect()
    }

    fn event(&self, logs: &LogData, entry: &LogEntry, function: &str) -> Option<Event<'static>> {
        let Ok(Value::Object(line)) = serde_json::from_str(&entry.message) else { return None };
        let told = if line.get("level").is_some_and(|level| level == "ERROR") {
            by_function(line)
        } else {
            by_platform(line, function)?
        };
        let milliseconds = u64::try_from(entry.timestamp).unwrap_or_default();
        let mut tags: Map<_, _> = [("function", function), ("stage", &self.stage)]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
        tags.extend(
            told.request
                .map(|request| ("request_id".to_owned(), request)),
        );
        let mut extra: Map<_, _> = told.fields.into_iter().collect();
        extra.insert("log_stream".to_owned(), logs.log_stream.clone().into());
        Some(Event {
            event_id: id(logs, entry),
            level: told.level,
            fingerprint: told.fingerprint.into_iter().map(Cow::Owned).collect(),
            transaction: Some(told.place.unwrap_or_else(|| function.to_owned())),
            message: Some(told.message),
            logger: Some(told.logger),
            timestamp: SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds),
            release: Some(concat!("albumen@", env!("CARGO_PKG_VERSION")).into()),
            environment: Some(self.stack.clone().into()),
            tags,
            extra,
            ..Event::default()
        })
    }

    /// `albumen-GetAlbum-1X2Y3Z` → `GetAlbum`: the same in every stack.
    fn logical<'a>(&self, name: &'a str) -> &'a str {
        let rest = name
            .strip_prefix(&*self.stack)
            .and_then(|rest| rest.strip_prefix('-'));
        rest.and_then(|rest| rest.split('-').next()).unwrap_or(name)
    }
}

/// The function that writes a stream of a group of several:
/// `2026/11/22/albumen-GetAlbum-1X2Y3Z[$LATEST]0f3c…`.
fn writer(stream: &str) -> Option<&str> {
    stream.split('/').nth(3)?.split('[').next()
}

/// An id made of the line's place in the log: the same again, when it comes again.
fn id(logs: &LogData, entry: &LogEntry) -> Uuid {
    let place = [&logs.owner, &logs.log_group, &logs.log_stream, &entry.id]
        .map(String::as_str)
        .join("\n");
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(place)[..16]);
    Builder::from_random_bytes(bytes).into_uuid()
}

/// A line of ours; see [`shared::telemetry::start`].
fn by_function(mut line: Fields<String, Value>) -> Told {
    let message = text(line.remove("message")).unwrap_or_default();
    let logger = text(line.remove("target")).unwrap_or_default();
    // The level is the event's, and CloudWatch has noted the time.
    line.remove("level");
    line.remove("timestamp");
    let mut span = match line.remove("span") {
        Some(Value::Object(span)) => span,
        _ => Fields::new(),
    };
    let mut of_span = |names: [&str; 2]| names.into_iter().find_map(|name| text(span.remove(name)));
    let (place, request) = (of_span(["route", "worker"]), of_span(["request_id", "message_id"]));
    let field = |name: &str| line.get(name).and_then(Value::as_str);
    // Where it panicked says more than with which words.
    let panic = field("panic").map(|panic| panic.lines().next().unwrap_or_default().to_owned());
    let group = panic
        .or_else(|| field("error").map(without_values))
        .unwrap_or_default();
    let cause = field("panic").or_else(|| field("error"));
    let title = cause.map_or_else(|| message.clone(), |cause| format!("{message}: {cause}"));
    // Not by function: one store that fails is one issue, and not one for each route.
    let fingerprint = vec![logger.clone(), message, group];
    Told { level: Level::Error, message: title, logger, place, request, fingerprint, fields: line }
}

/// A line of Lambda's own, in the form of its
/// [telemetry](https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html): a
/// time-out, a process that ended, no memory left.
fn by_platform(mut line: Fields<String, Value>, function: &str) -> Option<Told> {
    let logger = text(line.remove("type")).filter(|kind| REPORTS.contains(&kind.as_str()))?;
    let Some(Value::Object(mut record)) = line.remove("record") else { return None };
    let status =
        text(record.get("status").cloned()).filter(|status| BAD.contains(&status.as_str()))?;
    let kind = text(record.get("errorType").cloned()).unwrap_or(status);
    // The name of a type of Rust's: a function that answered with an error, and told it in a line
    // of its own.
    if kind.contains("::") {
        return None;
    }
    let request = text(record.remove("requestId"));
    let fingerprint = ["platform", function, &kind].map(str::to_owned).to_vec();
    let message = format!("{function} was ended: {kind}");
    Some(Told {
        level: Level::Fatal,
        message,
        logger,
        place: None,
        request,
        fingerprint,
        fields: record,
    })
}

fn text(value: Option<Value>) -> Option<String> {
    match value {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

/// An error's words without ids, addresses and numbers, which differ each time.
fn without_values(error: &str) -> String {
    let word = |word| if str::contains(word, |c: char| c.is_ascii_digit()) { "*" } else { word };
    error
        .split_whitespace()
        .map(word)
        .collect::<Vec<_>>()
        .join(" ")
}
