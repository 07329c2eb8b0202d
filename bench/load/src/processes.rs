//! Samples of the system's processes and of the machine, one for each interval of a run.

use std::{
    collections::BTreeMap,
    thread,
    time::{Duration, Instant},
};

use tokio::task::JoinHandle;

use crate::proc::{self, Process, Reading};

/// The samples of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    /// The machine's processors.
    pub processors: usize,
    /// One sample an interval.
    pub intervals: Vec<Sample>,
}

/// The use of one interval.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// Processors that were busy, of the whole machine.
    pub busy: f64,
    /// The part of the machine's memory that was not available at its end.
    pub memory: f64,
    /// The system's programs, by name.
    pub programs: BTreeMap<String, Usage>,
}

/// The use of all processes of one program.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Processes at the end of the interval.
    pub processes: usize,
    /// Processors that they kept busy.
    pub processors: f64,
    /// Bytes of memory at its end.
    pub memory: u64,
}

/// Samples while a run goes on.
pub struct Sampler(JoinHandle<Vec<Sample>>);

impl Sampler {
    /// Starts to sample the process of a system and all that it has started.
    pub fn start(system: u32, begin: Instant, interval: f64, intervals: usize) -> Self {
        Self(tokio::task::spawn_blocking(move || sample(system, begin, interval, intervals)))
    }

    /// Returns the samples, once there is one for each interval.
    pub async fn end(self) -> Samples {
        let intervals = self.0.await.unwrap_or_default();
        Samples { processors: proc::processors(), intervals }
    }
}

fn sample(system: u32, begin: Instant, interval: f64, intervals: usize) -> Vec<Sample> {
    let length = Duration::from_secs_f64(interval);
    let mut next = begin;
    sleep_until(next);
    let mut before = proc::read(system);
    let mut samples = Vec::new();
    for _ in 0..intervals {
        next += length;
        sleep_until(next);
        let after = proc::read(system);
        samples.push(between(&before, &after, interval * proc::ticks_per_second()));
        before = after;
    }
    samples
}

fn sleep_until(instant: Instant) {
    thread::sleep(instant.saturating_duration_since(Instant::now()));
}

/// Returns what was used between two readings; `ticks` are those of one processor meanwhile.
#[expect(clippy::cast_precision_loss, reason = "ticks of an interval")]
fn between(before: &Reading, after: &Reading, ticks: f64) -> Sample {
    let all = after.all.saturating_sub(before.all) as f64;
    let busy = after.busy.saturating_sub(before.busy) as f64;
    // By the machine's own count of ticks, whenever the readings really were.
    let processors = if ticks > 0.0 { (all / ticks).round() } else { 0.0 };
    let share = if all > 0.0 { busy / all } else { 0.0 };
    let mut programs: BTreeMap<String, Usage> = BTreeMap::new();
    for (pid, process) in &after.processes {
        let usage = programs.entry(process.name.clone()).or_default();
        usage.processes += 1;
        usage.memory += process.memory;
        if all > 0.0 {
            let used = ticks_since(before.processes.get(pid), process) as f64;
            usage.processors += used / all * processors;
        }
    }
    Sample { busy: share * processors, memory: after.memory, programs }
}

/// Returns the ticks that a process has used since it was read before. One that was not there, or
/// was another with the same id, has used all of its ticks since.
fn ticks_since(before: Option<&Process>, process: &Process) -> u64 {
    match before {
        Some(before) if before.name == process.name && before.ticks <= process.ticks => {
            process.ticks - before.ticks
        }
        _ => process.ticks,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(busy: u64, all: u64, processes: &[(u32, &str, u64)]) -> Reading {
        let mut reading = Reading { busy, all, memory: 0.5, ..Reading::default() };
        for (pid, name, ticks) in processes {
            let process = Process { name: (*name).to_owned(), ticks: *ticks, memory: 10 };
            reading.processes.insert(*pid, process);
        }
        reading
    }

    #[test]
    fn processes_of_a_program_are_counted_together() {
        let before = reading(100, 1000, &[(1, "get-album", 50), (2, "mariadbd", 10)]);
        let after =
            reading(250, 1200, &[(1, "get-album", 70), (3, "get-album", 30), (2, "mariadbd", 60)]);
        let sample = between(&before, &after, 100.0);
        assert!((sample.busy - 1.5).abs() < 1e-9, "{}", sample.busy);
        let albums = sample.programs["get-album"];
        assert_eq!((albums.processes, albums.memory), (2, 20));
        assert!((albums.processors - 0.5).abs() < 1e-9);
        assert!((sample.programs["mariadbd"].processors - 0.5).abs() < 1e-9);
    }

    #[test]
    fn another_process_with_an_old_id_has_used_all_of_its_ticks() {
        let process = |name: &str, ticks| Process { name: name.to_owned(), ticks, memory: 0 };
        assert_eq!(ticks_since(Some(&process("a", 9)), &process("a", 12)), 3);
        assert_eq!(ticks_since(Some(&process("a", 9)), &process("a", 2)), 2);
        assert_eq!(ticks_since(Some(&process("b", 1)), &process("a", 5)), 5);
        assert_eq!(ticks_since(None, &process("a", 5)), 5);
    }
}
