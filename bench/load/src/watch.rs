//! Samples of a local system while a run goes on, and until nothing of it is left.

use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use crate::{
    drain::{self, Drain, Limits},
    engines::{EngineFigures, EngineSampler},
    metrics::MetricsReader,
    processes::{Sampler, Samples},
};

/// The time that a burst has to be counted as ended, once all requests have ended.
const MOMENT: Duration = Duration::from_millis(200);

/// A local system.
#[derive(Clone)]
pub struct LocalSystem {
    /// Its process.
    pub process: u32,
    /// Asks it what waits, and what is used.
    pub metrics: MetricsReader,
}

/// A look at a system that goes on.
pub struct Watch {
    system: LocalSystem,
    memory_before_mb: f64,
    processes: Sampler,
    engines: EngineSampler,
    interval: Duration,
}

/// Samples of a system.
pub struct Watched {
    /// Samples of the system's processes.
    pub samples: Samples,
    /// Its engines, if it says what they do.
    pub engines: Option<EngineFigures>,
    /// The end of the run.
    pub drain: Drain,
}

impl Watch {
    /// Starts to look, once in each interval of so many seconds.
    pub fn start(system: &LocalSystem, begin: Instant, interval: f64, intervals: usize) -> Self {
        let length = Duration::from_secs_f64(interval);
        let metrics = system.metrics.clone();
        Self {
            memory_before_mb: drain::memory_mb(system.process),
            processes: Sampler::start(system.process, begin, interval, intervals),
            engines: EngineSampler::start(metrics, begin, length, intervals),
            interval: length,
            system: system.clone(),
        }
    }

    /// Waits until nothing of the run is left, from its last arrival, which was now; returns what
    /// was seen.
    pub async fn end(
        self,
        tasks: &TaskTracker,
        burst: Option<JoinHandle<f64>>,
        limits: Limits,
    ) -> Watched {
        let last_arrival = Instant::now();
        let metrics = &self.system.metrics;
        let (seconds, messages_left) = drain::wait(tasks, metrics, last_arrival, limits).await;
        let drain = Drain {
            seconds,
            messages_left,
            burst_seconds: seconds_of(burst).await,
            memory_before_mb: self.memory_before_mb,
            memory_after_mb: drain::memory_mb(self.system.process),
        };
        let samples = self.processes.end().await;
        let engines = self.engines.end(self.interval).await;
        Watched { samples, engines, drain }
    }
}

/// Returns the seconds that a burst took, if there was one and it has ended.
async fn seconds_of(burst: Option<JoinHandle<f64>>) -> Option<f64> {
    tokio::time::timeout(MOMENT, burst?).await.ok()?.ok()
}
