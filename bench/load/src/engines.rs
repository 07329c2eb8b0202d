//! The engines of a local system over a run: queues, the hot table, the database, environments.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;

use crate::metrics::{Database, Metrics, MetricsReader};

/// The engines over time: a number for each interval.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EngineFigures {
    /// The queues that had messages, by name.
    pub queues: BTreeMap<String, QueueFigures>,
    /// Environments at work and calls that wait for one, by the function's binary.
    pub environments: BTreeMap<String, Vec<f64>>,
    /// Units of reading a second.
    pub units_read: Vec<f64>,
    /// Units of writing a second.
    pub units_written: Vec<f64>,
    /// Statements a second.
    pub statements: Vec<f64>,
    /// Connections of the database.
    pub connections: Vec<f64>,
    /// The most connections that it takes.
    pub most_connections: f64,
    /// Connections on which a statement ran.
    pub running: Vec<f64>,
    /// Statements that waited for a row's lock.
    pub waiting_for_locks: Vec<f64>,
}

/// A queue over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QueueFigures {
    /// Messages.
    pub messages: Vec<f64>,
    /// The age of the oldest in seconds.
    pub oldest_seconds: Vec<f64>,
}

/// Readings while a run goes on.
pub struct EngineSampler(JoinHandle<Vec<Metrics>>);

impl EngineSampler {
    /// Starts to read at the beginning of what is measured and at the end of each interval.
    pub fn start(
        reader: MetricsReader,
        begin: Instant,
        interval: Duration,
        intervals: usize,
    ) -> Self {
        Self(tokio::spawn(async move {
            let mut readings: Vec<Metrics> = Vec::new();
            let mut next = begin;
            for _ in 0..=intervals {
                tokio::time::sleep_until(next.into()).await;
                // What does not answer in time stays as it was.
                let last = readings.last().cloned().unwrap_or_default();
                readings.push(reader.read().await.unwrap_or(last));
                next += interval;
            }
            readings
        }))
    }

    /// Returns the figures, once there is one for each interval; `None` for a system that says
    /// nothing of itself.
    pub async fn end(self, interval: Duration) -> Option<EngineFigures> {
        let readings = self.0.await.unwrap_or_default();
        let has_any = readings
            .iter()
            .any(|metrics| *metrics != Metrics::default());
        has_any.then(|| figures(&readings, interval.as_secs_f64()))
    }
}

/// Returns the figures of readings, the first of which is of the beginning.
fn figures(readings: &[Metrics], interval: f64) -> EngineFigures {
    let mut figures = EngineFigures {
        queues: queues(readings),
        environments: environments(readings),
        ..EngineFigures::default()
    };
    for pair in readings.windows(2) {
        let [before, after] = pair else { continue };
        let a_second = |before: f64, after: f64| ((after - before) / interval).max(0.0);
        let [first, last] = [before.tables, after.tables];
        figures
            .units_read
            .push(a_second(first.units_read, last.units_read));
        figures
            .units_written
            .push(a_second(first.units_written, last.units_written));
        let first = before.database.unwrap_or_default();
        let last = after.database.unwrap_or(first);
        figures
            .statements
            .push(a_second(first.statements.into(), last.statements.into()));
        note_database(&mut figures, last);
    }
    figures
}

fn note_database(figures: &mut EngineFigures, database: Database) {
    figures.connections.push(database.connections.into());
    figures.running.push(database.running.into());
    figures
        .waiting_for_locks
        .push(database.waiting_for_locks.into());
    figures.most_connections = figures
        .most_connections
        .max(database.most_connections.into());
}

/// Returns the queues that ever had a message.
fn queues(readings: &[Metrics]) -> BTreeMap<String, QueueFigures> {
    let mut names = BTreeSet::new();
    for metrics in readings {
        for (name, queue) in &metrics.queues {
            if queue.messages > 0 && !queue.holds_dead_letters {
                names.insert(name.clone());
            }
        }
    }
    let mut queues = BTreeMap::new();
    for name in names {
        let mut figures = QueueFigures::default();
        for metrics in readings.iter().skip(1) {
            let queue = metrics.queues.get(&name).copied().unwrap_or_default();
            figures.messages.push(queue.messages.into());
            figures.oldest_seconds.push(queue.oldest_seconds);
        }
        queues.insert(name, figures);
    }
    queues
}

fn environments(readings: &[Metrics]) -> BTreeMap<String, Vec<f64>> {
    let mut names = BTreeSet::new();
    for metrics in readings {
        names.extend(metrics.functions.keys().cloned());
    }
    let mut environments = BTreeMap::new();
    for name in names {
        let mut busy = Vec::new();
        for metrics in readings.iter().skip(1) {
            let counts = metrics.functions.get(&name).copied().unwrap_or_default();
            busy.push(f64::from(counts.at_work + counts.waiting));
        }
        environments.insert(name, busy);
    }
    environments
}

/// Returns the average of values, 0 of none.
pub fn average(values: &[f64]) -> f64 {
    let count = f64::from(u32::try_from(values.len()).unwrap_or(u32::MAX));
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / count }
}

/// Returns the highest of values, 0 of none.
pub fn highest(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::metrics::{Environments, Queue, Tables};

    fn reading(messages: u32, units: f64, statements: u32) -> Metrics {
        let queue = |messages| Queue { messages, oldest_seconds: 2.0, ..Queue::default() };
        let environments = Environments { at_work: 2, waiting: 3 };
        Metrics {
            queues: [("idle".to_owned(), queue(0)), ("uploads".to_owned(), queue(messages))].into(),
            functions: [("get-album".to_owned(), environments)].into(),
            tables: Tables { units_read: units, units_written: 0.0 },
            database: Some(Database {
                statements,
                connections: 9,
                most_connections: 151,
                ..Database::default()
            }),
        }
    }

    /// Returns the figures of two intervals.
    pub fn some() -> EngineFigures {
        let readings = [reading(0, 10.0, 100), reading(4, 30.0, 160), reading(0, 30.0, 160)];
        figures(&readings, 2.0)
    }

    #[test]
    fn counts_become_rates_and_queues_without_messages_are_left_out() {
        let figures = some();
        assert_eq!(figures.units_read, [10.0, 0.0]);
        assert_eq!(figures.statements, [30.0, 0.0]);
        assert_eq!(figures.queues.keys().collect::<Vec<_>>(), ["uploads"]);
        assert_eq!(figures.queues["uploads"].messages, [4.0, 0.0]);
        assert_eq!(figures.environments["get-album"], [5.0, 5.0]);
        assert!((figures.most_connections - 151.0).abs() < 1e-9);
    }

    #[test]
    fn a_database_that_does_not_answer_has_done_nothing_new() {
        let mut silent = reading(0, 0.0, 0);
        silent.database = None;
        let figures = figures(&[reading(0, 0.0, 50), silent], 1.0);
        assert_eq!(figures.statements, [0.0]);
    }

    #[test]
    fn of_nothing_there_is_no_average() {
        assert!(average(&[]).abs() < 1e-9 && highest(&[]).abs() < 1e-9);
        assert!((average(&[1.0, 4.0]) - 2.5).abs() < 1e-9);
    }
}
