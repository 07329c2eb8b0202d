//! The count of what was asked and answered, by route and by interval of time.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;

use crate::{
    counts::Counts,
    outcome::{Failure, Outcome},
    route::Route,
};

/// The longest time that is told apart, in microseconds: two minutes.
const LONGEST: u64 = 120_000_000;

/// An interval of time, of one route.
#[derive(Clone, Debug)]
pub struct Interval {
    /// Requests that were due in it.
    pub offered: u64,
    /// Right answers that came in it.
    pub right: u64,
    /// Refusals that came in it.
    pub shed: u64,
    /// Failures that came in it.
    pub failed: u64,
    /// Seconds that requests were under way in it, of all requests together.
    pub under_way: f64,
    /// Latencies of requests that were due in it, in microseconds.
    pub latencies: Histogram<u32>,
}

impl Interval {
    fn new() -> Self {
        Self {
            offered: 0,
            right: 0,
            shed: 0,
            failed: 0,
            under_way: 0.0,
            latencies: histogram_of_interval(),
        }
    }
}

/// Returns an empty histogram of two digits.
pub fn histogram_of_interval() -> Histogram<u32> {
    Histogram::new_with_bounds(1, LONGEST, 2).expect("bounds that are apart")
}

/// Returns an empty histogram of three digits.
pub fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST, 3).expect("bounds that are apart")
}

/// The count of one route.
#[derive(Clone, Debug)]
pub struct RouteTally {
    /// Requests that were due while it was measured.
    pub counts: Counts,
    /// Latencies of right answers, in microseconds from the intended start.
    pub latencies: Histogram<u64>,
    /// The intervals, in their order.
    pub intervals: Vec<Interval>,
}

/// A request that has ended. Times are seconds from the beginning of what is measured.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The route.
    pub route: Route,
    /// The instant at which it was due.
    pub intended: f64,
    /// The instant at which it was sent.
    pub sent: f64,
    /// The instant at which all of its answer was there.
    pub ended: f64,
    /// The outcome.
    pub outcome: Outcome,
}

/// The count of a run.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Seconds of an interval.
    pub interval: f64,
    /// The number of intervals.
    pub intervals: usize,
    /// The routes that were asked.
    pub routes: BTreeMap<Route, RouteTally>,
    /// Failures by their kind, those of the warm-up with the word before.
    pub errors: BTreeMap<String, u64>,
    /// Requests of the warm-up.
    pub warm_up: Counts,
    /// The time by which the generator was late, in microseconds.
    pub lateness: Histogram<u64>,
}

impl Tally {
    /// Creates the count of a run of so many intervals.
    pub fn new(interval: f64, intervals: usize) -> Self {
        Self {
            interval,
            intervals,
            routes: BTreeMap::new(),
            errors: BTreeMap::new(),
            warm_up: Counts::default(),
            lateness: histogram(),
        }
    }

    /// Counts a request that is due.
    pub fn offer(&mut self, route: Route, intended: f64) {
        if intended < 0.0 {
            self.warm_up.offered += u64::from(route.is_request());
            return;
        }
        let at = self.interval_at(intended);
        let of_route = self.of_route(route);
        of_route.counts.offered += 1;
        if let Some(at) = at {
            of_route.intervals[at].offered += 1;
        }
    }

    /// Counts a request that has ended.
    pub fn end(&mut self, request: &Exchange) {
        self.note_failure(request);
        self.note_time_under_way(request);
        if request.intended < 0.0 {
            if request.route.is_request() {
                self.warm_up.end(&request.outcome);
            }
            return;
        }
        let latency = micros(request.ended - request.intended);
        let due_in = self.interval_at(request.intended);
        let ended_in = self.interval_at(request.ended);
        let of_route = self.of_route(request.route);
        of_route.counts.end(&request.outcome);
        if let Some(at) = ended_in {
            let interval = &mut of_route.intervals[at];
            match request.outcome {
                Outcome::Right => interval.right += 1,
                Outcome::Shed => interval.shed += 1,
                Outcome::Failed(_) => interval.failed += 1,
            }
        }
        if request.outcome == Outcome::Right {
            of_route.latencies.saturating_record(latency);
            if let Some(at) = due_in {
                of_route.intervals[at].latencies.saturating_record(latency);
            }
        }
    }

    /// Counts the time by which the generator was late for an arrival, in seconds.
    pub fn note_lateness(&mut self, seconds: f64) {
        self.lateness.saturating_record(micros(seconds));
    }

    fn note_failure(&mut self, request: &Exchange) {
        let Outcome::Failed(failure) = &request.outcome else { return };
        let mut kind = failure.to_string();
        if request.intended < 0.0 && !failure.is_wrong() {
            kind = format!("while warming up: {kind}");
        }
        *self.errors.entry(kind).or_insert(0) += 1;
    }

    /// Spreads the time for which a request was under way over the intervals.
    fn note_time_under_way(&mut self, request: &Exchange) {
        if request.outcome == Outcome::Failed(Failure::NotSent) {
            return;
        }
        let length = self.interval;
        let of_route = self.of_route(request.route);
        let mut from = 0.0;
        for interval in &mut of_route.intervals {
            let to = from + length;
            let inside = request.ended.min(to) - request.sent.max(from);
            interval.under_way += inside.max(0.0);
            from = to;
        }
    }

    fn of_route(&mut self, route: Route) -> &mut RouteTally {
        let intervals = self.intervals;
        self.routes.entry(route).or_insert_with(|| RouteTally {
            counts: Counts::default(),
            latencies: histogram(),
            intervals: vec![Interval::new(); intervals],
        })
    }

    fn interval_at(&self, seconds: f64) -> Option<usize> {
        if seconds < 0.0 {
            return None;
        }
        let at = usize::try_from(chance::whole(seconds / self.interval)).ok()?;
        (at < self.intervals).then_some(at)
    }
}

/// Returns seconds in whole microseconds, one at least.
fn micros(seconds: f64) -> u64 {
    chance::whole(seconds * 1e6 + 0.5).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(intended: f64, sent: f64, ended: f64, outcome: Outcome) -> Exchange {
        Exchange { route: Route::GetAlbum, intended, sent, ended, outcome }
    }

    #[test]
    fn latency_is_from_the_intended_start_and_counts_where_it_was_due() {
        let mut tally = Tally::new(1.0, 3);
        tally.offer(Route::GetAlbum, 0.5);
        tally.end(&ended(0.5, 0.9, 2.5, Outcome::Right));
        let of_route = &tally.routes[&Route::GetAlbum];
        let latency = of_route.latencies.value_at_quantile(0.5);
        assert!((1_998_000..=2_002_000).contains(&latency), "{latency}");
        assert_eq!(of_route.intervals[0].latencies.len(), 1);
        assert_eq!(of_route.intervals[2].right, 1);
        for (interval, expected) in of_route.intervals.iter().zip([0.1, 1.0, 0.5]) {
            assert!((interval.under_way - expected).abs() < 1e-9, "{}", interval.under_way);
        }
    }

    #[test]
    fn the_percentiles_are_those_of_what_was_recorded() {
        let mut tally = Tally::new(1.0, 1);
        for milliseconds in 1..=1000 {
            let end = f64::from(milliseconds) / 1e3;
            tally.end(&ended(0.0, 0.0, end, Outcome::Right));
        }
        let latencies = &tally.routes[&Route::GetAlbum].latencies;
        for (quantile, expected) in [(0.5, 500_000), (0.95, 950_000), (0.999, 999_000)] {
            let found = latencies.value_at_quantile(quantile);
            assert!(found.abs_diff(expected) <= expected / 500, "{found}, not {expected}");
        }
    }

    #[test]
    fn the_warm_up_is_counted_apart_but_its_wrong_answers_are_not() {
        let mut tally = Tally::new(1.0, 2);
        tally.offer(Route::GetAlbum, -1.0);
        tally.end(&ended(-1.0, -1.0, -0.5, Outcome::Failed(Failure::Status(500))));
        tally.offer(Route::GetAlbum, -1.0);
        tally.end(&ended(-1.0, -1.0, -0.5, Outcome::Failed(Failure::Wrong("another id"))));
        let warm_up = Counts { offered: 2, failed: 2, ..Counts::default() };
        assert_eq!(tally.warm_up, warm_up);
        let kinds: Vec<_> = tally.errors.keys().map(String::as_str).collect();
        assert_eq!(kinds, ["while warming up: status 500", "wrong answer: another id"]);
        assert_eq!(tally.routes[&Route::GetAlbum].counts, Counts::default());
    }

    #[test]
    fn what_has_not_ended_is_open() {
        let mut tally = Tally::new(1.0, 1);
        for _ in 0..3 {
            tally.offer(Route::Image, 0.1);
        }
        let image = |outcome| Exchange { route: Route::Image, ..ended(0.1, 0.1, 0.2, outcome) };
        tally.end(&image(Outcome::Shed));
        tally.end(&image(Outcome::Failed(Failure::NotSent)));
        let counts = tally.routes[&Route::Image].counts;
        assert_eq!((counts.shed, counts.failed, counts.open()), (1, 1, 1));
    }
}
