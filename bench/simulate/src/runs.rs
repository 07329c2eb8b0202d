//! Days, and the loads at which a stage fails.

use capacity::{
    inputs::Inputs,
    stage::{self, Stage},
};
use serde::Serialize;

use crate::{
    aws::{AWS, LOAD},
    bill::{self, Dollars},
    load::{self, DAY, Habits, Spike, Traffic},
    stack::Simulation,
    tally::Tally,
    template,
};

/// Seconds for which a load is held when a stage's limit is looked for, and before it counts.
const HELD: f64 = 900.0;
/// Seconds of a spike whose height is looked for.
const SPIKE: f64 = 120.0;
/// Steps of halving: a limit is found to 2 %.
const STEPS: u32 = 10;
/// Users of a day are multiplied by so much at most.
const MOST: f64 = 100_000.0;

/// The plan of a day.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The name of the day's curve.
    pub day: String,
    /// The habits of users.
    pub habits: Habits,
    /// The number that chance is drawn from.
    pub seed: u64,
}

/// The outcome of a time.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Requests that came to the API.
    pub arrived: u64,
    /// Requests that were refused, or answered too late.
    pub refused: u64,
    /// Their share.
    pub refused_share: f64,
    /// By cause, in words.
    pub causes: Vec<(String, u64)>,
    /// Requests that waited for an environment to start.
    pub cold: u64,
    /// Milliseconds that half of the answers took at most, and 99 of a hundred.
    pub p50_ms: f64,
    /// The latter.
    pub p99_ms: f64,
}

impl Outcome {
    fn of(tally: &Tally) -> Self {
        let mut causes = Vec::new();
        for (cause, count) in &tally.refused {
            causes.push((cause.words().to_owned(), *count));
        }
        causes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        Self {
            arrived: tally.arrived,
            refused: tally.all_refused(),
            refused_share: tally.refused_share(),
            causes,
            cold: tally.cold,
            p50_ms: tally.percentile(0.5),
            p99_ms: tally.percentile(0.99),
        }
    }
}

/// A day at a stage.
#[derive(Clone, Debug, Serialize)]
pub struct DayReport {
    /// The stage.
    pub stage: String,
    /// Users.
    pub users: f64,
    /// Times the load of a spike.
    pub spike_times: f64,
    /// The whole day.
    pub day: Outcome,
    /// The spike.
    pub spike: Option<Outcome>,
    /// Executions at once, at most, beyond those that are kept warm.
    pub most_executions: f64,
    /// Capacity units of the writer, at most.
    pub most_capacity_units: f64,
    /// Seconds that a photo waited at most.
    pub longest_photo_wait: f64,
    /// The cost of the day behind the edge.
    pub dollars: Dollars,
    /// All of it.
    pub dollars_in_all: f64,
}

/// Simulates a day, with a spike at its busiest hour.
///
/// # Errors
/// A sentence, for a day that `load.toml` has not.
pub fn day(
    stage: &'static Stage,
    users: f64,
    times: f64,
    plan: &Plan,
    inputs: &Inputs,
) -> Result<DayReport, String> {
    let mut traffic = traffic(users, plan)?;
    if times > 1.0 {
        let at = traffic.busiest();
        traffic.spike = Some(Spike { at, times, seconds: 300.0 });
    }
    let mut simulation = simulation(stage, &traffic, 0.0, plan, inputs);
    simulation.run(DAY, &inputs.costs);
    let photo = &inputs.costs.photo;
    let photo_gb_seconds = photo.seconds * photo.memory_mb / 1024.0;
    let dollars = bill::dollars(&simulation.meters, stage, photo_gb_seconds, &inputs.prices);
    Ok(DayReport {
        stage: stage.name.clone(),
        users,
        spike_times: times,
        day: Outcome::of(&simulation.whole),
        spike: traffic.spike.map(|_| Outcome::of(&simulation.spike)),
        most_executions: simulation.meters.most_executions,
        most_capacity_units: simulation.meters.most_units,
        longest_photo_wait: simulation.meters.longest_photo_wait,
        dollars,
        dollars_in_all: dollars.all(),
    })
}

fn traffic(users: f64, plan: &Plan) -> Result<Traffic, String> {
    Traffic::new(users, &plan.day).ok_or_else(|| {
        let days: Vec<_> = LOAD.days.keys().map(String::as_str).collect();
        format!("There is no day {}. There are: {}.", plan.day, days.join(", "))
    })
}

fn simulation(
    stage: &Stage,
    traffic: &Traffic,
    from: f64,
    plan: &Plan,
    inputs: &Inputs,
) -> Simulation {
    let settings = template::stage(&stage.name);
    let classes = load::classes(&inputs.costs, plan.habits);
    Simulation::new(stage, &settings, traffic, classes, from, inputs, plan.seed)
}

/// The load at which a stage fails.
#[derive(Clone, Debug, Serialize)]
pub struct Limit {
    /// The stage.
    pub stage: String,
    /// Users at which it fails at the busiest hour of a day.
    pub users: f64,
    /// Requests a second at the API there.
    pub requests: f64,
    /// The first thing to fail.
    pub fails_first: String,
    /// The highest spike that it survives with the users that it is meant for.
    pub spike: f64,
    /// The first thing to fail above it.
    pub spike_fails_first: String,
}

/// Finds where a stage fails.
///
/// # Errors
/// A sentence, for a day that `load.toml` has not.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
pub fn limit(stage: &'static Stage, plan: &Plan, inputs: &Inputs) -> Result<Limit, String> {
    let meant_for = stage.most_users as f64;
    let held = |times: f64| hold(stage, meant_for * times, plan, inputs);
    let (times, fails_first) = search(0.01, &held)?;
    let stands = |times: f64| withstand(stage, meant_for, times, SPIKE, plan, inputs);
    let (spike, spike_fails_first) = search(1.0, &stands)?;
    let users = meant_for * times;
    let traffic = traffic(users, plan)?;
    let classes = load::classes(&inputs.costs, plan.habits);
    let busiest = traffic.busiest();
    let requests = classes
        .iter()
        .map(|class| traffic.steady(class, busiest))
        .sum();
    let stage = stage.name.clone();
    Ok(Limit { stage, users, requests, fails_first, spike, spike_fails_first })
}

/// Returns the last multiple that is good enough, and what fails above it.
fn search(
    least: f64,
    fails: &dyn Fn(f64) -> Result<Option<String>, String>,
) -> Result<(f64, String), String> {
    let mut good = least;
    let mut bad = MOST;
    let Some(mut why) = fails(bad)? else { return Ok((bad, "nothing".to_owned())) };
    for _ in 0..STEPS {
        let middle = (good * bad).sqrt();
        match fails(middle)? {
            Some(cause) => {
                bad = middle;
                why = cause;
            }
            None => good = middle,
        }
    }
    Ok((good, why))
}

/// Holds the busiest hour's load of so many users, to which the stack has grown, and returns what
/// fails.
fn hold(
    stage: &'static Stage,
    users: f64,
    plan: &Plan,
    inputs: &Inputs,
) -> Result<Option<String>, String> {
    let mut traffic = traffic(users, plan)?;
    let busiest = traffic.busiest();
    // A spike of nothing: its time is what counts, and its ticks are fine.
    traffic.spike = Some(Spike { at: busiest + 60.0, times: 1.0, seconds: HELD - 60.0 });
    let mut simulation = simulation(stage, &traffic, busiest, plan, inputs);
    simulation.run(busiest + HELD, &inputs.costs);
    Ok(failure(&simulation, LOAD.objective.refused))
}

/// Lets a spike come to so many users, and returns what fails.
///
/// # Errors
/// A sentence, for a day that `load.toml` has not.
pub fn withstand(
    stage: &'static Stage,
    users: f64,
    times: f64,
    seconds: f64,
    plan: &Plan,
    inputs: &Inputs,
) -> Result<Option<String>, String> {
    let mut traffic = traffic(users, plan)?;
    let at = traffic.busiest();
    traffic.spike = Some(Spike { at, times, seconds });
    let mut simulation = simulation(stage, &traffic, at - 60.0, plan, inputs);
    simulation.run(at + seconds, &inputs.costs);
    Ok(failure(&simulation, LOAD.objective.refused_in_spike))
}

fn failure(simulation: &Simulation, refused: f64) -> Option<String> {
    let tally = &simulation.spike;
    if tally.refused_share() > refused {
        return tally.first_cause().map(|cause| cause.words().to_owned());
    }
    if tally.percentile(0.99) > LOAD.objective.p99_ms {
        return Some("p99".to_owned());
    }
    let wait = simulation.meters.longest_photo_wait;
    if wait > LOAD.objective.photo_seconds {
        return Some("photos wait for renditions".to_owned());
    }
    None
}

/// Returns every stage, or the one of this name.
///
/// # Errors
/// A sentence, for a name that no stage has.
pub fn stages(name: Option<&str>) -> Result<Vec<&'static Stage>, String> {
    let Some(name) = name else { return Ok(stage::all().iter().collect()) };
    let found: Vec<_> = stage::all()
        .iter()
        .filter(|stage| stage.name == name)
        .collect();
    if found.is_empty() { Err(format!("There is no stage {name}.")) } else { Ok(found) }
}

/// Returns the milliseconds that a start adds to an answer.
pub fn start_ms() -> f64 {
    AWS.lambda.start_ms + AWS.lambda.platform_ms
}
