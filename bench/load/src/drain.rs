//! The time after the last arrival, until nothing of a run is left to be done.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio_util::task::TaskTracker;

use crate::{metrics::MetricsReader, proc};

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(250);
/// The looks in a row by which nothing may be left: a photo's row is written before the message that
/// follows from it.
const LOOKS: u32 = 4;
/// A megabyte.
const MB: f64 = 1024.0 * 1024.0;

/// The end of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drain {
    /// The seconds from the last arrival until all was answered, all photos were ready and all queues
    /// were empty; none if that was waited for in vain.
    pub seconds: Option<f64>,
    /// The messages that were left when it was given up.
    pub messages_left: u32,
    /// The seconds from a burst until the last of it had what they came for, if there was one.
    pub burst_seconds: Option<f64>,
    /// The memory of the system before the run, in megabytes: all its processes together.
    pub memory_before_mb: f64,
    /// The same once everything was done.
    pub memory_after_mb: f64,
}

/// The longest waits.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For what is under way.
    pub requests: Duration,
    /// After that, for the queues.
    pub queues: Duration,
}

/// Waits until nothing of a run is left. Returns the seconds from the last arrival, and the messages
/// that were left.
pub async fn wait(
    tasks: &TaskTracker,
    reader: &MetricsReader,
    last_arrival: Instant,
    limits: Limits,
) -> (Option<f64>, u32) {
    let mut last_busy = last_arrival;
    let mut quiet_looks = 0;
    let mut give_up = Instant::now() + limits.requests;
    let mut had_tasks = true;
    loop {
        // A system that does not answer is not one whose queues are empty.
        let waiting = reader.read().await.map(|metrics| metrics.waiting());
        if had_tasks && tasks.is_empty() {
            had_tasks = false;
            give_up = Instant::now() + limits.queues;
        }
        if had_tasks || waiting != Some(0) {
            last_busy = Instant::now();
            quiet_looks = 0;
        } else {
            quiet_looks += 1;
        }
        if quiet_looks >= LOOKS {
            return (Some((last_busy - last_arrival).as_secs_f64()), 0);
        }
        if Instant::now() > give_up {
            return (None, waiting.unwrap_or_default());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Returns the memory of a system's processes together, in megabytes, without the generator's.
#[expect(clippy::cast_precision_loss, reason = "bytes of a machine")]
pub fn memory_mb(system: u32) -> f64 {
    let reading = proc::read(system);
    let mut bytes = 0;
    for process in reading.processes.values() {
        if process.name != proc::GENERATOR {
            bytes += process.memory;
        }
    }
    bytes as f64 / MB
}

impl Drain {
    /// Returns the end of a run in a sentence.
    pub fn sentence(&self) -> String {
        let memory = format!(
            "The system's processes had {:.0} MB before the run and {:.0} MB after it.",
            self.memory_before_mb, self.memory_after_mb,
        );
        let burst = match self.burst_seconds {
            Some(seconds) => {
                format!("The last of the burst had what they came for after {seconds:.1} s. ")
            }
            None => String::new(),
        };
        match self.seconds {
            Some(seconds) => format!(
                "{burst}All was answered, and all queues were empty, {seconds:.1} s after the last \
                 arrival. {memory}"
            ),
            None => format!(
                "{burst}Not all was done when the wait for it was given up: {} messages were left. \
                 {memory}",
                self.messages_left,
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_run_is_told() {
        let drain = Drain {
            seconds: Some(3.25),
            memory_before_mb: 300.0,
            memory_after_mb: 310.4,
            ..Drain::default()
        };
        assert_eq!(
            drain.sentence(),
            "All was answered, and all queues were empty, 3.2 s after the last arrival. The \
             system's processes had 300 MB before the run and 310 MB after it."
        );
        let vain = Drain { messages_left: 7, burst_seconds: Some(41.0), ..Drain::default() };
        let sentence = vain.sentence();
        assert!(sentence.contains("7 messages were left"), "{sentence}");
        assert!(sentence.contains("after 41.0 s."), "{sentence}");
    }

    #[test]
    fn this_process_is_not_the_system_s() {
        assert!(memory_mb(std::process::id()).abs() < 1e-9);
    }
}
