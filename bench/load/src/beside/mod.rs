//! Systems beside each other: the same load, in turns, for the limit of each and at one rate for all.

mod round;
mod table;

use std::{fs, path::Path};

use serde::Serialize;

use crate::{
    Cause, generator::Run, limit::Search, medians::median, note, options::Options, report::Report,
    session::Session,
};
use round::Round;

/// The name of the first system.
const FIRST: &str = "ours";
/// The part of the lowest limit at which all are measured: each of them carries it with ease.
const SAME_RATE: f64 = 0.8;

/// Systems that were measured in turns.
#[derive(Debug, Serialize)]
pub struct Comparison {
    /// The objectives.
    objectives: Vec<String>,
    /// The rate at which all were measured, in arrivals a second.
    same_rate: f64,
    /// The systems, ours first.
    sides: Vec<Side>,
    /// The last report of each at the same rate.
    #[serde(skip)]
    reports: Vec<Report>,
}

/// One system.
#[derive(Debug, Serialize)]
struct Side {
    name: String,
    /// The highest rates that kept the objectives, as right answers a second; one a round.
    limits: Vec<f64>,
    /// Figures at the same rate; one a round.
    rounds: Vec<Round>,
}

/// A system with a library, and the rate at which its next search begins.
struct Contender {
    session: Session,
    begin: Option<f64>,
}

/// Measures the system that is asked for and those beside it.
///
/// # Errors
/// A system that is not there, or that does not make its library.
pub async fn compare(options: &Options, run: &Run) -> Result<Comparison, Cause> {
    let mut contenders = vec![Contender { session: Session::prepare(options).await?, begin: None }];
    let mut sides = vec![Side::new(FIRST)];
    for (name, file) in &options.beside {
        let session = Session::prepare_beside(file, options).await?;
        contenders.push(Contender { session, begin: None });
        sides.push(Side::new(name));
    }
    let mut same_rate = None;
    let mut reports = Vec::new();
    for round in 1..=options.rounds {
        for (contender, side) in contenders.iter_mut().zip(&mut sides) {
            note(&format!("Round {round}: the limit of {}", side.name));
            side.limits.push(contender.limit(run).await?);
        }
        // That of the first round for all rounds, so that they can be compared.
        let rate = *same_rate.get_or_insert_with(|| same_rate_of(&contenders, run));
        reports.clear();
        for (contender, side) in contenders.iter().zip(&mut sides) {
            note(&format!("Round {round}: {} at the same rate", side.name));
            let mut run = run.clone();
            run.schedule.rate = rate;
            let report = contender.session.measure(&run).await;
            side.rounds.push(Round::of(&report));
            reports.push(report);
        }
    }
    let objectives = options.objectives();
    Ok(Comparison {
        objectives: objectives.iter().map(ToString::to_string).collect(),
        same_rate: same_rate.unwrap_or_default(),
        sides,
        reports,
    })
}

/// Returns a rate that all carry.
fn same_rate_of(contenders: &[Contender], run: &Run) -> f64 {
    let limits = contenders.iter().filter_map(|contender| contender.begin);
    let lowest = limits.fold(f64::INFINITY, f64::min);
    if lowest.is_finite() { lowest * SAME_RATE } else { run.schedule.rate }
}

impl Contender {
    /// Looks for the limit. Returns the right answers a second at it, 0 if no rate was kept.
    async fn limit(&mut self, run: &Run) -> Result<f64, Cause> {
        let search = match self.begin {
            Some(rate) => Search::near(rate),
            None => Search::from(run.schedule.rate),
        };
        let report = self.session.search(run, search).await?;
        if !report.steps.iter().any(|step| step.kept) {
            return Ok(0.0);
        }
        self.begin = Some(report.settings.rate);
        Ok(report.total.carried_rate)
    }
}

impl Side {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), limits: Vec::new(), rounds: Vec::new() }
    }

    fn limit(&self) -> Option<f64> {
        median(self.limits.iter().copied())
    }

    fn figure(&self, of_round: impl Fn(&Round) -> f64) -> Option<f64> {
        median(self.rounds.iter().map(of_round))
    }

    /// Returns the medians, in the order of the columns.
    fn columns(&self) -> [Option<f64>; 7] {
        [
            self.limit(),
            self.figure(|round| round.p50_ms),
            self.figure(|round| round.p99_ms),
            self.figure(|round| round.function_cpu_ms),
            self.figure(|round| round.system_cpu_ms),
            self.figure(|round| round.function_memory_mb),
            self.figure(|round| round.processes),
        ]
    }
}

impl Comparison {
    /// Returns the number of answers at the same rate that said something wrong.
    pub fn wrong(&self) -> u64 {
        let rounds = self.sides.iter().flat_map(|side| &side.rounds);
        rounds.map(|round| round.wrong).sum()
    }

    /// Writes the figures as JSON, and the last report of each system into a folder of its own.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Cause> {
        for (side, report) in self.sides.iter().zip(&self.reports) {
            crate::write(&folder.join(&side.name), report)?;
        }
        let json = serde_json::to_string_pretty(self)?;
        let file = folder.join("beside.json");
        fs::write(&file, json + "\n")
            .map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
        Ok(())
    }
}
