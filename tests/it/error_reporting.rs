//! Errors on their way from the function that fails to Sentry, in whose place a server keeps what
//! it is sent.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header::LOCATION},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tests::{OwnSystem, System, system::until};
use tokio::net::TcpListener;

/// A request, as it came.
#[derive(Clone, Debug)]
struct Sent {
    path: String,
    auth: String,
    envelope: String,
}

impl Sent {
    /// The three lines of an envelope with one event: its header, the item's, the event.
    fn parts(&self) -> [Value; 3] {
        let lines: Vec<_> = self.envelope.lines().collect();
        assert_eq!(lines.len(), 3, "{}", self.envelope);
        let parts =
            [0, 1, 2].map(|number| serde_json::from_str::<Value>(lines[number]).expect("JSON"));
        assert_eq!(parts[1], json!({"type": "event", "length": lines[2].len()}));
        parts
    }

    fn event(&self) -> Value {
        let [header, _, event] = self.parts();
        let plain = |id: &Value| id.as_str().expect("an id").replace('-', "");
        assert_eq!(plain(&header["event_id"]), plain(&event["event_id"]));
        event
    }
}

/// The path to which one that has moved sends its callers.
const ELSEWHERE: &str = "/elsewhere";

#[derive(Default)]
struct Seen {
    busy: bool,
    moved: bool,
    taken: Vec<Sent>,
    refused: Vec<Sent>,
}

#[derive(Clone, Default)]
struct Sentry(Arc<Mutex<Seen>>);

impl Sentry {
    /// Starts it; its DSN.
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let app = Router::new().fallback(take).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        format!("http://c0ffee@{address}/42")
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().expect("what was seen")
    }

    /// The events that it has taken of this function.
    fn events_of(&self, function: &str) -> Vec<Value> {
        let events = self
            .seen()
            .taken
            .iter()
            .map(Sent::event)
            .collect::<Vec<_>>();
        events
            .into_iter()
            .filter(|event| event["tags"]["function"] == function)
            .collect()
    }
}

async fn take(
    State(sentry): State<Sentry>,
    uri: Uri,
    headers: HeaderMap,
    envelope: String,
) -> Response {
    let auth = headers["x-sentry-auth"].to_str().expect("text").to_owned();
    let sent = Sent { path: uri.path().to_owned(), auth, envelope };
    let mut seen = sentry.seen();
    if seen.busy {
        seen.refused.push(sent);
        return StatusCode::TOO_MANY_REQUESTS.into_response();
    }
    if seen.moved && sent.path != ELSEWHERE {
        return (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, ELSEWHERE)]).into_response();
    }
    seen.taken.push(sent);
    StatusCode::OK.into_response()
}

/// Calls a function, which fails.
async fn fails(system: &System, function: &str, event: &Value) {
    let url = format!("{}/2015-03-31/functions/{function}/invocations", system.lambda);
    let answer = reqwest::Client::new()
        .post(url)
        .json(event)
        .send()
        .await
        .expect("an answer");
    assert!(
        answer.headers().contains_key("x-amz-function-error"),
        "{function} did not fail: {:?}",
        answer.text().await
    );
}

fn ids(sent: &[Sent]) -> BTreeSet<String> {
    sent.iter()
        .map(|sent| sent.event()["event_id"].as_str().expect("an id").to_owned())
        .collect()
}

#[tokio::test]
async fn errors_reach_sentry_once_and_those_of_their_reporter_do_not() {
    let sentry = Sentry::default();
    let own = OwnSystem::start(&[&format!("SentryDsn={}", sentry.start().await)]).await;
    let system = own.system();
    let patience = Duration::from_secs(20);

    // Any function will do: this one is asked something that CloudFormation does not ask.
    fails(&system, "Migrate", &json!({"secret": "s3cr3t"})).await;
    let first = || async { sentry.events_of("Migrate").into_iter().next() };
    let event = until("Sentry has the error", patience, first).await;
    let message = event["message"].as_str().expect("a message");
    assert!(
        message.starts_with("failed: ") && message.contains("not a question of CloudFormation's"),
        "{message}"
    );
    assert_eq!(
        (&event["environment"], &event["tags"]["stage"]),
        (&json!("albumen"), &json!("users-1"))
    );
    let sent = sentry.seen().taken[0].clone();
    assert_eq!(sent.path, "/api/42/envelope/");
    assert!(
        sent.auth
            .starts_with("Sentry sentry_key=c0ffee, sentry_version=7, "),
        "{}",
        sent.auth
    );
    assert!(!sent.envelope.contains("s3cr3t"), "{}", sent.envelope);

    // Two lines of an album's read come when Sentry takes none, and again when it does.
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events/report-errors.json");
    let sample: Value =
        serde_json::from_slice(&std::fs::read(sample).expect("the event")).expect("JSON");
    sentry.seen().busy = true;
    fails(&system, "ReportErrors", &sample).await;
    sentry.seen().busy = false;
    // Whoever answers in its place gets neither the events nor the key.
    sentry.seen().moved = true;
    fails(&system, "ReportErrors", &sample).await;
    sentry.seen().moved = false;
    assert!(
        sentry
            .seen()
            .taken
            .iter()
            .all(|sent| sent.path != ELSEWHERE)
    );
    let refused = ids(&sentry.seen().refused);
    assert!(!refused.is_empty() && refused.is_disjoint(&ids(&sentry.seen().taken)), "{refused:?}");
    assert_eq!(system.invoke("ReportErrors", &sample).await, json!({"sent": 2}));
    assert!(refused.is_subset(&ids(&sentry.seen().taken)), "the second time they have another id");

    // The reporter has written of its own error before another function does: nobody was told.
    fails(&system, "Migrate", &json!({})).await;
    let second = || async { sentry.events_of("Migrate").into_iter().nth(1) };
    until("Sentry has the next error", patience, second).await;
    assert_eq!(sentry.events_of("ReportErrors"), Vec::<Value>::new());
}
