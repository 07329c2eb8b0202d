//! The clock of a run, and the count that all of its requests share.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use crate::{
    outcome::Outcome,
    route::Route,
    tally::{Exchange, Tally},
};

/// Counts requests, with times from the beginning of what is measured.
pub struct Recorder {
    begin: Instant,
    tally: Mutex<Tally>,
}

impl Recorder {
    /// Creates a recorder of what begins at an instant.
    pub fn new(begin: Instant, tally: Tally) -> Self {
        Self { begin, tally: Mutex::new(tally) }
    }

    /// Returns the seconds from the beginning to an instant, below 0 before it.
    pub fn seconds(&self, instant: Instant) -> f64 {
        let after = instant.saturating_duration_since(self.begin);
        let before = self.begin.saturating_duration_since(instant);
        after.as_secs_f64() - before.as_secs_f64()
    }

    /// Counts a request that is due.
    pub fn offer(&self, route: Route, intended: Instant) {
        self.tally().offer(route, self.seconds(intended));
    }

    /// Counts a request that has ended now.
    pub fn end(&self, route: Route, intended: Instant, sent: Instant, outcome: Outcome) {
        self.end_at(route, intended, sent, Instant::now(), outcome);
    }

    /// Counts a request that ended at an instant.
    pub fn end_at(
        &self,
        route: Route,
        intended: Instant,
        sent: Instant,
        ended: Instant,
        outcome: Outcome,
    ) {
        let request = Exchange {
            route,
            intended: self.seconds(intended),
            sent: self.seconds(sent),
            ended: self.seconds(ended),
            outcome,
        };
        self.tally().end(&request);
    }

    /// Counts the time by which an arrival is late now.
    pub fn note_lateness(&self, intended: Instant) {
        let late = intended.elapsed().as_secs_f64();
        if intended >= self.begin {
            self.tally().note_lateness(late);
        }
    }

    /// Returns the count so far.
    pub fn snapshot(&self) -> Tally {
        self.tally().clone()
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
