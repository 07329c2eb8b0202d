use std::collections::HashMap;

use aws_lambda_events::cloudwatch_logs::LogData;
use sentry_types::protocol::v7::Level;

use super::*;

const STREAM: &str = "2026/11/22/albumen-GetAlbum-1X2Y3Z[7]0f3c5a";

fn source() -> LogSource {
    let own = "albumen-ReportErrors-4A5B6C".to_owned();
    LogSource { own, stack: "albumen".to_owned(), stage: "users-1".to_owned() }
}

fn logs(stream: &str, lines: &[Value]) -> LogData {
    let line = |(number, line): (usize, &Value)| json!({"id": format!("3904{number}"), "timestamp": 1_795_339_800_123_i64, "message": line.to_string()});
    let data = json!({
        "messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": "albumen-Logs", "logStream": stream,
        "subscriptionFilters": ["errors"], "logEvents": lines.iter().enumerate().map(line).collect::<Vec<_>>(),
    });
    serde_json::from_value(data).expect("lines as CloudWatch sends them")
}

fn events(lines: &[Value]) -> Vec<Event<'static>> {
    source().events(&logs(STREAM, lines))
}

fn failed(error: &str) -> Value {
    json!({
        "timestamp": "2026-11-22T09:30:00.123Z", "level": "ERROR", "message": "failed", "error": error,
        "target": "shared::http::dispatch",
        "span": {"name": "request", "request_id": "Kx1=", "route": "GET /v1/albums/{album}"},
    })
}

fn ended(kind: &str, status: &str, error: Option<&str>) -> Value {
    let metrics = json!({"durationMs": 5000.0, "memorySizeMB": 256, "maxMemoryUsedMB": 31});
    let mut record = json!({"requestId": "0f8fad5b", "status": status, "metrics": metrics});
    if let Some(error) = error {
        record["errorType"] = error.into();
    }
    json!({"time": "2026-11-22T09:30:05.000Z", "type": kind, "record": record})
}

#[test]
fn a_line_becomes_an_event_with_its_request_function_and_stage() {
    let events = events(&[failed("hot did not answer: timed out")]);
    let [event] = &events[..] else { panic!("{events:?}") };
    assert_eq!(event.message.as_deref(), Some("failed: hot did not answer: timed out"));
    assert_eq!(
        (event.level, event.logger.as_deref()),
        (Level::Error, Some("shared::http::dispatch"))
    );
    assert_eq!(event.transaction.as_deref(), Some("GET /v1/albums/{album}"));
    let tags = [("function", "GetAlbum"), ("request_id", "Kx1="), ("stage", "users-1")];
    assert_eq!(
        event.tags,
        tags.map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    );
    assert_eq!(event.environment.as_deref(), Some("albumen"));
    assert_eq!(event.release.as_deref(), Some(concat!("albumen@", env!("CARGO_PKG_VERSION"))));
    let since = event
        .timestamp
        .duration_since(std::time::SystemTime::UNIX_EPOCH)
        .expect("a time");
    assert_eq!(since.as_millis(), 1_795_339_800_123);
}

#[test]
fn nothing_is_sent_that_its_line_does_not_have() {
    let mut line = failed("hot did not answer");
    line["attempt"] = 3.into();
    let sent = serde_json::to_value(&events(&[line])[0]).expect("JSON");
    let mut names: Vec<_> = sent
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    let known = [
        "environment",
        "event_id",
        "extra",
        "fingerprint",
        "logger",
        "message",
        "release",
        "tags",
        "timestamp",
    ];
    assert_eq!(names, [&known[..], &["transaction"]].concat());
    assert_eq!(
        sent["extra"],
        json!({"attempt": 3, "error": "hot did not answer", "log_stream": STREAM})
    );
}

#[test]
fn the_same_line_has_the_same_id_and_every_other_one_another() {
    let twice = [failed("a"), failed("a")];
    let (first, second) = (events(&twice), events(&twice));
    assert_eq!(first[0].event_id, second[0].event_id);
    assert_ne!(first[0].event_id, first[1].event_id);
    let elsewhere = source().events(&logs(&STREAM.replace("0f3c5a", "0f3c5b"), &twice));
    assert_ne!(first[0].event_id, elsewhere[0].event_id);
}

#[test]
fn one_cause_is_one_issue_whatever_the_function_and_the_values() {
    let group = |stream: &str, error: &str| {
        source().events(&logs(stream, &[failed(error)]))[0]
            .fingerprint
            .clone()
    };
    let other = STREAM.replace("GetAlbum", "GetPhoto");
    let first = group(STREAM, "library did not answer: 10.20.3.4:3306 is gone after 31 ms");
    assert_eq!(first, group(&other, "library did not answer: 10.20.9.9:3306 is gone after 2 ms"));
    assert_ne!(first, group(STREAM, "library did not answer: access denied"));
}

#[test]
fn a_panic_is_grouped_by_its_place() {
    let panic = |at: &str, what: &str| {
        let line = json!({"level": "ERROR", "message": "panicked", "target": "shared::telemetry", "panic": format!("panicked at {at}:\n{what}")});
        events(&[line])[0].fingerprint.clone()
    };
    assert_eq!(
        panic("albums/src/a.rs:12:5", "index 7"),
        panic("albums/src/a.rs:12:5", "no such key")
    );
    assert_ne!(panic("albums/src/a.rs:12:5", "index 7"), panic("albums/src/a.rs:19:5", "index 7"));
}

#[test]
fn a_process_that_was_ended_is_told_by_the_platform() {
    let timed_out = ended("platform.report", "timeout", None);
    let killed = ended("platform.report", "error", Some("Runtime.OutOfMemory"));
    let not_begun = ended("platform.initReport", "error", Some("Runtime.ExitError"));
    let events = events(&[timed_out, killed, not_begun]);
    let told: Vec<_> = events
        .iter()
        .map(|event| (event.level, event.message.as_deref().unwrap_or_default()))
        .collect();
    let expected = ["timeout", "Runtime.OutOfMemory", "Runtime.ExitError"];
    assert_eq!(told.len(), expected.len());
    for (told, why) in told.iter().zip(expected) {
        assert_eq!(*told, (Level::Fatal, &*format!("GetAlbum was ended: {why}")));
    }
    assert_eq!(events[0].tags["request_id"], "0f8fad5b");
    assert_eq!(events[0].extra["metrics"]["maxMemoryUsedMB"], 31);
}

#[test]
fn what_is_no_error_or_was_told_already_is_left_out() {
    let lines = [
        json!({"level": "INFO", "message": "refused", "error": "no such album"}),
        json!({"Route": "GET /v1/albums/{album}", "Fault": 1, "status": 500}),
        ended("platform.report", "success", None),
        ended("platform.start", "error", None),
        // A function that answered with an error has written a line about it.
        ended("platform.report", "error", Some("alloc::boxed::Box<dyn core::error::Error>")),
        json!("ERROR"),
    ];
    assert_eq!(events(&lines), []);
    let mut plain = logs(STREAM, &[failed("x")]);
    plain.log_events[0].message = "thread 'main' panicked: ERROR".to_owned();
    assert_eq!(source().events(&plain), []);
}

#[test]
fn lines_of_its_own_are_never_reported() {
    let own = STREAM.replace("albumen-GetAlbum-1X2Y3Z", "albumen-ReportErrors-4A5B6C");
    let lines = [failed("Sentry did not answer"), ended("platform.report", "timeout", None)];
    assert_eq!(source().events(&logs(&own, &lines)), []);
    assert_eq!(events(&lines).len(), 2, "others' are");
}

#[test]
fn the_sample_event_is_unpacked() {
    let file =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/report-errors.json"));
    let event: Value = serde_json::from_slice(&file.expect("the event")).expect("JSON");
    let event = LogsEvent::deserialize(&event).expect("lines of CloudWatch Logs");
    let messages: Vec<_> = source()
        .events(&event.aws_logs.data)
        .into_iter()
        .filter_map(|event| event.message)
        .collect();
    assert_eq!(messages, ["failed: hot did not answer: timed out", "GetAlbum was ended: timeout"]);
    let mut control = event.aws_logs.data;
    control.message_type = "CONTROL_MESSAGE".to_owned();
    assert_eq!(source().events(&control), []);
}

#[test]
fn a_dsn_that_is_none_is_not_shown() {
    let names = ["SENTRY_DSN", "AWS_LAMBDA_FUNCTION_NAME", "STACK", "STAGE"];
    let sdk = shared::env::SdkConfig::builder().build();
    let connected = |dsn: &str| {
        let variables: HashMap<_, _> = names.map(|name| (name.to_owned(), dsn.to_owned())).into();
        ReportErrors::connect(&Env::with(sdk.clone(), variables))
    };
    assert!(connected("https://c0ffee@o1.ingest.sentry.io/42").is_ok());
    for dsn in ["https://o1.ingest.sentry.io/42", "c0ffee", "https://c0ffee@o1.ingest.sentry.io"] {
        let error = connected(dsn)
            .err()
            .map(|error| error.chain())
            .expect("an error");
        assert!(error.contains("SENTRY_DSN is no DSN") && !error.contains("c0ffee"), "{error}");
    }
}
