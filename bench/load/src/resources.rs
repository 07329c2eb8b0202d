//! The resources that a run may exhaust, and the part of each that it used over time.

use crate::{
    engines::EngineFigures,
    processes::Samples,
    shortage::Resource,
    tally::{RouteTally, Tally},
};

/// The execution environments that the local system starts of a function at most; on AWS it is a
/// thousand of all functions. A request over it waits for its turn.
const ENVIRONMENTS: f64 = 8.0;

/// Returns the resources: those of the machine and of the local system only where it was sampled.
/// Causes stand before what follows from them: requests wait for processors in environments.
pub fn resources(
    tally: &Tally,
    samples: Option<&Samples>,
    engines: Option<&EngineFigures>,
    in_flight: usize,
) -> Vec<Resource> {
    let mut resources = Vec::new();
    if let Some(samples) = samples {
        resources.extend(of_machine(samples));
        resources.extend(environments(tally));
    }
    resources.extend(engines.and_then(connections));
    resources.push(requests_in_flight(tally, in_flight));
    resources
}

#[expect(clippy::cast_precision_loss, reason = "a few processors")]
fn of_machine(samples: &Samples) -> [Resource; 2] {
    let processors = samples.processors as f64;
    let busy = samples.intervals.iter();
    let memory = samples.intervals.iter();
    [
        Resource {
            name: "the machine's processor time".to_owned(),
            limit: processors,
            shares: busy.map(|sample| sample.busy / processors).collect(),
        },
        Resource {
            name: "the machine's memory, in percent,".to_owned(),
            limit: 100.0,
            shares: memory.map(|sample| sample.memory).collect(),
        },
    ]
}

/// Returns the environments of each function: as many are at work as requests are under way, by
/// Little's law.
fn environments(tally: &Tally) -> Vec<Resource> {
    let mut resources = Vec::new();
    for (route, of_route) in &tally.routes {
        if let Some(function) = route.function() {
            resources.push(Resource {
                name: format!("the environments of {function}"),
                limit: ENVIRONMENTS,
                shares: under_way(of_route, tally.interval, ENVIRONMENTS),
            });
        }
    }
    resources
}

/// Returns the database's connections, if it has said how many it takes.
fn connections(engines: &EngineFigures) -> Option<Resource> {
    let limit = engines.most_connections;
    let connections = engines.connections.iter();
    (limit > 0.0).then(|| Resource {
        name: "the database's connections".to_owned(),
        limit,
        shares: connections.map(|count| count / limit).collect(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn requests_in_flight(tally: &Tally, in_flight: usize) -> Resource {
    let limit = in_flight as f64;
    let mut shares = vec![0.0; tally.intervals];
    for (route, of_route) in &tally.routes {
        if route.is_request() {
            let of_route = under_way(of_route, tally.interval, limit);
            for (sum, share) in shares.iter_mut().zip(of_route) {
                *sum += share;
            }
        }
    }
    Resource { name: "the generator's bound on requests in flight".to_owned(), limit, shares }
}

/// Returns the requests that were under way on average, as parts of a limit.
fn under_way(of_route: &RouteTally, interval: f64, limit: f64) -> Vec<f64> {
    let intervals = of_route.intervals.iter();
    intervals
        .map(|of_interval| of_interval.under_way / interval / limit)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        outcome::Outcome, processes::Sample, route::Route, shortage::judge, tally::Exchange,
    };

    /// A run of three seconds in which so many requests were under way all the time.
    fn tally(requests: usize) -> Tally {
        let mut tally = Tally::new(1.0, 3);
        for _ in 0..requests {
            tally.offer(Route::GetAlbum, 0.0);
            tally.end(&Exchange {
                route: Route::GetAlbum,
                intended: 0.0,
                sent: 0.0,
                ended: 3.0,
                outcome: Outcome::Right,
            });
        }
        tally
    }

    fn samples(busy: f64) -> Samples {
        let sample = Sample { busy, memory: 0.3, ..Sample::default() };
        Samples { processors: 2, intervals: vec![sample; 3] }
    }

    fn ran_out(tally: &Tally, samples: Option<&Samples>, in_flight: usize) -> Option<String> {
        let resources = resources(tally, samples, None, in_flight);
        let verdict = judge(&resources, Vec::new(), tally.interval);
        verdict.first.map(|standing| standing.name)
    }

    #[test]
    fn busy_processors_are_the_bottleneck() {
        let name = ran_out(&tally(2), Some(&samples(1.99)), 100);
        assert_eq!(name.as_deref(), Some("the machine's processor time"));
    }

    #[test]
    fn a_function_all_of_whose_environments_are_at_work_is_the_bottleneck() {
        let name = ran_out(&tally(8), Some(&samples(0.9)), 100);
        assert_eq!(name.as_deref(), Some("the environments of get-album"));
    }

    #[test]
    fn the_generator_s_own_bound_is_told_from_the_system_s() {
        let name = ran_out(&tally(10), None, 10);
        assert_eq!(name.as_deref(), Some("the generator's bound on requests in flight"));
    }

    #[test]
    fn connections_of_the_database_can_run_out() {
        let engines = EngineFigures {
            connections: vec![20.0, 148.0],
            most_connections: 150.0,
            ..EngineFigures::default()
        };
        let connections = connections(&engines).expect("a resource");
        assert!(connections.shares[1] > 0.98, "{connections:?}");
        assert!(super::connections(&EngineFigures::default()).is_none());
    }

    #[test]
    fn without_a_shortage_nothing_is_blamed() {
        assert_eq!(ran_out(&tally(2), Some(&samples(1.0)), 100), None);
    }
}
