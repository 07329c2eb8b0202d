//! Arrivals: nothing is on its way any more.

use serde_json::Value;
use shared::domain::Original;

use super::Finding;
use crate::snapshot::{DeadLetter, Snapshot};

/// Nothing waits in an outbox. What was looked at are the rows whose changes went through one.
pub fn outboxes(snapshot: &Snapshot) -> Finding {
    let mut finding = Finding::new("outboxes are empty");
    finding.checked = (snapshot.rows.albums.len() + snapshot.rows.photos.len()) as u64;
    for (kind, aggregate, version) in &snapshot.rows.outbox {
        finding.check(false, || format!("{kind} {aggregate} waits in version {version}"));
    }
    finding
}

/// No message waits in a queue.
pub fn queues(snapshot: &Snapshot) -> Finding {
    let mut finding = Finding::new("queues are empty");
    for (queue, messages) in &snapshot.waiting {
        finding.check(*messages == 0, || format!("{queue} has {messages} messages"));
    }
    finding
}

/// No message was given up, but of photos that are ready or say themselves that they have failed:
/// whoever works on a photo may die three times.
pub fn dead_letters(snapshot: &Snapshot) -> Finding {
    let mut finding = Finding::new("no dead letters but of settled photos");
    finding.checked = snapshot.waiting.len() as u64;
    for letter in &snapshot.dead_letters {
        let is_settled = is_of_settled_photo(snapshot, letter);
        finding.check(is_settled, || format!("{}: {}", letter.queue, letter.body));
    }
    finding
}

/// Returns true if a message tells of an upload whose photo is ready or failed.
fn is_of_settled_photo(snapshot: &Snapshot, letter: &DeadLetter) -> bool {
    let body: Value = serde_json::from_str(&letter.body).unwrap_or_default();
    let key = body["Records"][0]["s3"]["object"]["key"].as_str();
    let Some(original) = key.and_then(Original::of_key) else { return false };
    match snapshot.photo(original.photo.uuid()) {
        Some(photo) => matches!(photo.status.as_str(), "ready" | "failed"),
        None => false,
    }
}
