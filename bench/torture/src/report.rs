//! The report of a run: a table for people, JSON for programs.

use std::{collections::BTreeMap, fmt::Write};

use serde::Serialize;

use crate::{
    drain::{Drained, Left},
    fault_switch::{FaultCount, FaultReport},
    invariants::Finding,
    options::Options,
};

/// Violations of an invariant that are shown.
const SHOWN: usize = 5;

/// The settings of a run.
#[derive(Debug, Serialize)]
pub struct Settings {
    seed: u64,
    fault_seed: u64,
    minutes: f64,
    rate: f64,
    users: u16,
    only: Vec<String>,
    power_cuts: u16,
    /// The processors of the machine.
    processors: usize,
    /// True if only stores were read.
    check_only: bool,
    fault_decisions: u64,
}

impl Settings {
    /// Returns those of the options.
    pub fn of(options: &Options, faults: &FaultReport) -> Self {
        Self {
            seed: options.seed,
            fault_seed: faults.seed,
            minutes: options.minutes,
            rate: options.rate,
            users: options.users,
            only: options.only.clone(),
            power_cuts: options.power_cuts,
            processors: std::thread::available_parallelism().map_or(0, usize::from),
            check_only: options.check.is_some(),
            fault_decisions: faults.decisions,
        }
    }

    /// Returns the command that runs the same again.
    fn again(&self) -> String {
        let Self { seed, minutes, rate, users, only, power_cuts, .. } = self;
        let mut again = format!(
            "Seed {seed}. Again: ./dev torture --minutes {minutes} --seed {seed} --rate {rate} \
             --users {users}",
        );
        for point in only {
            let _ = write!(again, " --only \"{point}\"");
        }
        if *power_cuts > 0 {
            let _ = write!(again, " --power-cuts {power_cuts}");
        }
        again
    }
}

/// The report.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The settings.
    pub settings: Settings,
    /// The faults, by point and kind.
    pub faults: Vec<FaultCount>,
    /// Requests by how they were answered.
    pub answers: BTreeMap<String, u64>,
    /// Writes that were acknowledged.
    pub acknowledged: u64,
    /// Writes of which nobody was told what became of them.
    pub in_doubt: u64,
    /// Uploads that did not work even without faults.
    pub unfinished: usize,
    /// The wait until everything had arrived.
    pub drained: Option<Drained>,
    /// Photos by their status.
    pub photos: BTreeMap<String, u64>,
    /// The invariants.
    pub invariants: Vec<Finding>,
}

impl Report {
    /// Returns true if nothing was lost or doubled, and all has settled.
    pub fn holds(&self) -> bool {
        let has_settled = self
            .drained
            .is_none_or(|drained| drained.left == Left::default());
        let is_kept = self.invariants.iter().all(Finding::holds);
        has_settled && is_kept && self.unfinished == 0
    }

    /// Returns the table.
    pub fn text(&self) -> String {
        let mut text = String::new();
        if !self.settings.check_only {
            self.say_run(&mut text);
        }
        self.say_invariants(&mut text);
        let verdict = if self.holds() {
            "Nothing was lost, and nothing is there twice."
        } else {
            "NOT everything holds: see above."
        };
        let _ = writeln!(text, "\n{verdict}");
        if !self.settings.check_only {
            let _ = writeln!(text, "{}", self.settings.again());
        }
        text
    }

    fn say_run(&self, text: &mut String) {
        let faults: u64 = self.faults.iter().map(|count| count.count).sum();
        let _ = writeln!(text, "{:<52} {:>9}", "faults", faults);
        for FaultCount { point, fault, count } in &self.faults {
            let _ = writeln!(text, "  {:<50} {count:>9}", format!("{point}: {fault}"));
        }
        let requests: u64 = self.answers.values().sum();
        if self.settings.power_cuts > 0 {
            let _ = writeln!(text, "{:<52} {:>9}", "power cuts", self.settings.power_cuts);
        }
        let _ = writeln!(text, "{:<52} {requests:>9}", "requests");
        for (status, count) in &self.answers {
            let _ = writeln!(text, "  {status:<50} {count:>9}");
        }
        let _ = writeln!(text, "{:<52} {:>9}", "writes acknowledged", self.acknowledged);
        let _ = writeln!(text, "{:<52} {:>9}", "writes in doubt", self.in_doubt);
        for (status, count) in &self.photos {
            let _ = writeln!(text, "{:<52} {count:>9}", format!("photos {status}"));
        }
        if self.unfinished > 0 {
            let _ = writeln!(text, "{:<52} {:>9}", "uploads that do not work", self.unfinished);
        }
        if let Some(Drained { seconds, left }) = self.drained {
            let _ = writeln!(text, "{:<52} {seconds:>8.1}s", "settled after");
            if left != Left::default() {
                let _ = writeln!(text, "  and NOT all has settled: {left:?}");
            }
        }
        let _ = writeln!(text);
    }

    fn say_invariants(&self, text: &mut String) {
        let _ = writeln!(text, "{:<52} {:>9} {:>9}", "what has to hold", "checked", "violated");
        for finding in &self.invariants {
            let _ = writeln!(
                text,
                "  {:<50} {:>9} {:>9}",
                finding.name,
                finding.checked,
                finding.violations.len(),
            );
            for violation in finding.violations.iter().take(SHOWN) {
                let _ = writeln!(text, "      {violation}");
            }
        }
    }
}
