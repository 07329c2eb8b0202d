//! From the count of a run and its samples to its report.

use std::collections::BTreeMap;

use hdrhistogram::{Counter, Histogram};

use crate::{
    backlog, conclusions,
    counts::Counts,
    generator::{Observed, Run},
    machine,
    outcome::NOT_SENT,
    report::{GeneratorFigures, Report, RouteFigures, Settings, Timeline, WarmUp},
    resources::resources,
    shortage::judge,
    tally::{Interval, RouteTally, Tally, histogram, histogram_of_interval},
};

/// The name of all requests in a report.
const ALL: &str = "all requests";
/// Returns the report of a run.
pub fn report(settings: Settings, run: &Run, observed: Observed) -> Report {
    let Observed { tally, watched } = observed;
    let tally = &tally;
    let seconds = run.schedule.seconds;
    let samples = watched.as_ref().map(|watched| &watched.samples);
    let engines = watched
        .as_ref()
        .and_then(|watched| watched.engines.as_ref());
    let resources = resources(tally, samples, engines, run.in_flight);
    let backlogs = match engines {
        Some(engines) => backlog::standings(engines, tally.interval),
        None => Vec::new(),
    };
    let verdict = judge(&resources, backlogs, tally.interval);
    let mut report = Report {
        settings,
        total: total(tally, seconds),
        routes: routes(tally, seconds),
        errors: errors(tally),
        warm_up: warm_up(tally.warm_up),
        timeline: timeline(tally),
        generator: generator(tally),
        machine: samples.map(machine::figures),
        engines: engines.cloned(),
        drain: watched.as_ref().map(|watched| watched.drain),
        verdict,
        conclusions: Vec::new(),
        objectives: Vec::new(),
        steps: Vec::new(),
    };
    report.conclusions = conclusions::of(&report);
    report
}

fn total(tally: &Tally, seconds: f64) -> RouteFigures {
    let mut counts = Counts::default();
    let mut latencies = histogram();
    let mut carried = 0;
    for (route, of_route) in &tally.routes {
        if route.is_request() {
            counts.add(of_route.counts);
            carried += carried_in_time(of_route);
            latencies.add(&of_route.latencies).expect("the same bounds");
        }
    }
    figures(ALL, counts, carried, &latencies, seconds)
}

fn routes(tally: &Tally, seconds: f64) -> Vec<RouteFigures> {
    let mut routes = Vec::new();
    for (route, of_route) in &tally.routes {
        // What only the warm-up has asked has no figures.
        if of_route.counts.offered > 0 {
            let carried = carried_in_time(of_route);
            let latencies = &of_route.latencies;
            routes.push(figures(route.name(), of_route.counts, carried, latencies, seconds));
        }
    }
    routes
}

/// Returns the right answers that came before the end of what is measured.
fn carried_in_time(of_route: &RouteTally) -> u64 {
    of_route
        .intervals
        .iter()
        .map(|interval| interval.right)
        .sum()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of requests")]
fn figures(
    name: &str,
    counts: Counts,
    carried: u64,
    latencies: &Histogram<u64>,
    seconds: f64,
) -> RouteFigures {
    let mut percentiles = BTreeMap::new();
    for percent in 1..=99_u8 {
        if let Some(value) = quantile(latencies, f64::from(percent) / 100.0) {
            percentiles.insert(percent.to_string(), value);
        }
    }
    if let Some(value) = quantile(latencies, 0.999) {
        percentiles.insert("99.9".to_owned(), value);
    }
    RouteFigures {
        route: name.to_owned(),
        offered: counts.offered,
        right: counts.right,
        shed: counts.shed,
        failed: counts.failed + counts.open(),
        offered_rate: counts.offered as f64 / seconds,
        carried_rate: carried as f64 / seconds,
        p50_ms: quantile(latencies, 0.5),
        p95_ms: quantile(latencies, 0.95),
        p99_ms: quantile(latencies, 0.99),
        p999_ms: quantile(latencies, 0.999),
        longest_ms: quantile(latencies, 1.0),
        percentiles,
    }
}

/// Returns a quantile in milliseconds.
#[expect(clippy::cast_precision_loss, reason = "microseconds of minutes")]
fn quantile<T: Counter>(histogram: &Histogram<T>, quantile: f64) -> Option<f64> {
    if histogram.is_empty() {
        return None;
    }
    Some(histogram.value_at_quantile(quantile) as f64 / 1e3)
}

/// Returns all failures, those without an end among them.
fn errors(tally: &Tally) -> BTreeMap<String, u64> {
    let mut errors = tally.errors.clone();
    let mut open = 0;
    for of_route in tally.routes.values() {
        open += of_route.counts.open();
    }
    if open > 0 {
        errors.insert("not answered before the run was given up".to_owned(), open);
    }
    errors
}

fn warm_up(counts: Counts) -> WarmUp {
    WarmUp {
        offered: counts.offered,
        right: counts.right,
        shed: counts.shed,
        failed: counts.failed + counts.open(),
    }
}

fn generator(tally: &Tally) -> GeneratorFigures {
    let mut not_sent = 0;
    for (kind, count) in &tally.errors {
        if kind == NOT_SENT {
            not_sent += count;
        }
    }
    GeneratorFigures {
        late_p99_ms: quantile(&tally.lateness, 0.99).unwrap_or_default(),
        late_longest_ms: quantile(&tally.lateness, 1.0).unwrap_or_default(),
        not_sent,
    }
}

fn timeline(tally: &Tally) -> Timeline {
    let mut timeline = Timeline { interval: tally.interval, ..Timeline::default() };
    for at in 0..tally.intervals {
        let mut latencies = histogram_of_interval();
        let mut sums = [0_u64; 4];
        for (route, of_route) in &tally.routes {
            if !route.is_request() {
                continue;
            }
            let Interval { offered, right, shed, failed, .. } = of_route.intervals[at];
            for (sum, count) in sums.iter_mut().zip([offered, right, shed, failed]) {
                *sum += count;
            }
            latencies
                .add(&of_route.intervals[at].latencies)
                .expect("the same bounds");
        }
        let [offered, right, shed, failed] = sums.map(|sum| a_second(sum, tally.interval));
        timeline.offered.push(offered);
        timeline.carried.push(right);
        timeline.shed.push(shed);
        timeline.failed.push(failed);
        timeline.p50_ms.push(quantile(&latencies, 0.5));
        timeline.p99_ms.push(quantile(&latencies, 0.99));
    }
    for (route, of_route) in &tally.routes {
        if of_route.counts.offered > 0 {
            let mut latencies = Vec::new();
            for interval in &of_route.intervals {
                latencies.push(quantile(&interval.latencies, 0.99));
            }
            timeline.routes.insert(route.name().to_owned(), latencies);
        }
    }
    timeline
}

#[expect(clippy::cast_precision_loss, reason = "numbers of requests")]
fn a_second(count: u64, seconds: f64) -> f64 {
    count as f64 / seconds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        mix::Mix,
        outcome::{Failure, Outcome},
        report,
        route::Route,
        schedule,
        shape::Shape,
        tally::Exchange,
    };

    fn run() -> Run {
        let shape = Shape::Constant;
        let schedule = schedule::Settings { rate: 2.0, shape, seconds: 2.0, warm_up: 0.0 };
        Run {
            schedule,
            seed: 1,
            mix: Mix::default(),
            burst: None,
            in_flight: 10,
            drain_limit: std::time::Duration::ZERO,
        }
    }

    fn only(tally: Tally) -> Observed {
        Observed { tally, watched: None }
    }

    #[test]
    fn what_is_late_or_never_ends_is_offered_and_not_carried() {
        let mut tally = Tally::new(1.0, 2);
        let mut request = |ended: Option<f64>, outcome: Outcome| {
            tally.offer(Route::GetAlbum, 0.5);
            if let Some(ended) = ended {
                let route = Route::GetAlbum;
                tally.end(&Exchange { route, intended: 0.5, sent: 0.5, ended, outcome });
            }
        };
        request(Some(0.6), Outcome::Right);
        request(Some(5.0), Outcome::Right);
        request(Some(0.6), Outcome::Failed(Failure::NotSent));
        request(None, Outcome::Right);
        let settings = report::tests::report(RouteFigures::default(), Vec::new()).settings;
        let report = report(settings, &run(), only(tally));
        let total = &report.total;
        assert_eq!((total.offered, total.right, total.failed), (4, 2, 2));
        assert!((total.offered_rate - 2.0).abs() < 1e-9);
        assert!((total.carried_rate - 0.5).abs() < 1e-9);
        assert_eq!(report.errors["not answered before the run was given up"], 1);
        assert_eq!(report.generator.not_sent, 1);
        assert_eq!(report.timeline.offered, [4.0, 0.0]);
        assert_eq!(report.routes.len(), 1);
        assert!(report.total.percentiles["99"] > 4000.0);
    }

    #[test]
    fn the_time_until_a_photo_is_ready_is_no_request() {
        let mut tally = Tally::new(1.0, 2);
        tally.offer(Route::Ready, 0.1);
        let settings = report::tests::report(RouteFigures::default(), Vec::new()).settings;
        let report = report(settings, &run(), only(tally));
        assert_eq!(report.total.offered, 0);
        assert_eq!(report.routes[0].route, "photo ready");
    }
}
