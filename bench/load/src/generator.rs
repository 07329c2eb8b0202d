//! The generator: every arrival of a schedule, at its time, whether or not anything was answered.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chance::Random;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::{
    api::Api,
    library::Library,
    mix::Mix,
    outcome::{Failure, Outcome},
    pictures::Pictures,
    processes::{Sampler, Samples},
    recorder::Recorder,
    schedule::{Schedule, Settings},
    tally::Tally,
    users::{Arrival, Traffic},
};

/// The time before the first arrival.
const LEAD: Duration = Duration::from_millis(200);
/// The longest wait, after the last arrival, for what is under way: a photo may take a minute, and
/// an answer half of one.
const DRAIN_LIMIT: Duration = Duration::from_secs(100);
/// The most intervals by which a run is shown.
const MOST_INTERVALS: f64 = 120.0;

/// The settings of one run.
#[derive(Clone, Debug)]
pub struct Run {
    /// The schedule.
    pub schedule: Settings,
    /// Decides the arrivals, and what each asks for.
    pub seed: u64,
    /// The kinds of users.
    pub mix: Mix,
    /// The most requests in flight.
    pub in_flight: usize,
}

impl Run {
    /// Returns the seconds of an interval: one, or more of a long run.
    pub fn interval(&self) -> f64 {
        (self.schedule.seconds / MOST_INTERVALS).ceil().max(1.0)
    }

    /// Returns the number of intervals.
    fn intervals(&self) -> usize {
        let count = (self.schedule.seconds / self.interval()).ceil();
        usize::try_from(chance::whole(count)).unwrap_or(1).max(1)
    }
}

/// The generator of a run.
pub struct Generator {
    /// The client that sends requests.
    pub http: reqwest::Client,
    /// The service's origin.
    pub origin: String,
    /// The library.
    pub library: Arc<Library>,
    /// Pictures to be sent.
    pub pictures: Arc<Pictures>,
    /// The process of the local system, if it is one.
    pub system: Option<u32>,
}

impl Generator {
    /// Runs a schedule to its end, and waits for what is under way. Returns the count, and the
    /// samples of the system's processes.
    pub async fn run(&self, run: &Run) -> (Tally, Option<Samples>) {
        let warm_up = Duration::from_secs_f64(run.schedule.warm_up);
        let begin = Instant::now() + LEAD + warm_up;
        let recorder = Recorder::new(begin, Tally::new(run.interval(), run.intervals()));
        let traffic = Arc::new(Traffic {
            api: Api::new(self.http.clone(), &self.origin, recorder),
            library: Arc::clone(&self.library),
            pictures: Arc::clone(&self.pictures),
        });
        let sampling = self
            .system
            .map(|pid| Sampler::start(pid, begin, run.interval(), run.intervals()));
        let tasks = TaskTracker::new();
        send(run, begin, &traffic, &tasks).await;
        tasks.close();
        // Whatever does not end is open in the count.
        drop(tokio::time::timeout(DRAIN_LIMIT, tasks.wait()).await);
        let samples = match sampling {
            Some(sampling) => Some(sampling.end().await),
            None => None,
        };
        (traffic.api.recorder.snapshot(), samples)
    }
}

/// Starts what each arrival asks for, at its time.
async fn send(run: &Run, begin: Instant, traffic: &Arc<Traffic>, tasks: &TaskTracker) {
    let places = Arc::new(Semaphore::new(run.in_flight));
    // Another number than the schedule's: else the gaps would decide what is asked.
    let mut random = Random::new(!run.seed);
    for at in Schedule::new(run.schedule.clone(), run.seed) {
        let arrival = Arrival::draw(&run.mix, &mut random);
        let intended = instant(begin, at);
        tokio::time::sleep_until(intended.into()).await;
        let recorder = &traffic.api.recorder;
        recorder.note_lateness(intended);
        let Ok(permit) = Arc::clone(&places).try_acquire_owned() else {
            let failed = Outcome::Failed(Failure::NotSent);
            recorder.offer(arrival.route(), intended);
            recorder.end(arrival.route(), intended, intended, failed);
            continue;
        };
        let traffic = Arc::clone(traffic);
        tasks.spawn(async move { arrival.act(&traffic, intended, permit).await });
    }
}

/// Returns the instant so many seconds after another, or before it.
fn instant(begin: Instant, seconds: f64) -> Instant {
    let distance = Duration::from_secs_f64(seconds.abs());
    if seconds >= 0.0 {
        return begin + distance;
    }
    // Only a clock that has begun this moment knows none before.
    begin.checked_sub(distance).unwrap_or(begin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Shape;

    fn run(seconds: f64) -> Run {
        let schedule = Settings { rate: 1.0, shape: Shape::Constant, seconds, warm_up: 0.0 };
        Run { schedule, seed: 1, mix: Mix::default(), in_flight: 1 }
    }

    #[test]
    fn a_run_of_any_length_has_some_intervals() {
        for (seconds, interval, intervals) in
            [(0.5, 1.0, 1), (3.0, 1.0, 3), (120.0, 1.0, 120), (3600.0, 30.0, 120)]
        {
            let run = run(seconds);
            assert!((run.interval() - interval).abs() < 1e-9, "{seconds}");
            assert_eq!(run.intervals(), intervals, "{seconds}");
        }
    }
}
