//! The state of a local system at one moment, as it tells: `GET /metrics`.

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;

/// The longest wait for an answer: it is late under load, and the next interval is not far.
const LIMIT: Duration = Duration::from_secs(5);

/// Work that waits, and resources that are used.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Metrics {
    /// The queues, by name.
    pub queues: BTreeMap<String, Queue>,
    /// The functions that have work, by the names of their binaries.
    pub functions: BTreeMap<String, Environments>,
    /// The tables.
    pub tables: Tables,
    /// The database, if it answers.
    pub database: Option<Database>,
}

/// A queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub struct Queue {
    /// Its messages, those that are being worked on among them.
    pub messages: u32,
    /// The age of the oldest of them.
    pub oldest_seconds: f64,
    /// True for a queue that takes what others have given up.
    pub holds_dead_letters: bool,
}

/// The environments of a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Environments {
    /// Those that are at work.
    pub at_work: u32,
    /// Calls that wait for one.
    pub waiting: u32,
}

/// The units of tables since the system's start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub struct Tables {
    /// Units of reading.
    pub units_read: f64,
    /// Units of writing.
    pub units_written: f64,
}

/// The database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Database {
    /// Statements since its start.
    pub statements: u32,
    /// Connections.
    pub connections: u32,
    /// The most connections that it takes.
    pub most_connections: u32,
    /// Connections on which a statement runs.
    pub running: u32,
    /// Statements that wait for a row's lock.
    pub waiting_for_locks: u32,
}

impl Metrics {
    /// Returns the messages that are to be worked on: those that were given up are not.
    pub fn waiting(&self) -> u32 {
        let mut waiting = 0;
        for queue in self.queues.values() {
            if !queue.holds_dead_letters {
                waiting += queue.messages;
            }
        }
        waiting
    }
}

/// Asks a local system.
#[derive(Clone)]
pub struct MetricsReader {
    http: reqwest::Client,
    url: String,
}

impl MetricsReader {
    /// Makes a reader of the system whose Lambda API has this origin.
    pub fn new(http: reqwest::Client, lambda: &str) -> Self {
        Self { http, url: format!("{lambda}/metrics") }
    }

    /// Returns what the system says now; `None` if it does not answer in time.
    pub async fn read(&self) -> Option<Metrics> {
        let request = self.http.get(&self.url).timeout(LIMIT);
        let answer = request.send().await.ok()?.error_for_status().ok()?;
        answer.json().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_given_up_does_not_wait() {
        let queue = |messages: u32, holds_dead_letters: bool| {
            json!({
                "messages": messages,
                "oldest_seconds": 1.5,
                "holds_dead_letters": holds_dead_letters,
            })
        };
        let metrics: Metrics = serde_json::from_value(json!({
            "queues": {"uploads": queue(3, false), "uploads-dead": queue(7, true)},
            "functions": {"get-album": {"limit": 8, "at_work": 2, "waiting": 1}},
            "tables": {"units_read": 4.5, "units_written": 1.0},
            "database": null,
        }))
        .expect("metrics");
        assert_eq!(metrics.waiting(), 3);
        assert_eq!(metrics.functions["get-album"].waiting, 1);
    }
}
