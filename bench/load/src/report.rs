//! The report of a run: what is written as JSON, and what text and pages are made of.

use std::{collections::BTreeMap, fs, path::Path};

use serde::{Deserialize, Serialize};

use crate::{
    Cause, drain::Drain, engines::EngineFigures, machine::MachineFigures, shortage::Verdict,
};

/// All that is known of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// The settings.
    pub settings: Settings,
    /// All requests that were measured.
    pub total: RouteFigures,
    /// The same by route, and the time until photos are ready.
    pub routes: Vec<RouteFigures>,
    /// Failures by their kind.
    pub errors: BTreeMap<String, u64>,
    /// Requests before anything was measured.
    pub warm_up: WarmUp,
    /// The run over time.
    pub timeline: Timeline,
    /// The generator itself.
    pub generator: GeneratorFigures,
    /// The machine, if the system runs on this one.
    pub machine: Option<MachineFigures>,
    /// The engines of the local system, if they say what they do.
    #[serde(default)]
    pub engines: Option<EngineFigures>,
    /// The end of the run, if the system runs on this machine.
    #[serde(default)]
    pub drain: Option<Drain>,
    /// The resource that ran out first, and the others.
    pub verdict: Verdict,
    /// The same in sentences.
    pub conclusions: Vec<String>,
    /// The objectives, and whether they were kept.
    pub objectives: Vec<Objective>,
    /// The rates that were tried in search of the limit.
    pub steps: Vec<Step>,
}

/// The settings of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// The service's origin.
    pub origin: String,
    /// Arrivals a second, on which the shape is built.
    pub rate: f64,
    /// The rate's shape, in words.
    pub shape: String,
    /// Seconds that were measured.
    pub seconds: f64,
    /// Seconds before them.
    pub warm_up: f64,
    /// The number that decided chance.
    pub seed: u64,
    /// The weights of users.
    pub mix: BTreeMap<String, f64>,
    /// Those who came all at once, in words.
    #[serde(default)]
    pub burst: Option<String>,
    /// People of the library.
    pub people: usize,
    /// Albums of the library.
    pub albums: usize,
    /// Photos of the library.
    pub photos: usize,
    /// The most requests in flight.
    pub in_flight: usize,
    /// True for a generator that was compiled with optimisations.
    pub is_release: bool,
    /// The moment of the report, in seconds since 1970.
    pub unix_time: u64,
}

/// The figures of a route. Times are milliseconds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RouteFigures {
    /// The route, or "all requests".
    pub route: String,
    /// Requests that were due.
    pub offered: u64,
    /// Those with the right answer.
    pub right: u64,
    /// Those that were told to come again later.
    pub shed: u64,
    /// Those that failed, or had not ended when the run did.
    pub failed: u64,
    /// Requests that were due, a second.
    pub offered_rate: f64,
    /// Right answers that came while it was measured, a second.
    pub carried_rate: f64,
    /// The latency of right answers that half of them do not exceed.
    pub p50_ms: Option<f64>,
    /// That which 95 % do not exceed.
    pub p95_ms: Option<f64>,
    /// That which 99 % do not exceed.
    pub p99_ms: Option<f64>,
    /// That which 99.9 % do not exceed.
    pub p999_ms: Option<f64>,
    /// The longest.
    pub longest_ms: Option<f64>,
    /// Each percentile from 1 to 100, and 99.9, by its number: for objectives with others than
    /// those above.
    pub percentiles: BTreeMap<String, f64>,
}

/// Requests before anything was measured.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct WarmUp {
    /// Requests that were due.
    pub offered: u64,
    /// Those with the right answer.
    pub right: u64,
    /// Those that were told to come again later.
    pub shed: u64,
    /// Those that failed.
    pub failed: u64,
}

/// A run over time: a number for each interval.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Timeline {
    /// Seconds of an interval.
    pub interval: f64,
    /// Requests that were due, a second.
    pub offered: Vec<f64>,
    /// Right answers, a second.
    pub carried: Vec<f64>,
    /// Refusals, a second.
    pub shed: Vec<f64>,
    /// Failures, a second.
    pub failed: Vec<f64>,
    /// The middle latency of all requests that were due, in milliseconds.
    pub p50_ms: Vec<Option<f64>>,
    /// That which 99 % do not exceed.
    pub p99_ms: Vec<Option<f64>>,
    /// The same by route.
    pub routes: BTreeMap<String, Vec<Option<f64>>>,
}

/// The generator itself.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct GeneratorFigures {
    /// The time by which 99 % of arrivals were late at most, in milliseconds. Latencies have it in
    /// them.
    pub late_p99_ms: f64,
    /// The longest such time.
    pub late_longest_ms: f64,
    /// Requests that were not sent, because too many were in flight.
    pub not_sent: u64,
}

/// An objective.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Objective {
    /// The objective, as it was given.
    pub text: String,
    /// The value, in words.
    pub measured: String,
    /// True if it was kept.
    pub kept: bool,
}

/// A rate that was tried.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Step {
    /// Arrivals a second.
    pub rate: f64,
    /// Right answers a second.
    pub carried_rate: f64,
    /// The latency of all requests that 99 % do not exceed, in milliseconds.
    pub p99_ms: Option<f64>,
    /// True if all objectives were kept.
    pub kept: bool,
    /// The objectives that were not.
    pub missed: Vec<String>,
    /// The resource that ran out first.
    pub ran_out: Option<String>,
}

impl Report {
    /// Reads a report.
    ///
    /// # Errors
    /// A file that is not there, or no report.
    pub fn read(path: &Path) -> Result<Self, Cause> {
        let named = |cause: String| format!("{}: {cause}", path.display());
        let text = fs::read(path).map_err(|error| named(error.to_string()))?;
        let report =
            serde_json::from_slice(&text).map_err(|error| named(format!("no report: {error}")))?;
        Ok(report)
    }

    /// Returns the figures of a route, or of all requests.
    pub fn figures(&self, route: &str) -> Option<&RouteFigures> {
        if route == self.total.route {
            return Some(&self.total);
        }
        self.routes.iter().find(|figures| figures.route == route)
    }

    /// Returns the number of answers that say something wrong.
    pub fn wrong(&self) -> u64 {
        let mut wrong = 0;
        for (kind, count) in &self.errors {
            if kind.starts_with(crate::outcome::WRONG) {
                wrong += count;
            }
        }
        wrong
    }
}

impl RouteFigures {
    /// Returns the part of requests that had no right answer.
    pub fn error_share(&self) -> f64 {
        share(self.shed + self.failed, self.offered)
    }

    /// Returns the part of requests that were told to come again later.
    pub fn shed_share(&self) -> f64 {
        share(self.shed, self.offered)
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of requests")]
fn share(part: u64, all: u64) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Returns a report with these figures.
    pub fn report(total: RouteFigures, routes: Vec<RouteFigures>) -> Report {
        let settings = Settings {
            origin: "http://localhost:1".to_owned(),
            rate: 10.0,
            shape: "constant".to_owned(),
            seconds: 4.0,
            warm_up: 0.0,
            seed: 1,
            mix: BTreeMap::new(),
            burst: None,
            people: 1,
            albums: 1,
            photos: 1,
            in_flight: 10,
            is_release: false,
            unix_time: 0,
        };
        Report {
            settings,
            total,
            routes,
            errors: BTreeMap::new(),
            warm_up: WarmUp::default(),
            timeline: Timeline::default(),
            generator: GeneratorFigures::default(),
            machine: None,
            engines: None,
            drain: None,
            verdict: Verdict::default(),
            conclusions: Vec::new(),
            objectives: Vec::new(),
            steps: Vec::new(),
        }
    }

    #[test]
    fn wrong_answers_are_counted_whatever_is_wrong() {
        let mut report = report(RouteFigures::default(), Vec::new());
        report
            .errors
            .insert("wrong answer: another id".to_owned(), 2);
        report.errors.insert("wrong answer: no WebP".to_owned(), 3);
        report.errors.insert("status 500".to_owned(), 7);
        assert_eq!(report.wrong(), 5);
    }

    #[test]
    fn a_report_is_read_as_it_was_written() {
        let report = report(RouteFigures::default(), Vec::new());
        let text = serde_json::to_string(&report).expect("JSON");
        let again: Report = serde_json::from_str(&text).expect("a report");
        assert_eq!(serde_json::to_string(&again).expect("JSON"), text);
    }
}
