//! The generator: every arrival of a schedule, at its time, whether or not anything was answered.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chance::Random;
use tokio::{sync::Semaphore, task::JoinHandle};
use tokio_util::task::TaskTracker;

use crate::{
    api::Api,
    burst::{self, Burst},
    drain::Limits,
    library::Library,
    mix::Mix,
    outcome::{Failure, Outcome},
    pictures::Pictures,
    recorder::Recorder,
    schedule::{Schedule, Settings},
    tally::Tally,
    users::{Arrival, Traffic},
    watch::{LocalSystem, Watch, Watched},
};

/// The time before the first arrival.
const LEAD: Duration = Duration::from_millis(200);
/// The longest wait, after the last arrival, for what is under way: a photo may take a minute, and
/// an answer half of one.
const REQUESTS_LIMIT: Duration = Duration::from_secs(100);
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
    /// Those who come all at once, besides.
    pub burst: Option<Burst>,
    /// The most requests in flight, without those of a burst.
    pub in_flight: usize,
    /// The longest wait for the queues once all requests have ended.
    pub drain_limit: Duration,
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

/// Everything that was seen of a run.
pub struct Observed {
    /// The count of requests.
    pub tally: Tally,
    /// Samples of the system itself, if it is a local one.
    pub watched: Option<Watched>,
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
    /// The local system, if it is one.
    pub system: Option<LocalSystem>,
}

impl Generator {
    /// Runs a schedule to its end, and waits for what is under way and for what waits in queues.
    pub async fn run(&self, run: &Run) -> Observed {
        let begin = Instant::now() + LEAD + Duration::from_secs_f64(run.schedule.warm_up);
        let recorder = Recorder::new(begin, Tally::new(run.interval(), run.intervals()));
        let traffic = Arc::new(Traffic {
            api: Api::new(self.http.clone(), &self.origin, recorder),
            library: Arc::clone(&self.library),
            pictures: Arc::clone(&self.pictures),
        });
        let watch = self
            .system
            .as_ref()
            .map(|system| Watch::start(system, begin, run.interval(), run.intervals()));
        let tasks = TaskTracker::new();
        let (burst, ()) = tokio::join!(
            send_burst(run, begin, &traffic, &tasks),
            send(run, begin, &traffic, &tasks),
        );
        tasks.close();
        let limits = Limits { requests: requests_limit(run), queues: run.drain_limit };
        let watched = if let Some(watch) = watch {
            Some(watch.end(&tasks, burst, limits).await)
        } else {
            // Whatever does not end is open in the count.
            drop(tokio::time::timeout(limits.requests, tasks.wait()).await);
            None
        };
        Observed { tally: traffic.api.recorder.snapshot(), watched }
    }
}

/// Returns the longest wait for what is under way: those of a burst wait until it is their turn.
fn requests_limit(run: &Run) -> Duration {
    if run.burst.is_some() { burst::PATIENCE + REQUESTS_LIMIT } else { REQUESTS_LIMIT }
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

/// Starts what those of a burst ask for, all at once. Returns the task that ends, with the seconds
/// since then, when the last of them has what they came for.
async fn send_burst(
    run: &Run,
    begin: Instant,
    traffic: &Arc<Traffic>,
    tasks: &TaskTracker,
) -> Option<JoinHandle<f64>> {
    let burst = run.burst?;
    let mut random = Random::new(run.seed.wrapping_add(1));
    let intended = instant(begin, burst::second(run.schedule.seconds));
    tokio::time::sleep_until(intended.into()).await;
    // As many places as they are: the bound is for the others.
    let places = Arc::new(Semaphore::new(burst.count()));
    let those_of_burst = TaskTracker::new();
    for _ in 0..burst.count() {
        let arrival = Arrival::of_burst(burst.kind, &mut random);
        let Ok(permit) = Arc::clone(&places).try_acquire_owned() else { break };
        let traffic = Arc::clone(traffic);
        let acting = async move { arrival.act(&traffic, intended, permit).await };
        tasks.spawn(those_of_burst.track_future(acting));
    }
    those_of_burst.close();
    Some(tokio::spawn(async move {
        those_of_burst.wait().await;
        intended.elapsed().as_secs_f64()
    }))
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
        Run {
            schedule,
            seed: 1,
            mix: Mix::default(),
            burst: None,
            in_flight: 1,
            drain_limit: Duration::ZERO,
        }
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
