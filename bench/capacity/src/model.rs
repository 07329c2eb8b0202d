//! From a number of users to requests, capacity and dollars.

use crate::{
    edge,
    inputs::{Costs, Inputs},
    limits::{self, Limit},
    load::Scenario,
    peak::{self, Peak},
    services,
    stage::{self, Stage},
    standing,
};

/// A line of the bill.
#[derive(Debug)]
pub struct Line {
    /// The service, and what of it.
    pub what: &'static str,
    /// The amount of it in a month, in words.
    pub amount: String,
    /// Dollars a month.
    pub dollars: f64,
    /// True for keeping, false for reading and writing.
    pub kept: bool,
}

/// The capacity and the cost of a scenario.
#[derive(Debug)]
pub struct Bill {
    /// The scenario.
    pub scenario: Scenario,
    /// Its stage.
    pub stage: &'static Stage,
    /// Its needs at its peak.
    pub peak: Peak,
    /// The lines.
    pub lines: Vec<Line>,
    /// The quotas of AWS; those that break first come first.
    pub limits: Vec<Limit>,
}

impl Bill {
    /// Returns dollars a month, with the lines for what is kept or without.
    pub fn total(&self, with_kept: bool) -> f64 {
        let mut dollars = 0.0;
        for line in &self.lines {
            if with_kept || !line.kept {
                dollars += line.dollars;
            }
        }
        dollars
    }

    /// Returns dollars for a million reads over HTTP: all that reading and writing costs.
    pub fn per_million_reads(&self) -> f64 {
        self.total(false) / (self.scenario.reads() / 1e6)
    }

    /// Returns dollars for a million rows that reads have answered.
    pub fn per_million_rows(&self, costs: &Costs) -> f64 {
        let rows = self.scenario.misses() * costs.mean(|read| read.rows) + self.scenario.hits();
        self.total(false) / (rows / 1e6)
    }
}

/// Returns the dollars of a month in which nobody comes to a stage, and in which nothing is kept.
pub fn idle(stage: &Stage, inputs: &Inputs) -> f64 {
    let nobody = Scenario {
        users: stage.most_users,
        hit_ratio: 0.0,
        reads_a_user: 0.0,
        writes_a_user: 0.0,
        peak: 1.0,
        months: 0.0,
    };
    bill(&nobody, inputs).total(true)
}

/// Returns the capacity and the cost of a scenario.
pub fn bill(scenario: &Scenario, inputs: &Inputs) -> Bill {
    let stage = stage::of(scenario.users);
    let peak = peak::of(scenario, stage, &inputs.costs);
    let mut lines = edge::lines(scenario, stage, inputs);
    lines.extend(services::functions(scenario, stage, &peak, inputs));
    lines.extend(services::hot_table(scenario, stage, inputs));
    lines.extend(services::rows(scenario, stage, &peak, inputs));
    lines.extend(services::warehouse(scenario, stage, inputs));
    lines.extend(services::photos(scenario, inputs));
    lines.extend(standing::lines(stage, inputs));
    let limits = limits::of(scenario, &peak);
    Bill { scenario: *scenario, stage, peak, lines, limits }
}

/// Returns a line of what reading and writing costs.
pub fn line(what: &'static str, amount: String, dollars: f64) -> Line {
    Line { what, amount, dollars, kept: false }
}

/// Returns a number of millions in words.
pub fn million(millions: f64) -> String {
    if millions >= 100.0 {
        format!("{millions:.0} million")
    } else if millions >= 0.1 {
        format!("{millions:.1} million")
    } else {
        format!("{:.0}", millions * 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(users: u64, hit_ratio: f64) -> Bill {
        let inputs = Inputs::read(None, None).expect("both files");
        let scenario = Scenario {
            users,
            hit_ratio,
            reads_a_user: 1e4,
            writes_a_user: 1e2,
            peak: 10.0,
            months: 36.0,
        };
        bill(&scenario, &inputs)
    }

    #[test]
    fn more_users_cost_more_and_a_read_less() {
        let bills: Vec<_> = stage::all()
            .iter()
            .map(|stage| of(stage.most_users, 0.9))
            .collect();
        assert!(bills.is_sorted_by(|a, b| a.total(true) < b.total(true)));
        assert!(bills[5].per_million_reads() < bills[1].per_million_reads());
    }

    #[test]
    fn what_the_edge_answers_is_not_paid_for_behind_it() {
        let none = of(1_000_000, 0.0);
        let most = of(1_000_000, 0.9);
        assert!(most.peak.concurrency < none.peak.concurrency / 3.0);
        assert!(most.peak.dynamodb.0 < none.peak.dynamodb.0 / 5.0);
    }

    #[test]
    fn a_stage_without_anybody_costs_what_it_keeps_ready() {
        let inputs = Inputs::read(None, None).expect("both files");
        let of_stage = |stage| idle(stage, &inputs);
        let idle: Vec<_> = stage::all().iter().map(of_stage).collect();
        assert!(idle.is_sorted(), "{idle:?}");
        assert!(idle[0] < 20.0, "its database sleeps: {idle:?}");
        assert!(
            idle[5] > 16.0 * 6.0 * 0.16 * 730.0,
            "every instance has its least capacity: {idle:?}"
        );
    }

    #[test]
    fn one_user_costs_a_few_dollars() {
        assert!(of(1, 0.9).total(true) < 20.0, "{:?}", of(1, 0.9).lines);
    }
}
