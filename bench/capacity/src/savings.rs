//! Ways to lower the price of a read.

use crate::{
    edge,
    inputs::{Inputs, Plan},
    load::Scenario,
    model::{self, Bill, Line, line},
    standing,
};

/// The share that CloudFront's Security Savings Bundle takes off its list prices, for the promise
/// to buy for a year: "Save with the security savings bundle" in CloudFront's Developer Guide.
const BUNDLE: f64 = 0.30;
/// Lines of the bill that a flat-rate plan of CloudFront takes the place of.
const IN_A_PLAN: [&str; 4] =
    ["CloudFront, requests", "CloudFront, bytes", "CloudFront, functions", "WAF"];
/// Share of reads that the edge would answer, if what is shared were cached for longer.
const MORE_HITS: f64 = 0.95;

/// Something that could be done, and the bill then.
#[derive(Debug)]
pub struct Saving {
    /// The measure, in words.
    pub what: String,
    /// The bill with it.
    pub bill: Bill,
}

/// Returns each measure alone, and all of them together; without those that are taken already.
pub fn of(scenario: &Scenario, inputs: &Inputs) -> Vec<Saving> {
    let more_hits = Scenario { hit_ratio: MORE_HITS, ..*scenario };
    let bundle = bundled(inputs);
    let hits = format!("{:.0} % of reads answered by the edge", MORE_HITS * 100.0);
    let promise = format!("CloudFront bought for a year ahead, {:.0} % off", BUNDLE * 100.0);
    let mut savings = vec![Saving { what: promise, bill: model::bill(scenario, &bundle) }];
    if scenario.hit_ratio < MORE_HITS {
        savings.push(Saving { what: hits, bill: model::bill(&more_hits, inputs) });
        savings.push(Saving { what: "both".to_owned(), bill: model::bill(&more_hits, &bundle) });
    }
    savings.extend(planned(scenario, inputs));
    savings
}

/// Returns the bill with the cheapest flat-rate plan that has room for all that goes through the
/// edge, if it saves anything.
fn planned(scenario: &Scenario, inputs: &Inputs) -> Option<Saving> {
    let mut bill = model::bill(scenario, inputs);
    let checks = standing::check_requests(bill.stage, &inputs.costs);
    let millions = (scenario.reads() + scenario.writes()) / 1e6 + checks;
    let terabytes = edge::bytes_out(scenario, &inputs.costs) / 1e12;
    let fits = |plan: &&Plan| millions <= plan.millions && terabytes <= plan.tb;
    let plan = inputs.prices.cloudfront.plans.iter().find(fits)?;
    let (in_it, mut lines): (Vec<Line>, Vec<Line>) = bill
        .lines
        .into_iter()
        .partition(|line| IN_A_PLAN.contains(&line.what));
    let instead: f64 = in_it.iter().map(|line| line.dollars).sum();
    lines.push(line("CloudFront, plan", plan.name.clone(), plan.month));
    bill.lines = lines;
    if plan.month >= instead {
        return None;
    }
    let what = format!(
        "CloudFront's plan {}, {:.0} $ a month instead of {instead:.0}",
        plan.name, plan.month
    );
    Some(Saving { what, bill })
}

fn bundled(inputs: &Inputs) -> Inputs {
    let mut bundled = inputs.clone();
    let edge = &mut bundled.prices.cloudfront;
    edge.requests_per_million *= 1.0 - BUNDLE;
    for tier in &mut edge.bytes {
        tier.per_gb *= 1.0 - BUNDLE;
    }
    bundled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_it_saves_more_than_each() {
        let inputs = Inputs::read(None, None).expect("both files");
        let scenario = |hit_ratio| Scenario {
            users: 10_000_000,
            hit_ratio,
            reads_a_user: 1e4,
            writes_a_user: 1e2,
            peak: 10.0,
            months: 36.0,
        };
        let now = model::bill(&scenario(0.9), &inputs).per_million_reads();
        let prices: Vec<_> = of(&scenario(0.9), &inputs)
            .iter()
            .map(|saving| saving.bill.per_million_reads())
            .collect();
        assert_eq!(prices.len(), 3);
        assert!(
            prices[..2]
                .iter()
                .all(|price| *price < now && *price > prices[2]),
            "{now}: {prices:?}"
        );
        assert_eq!(of(&scenario(0.99), &inputs).len(), 1, "more hits than that are there already");
    }

    #[test]
    fn a_plan_is_offered_where_it_has_room_and_saves_something() {
        let inputs = Inputs::read(None, None).expect("both files");
        let with = |users| {
            let scenario = Scenario {
                users,
                hit_ratio: 0.9,
                reads_a_user: 1e4,
                writes_a_user: 1e2,
                peak: 10.0,
                months: 36.0,
            };
            planned(&scenario, &inputs).map(|saving| saving.what)
        };
        assert!(with(10).is_some_and(|what| what.contains("Free")), "{:?}", with(10));
        assert!(with(800).is_some_and(|what| what.contains("Pro")), "{:?}", with(800));
        assert_eq!(with(1_000), None, "the next plan is dearer than what it takes the place of");
        assert!(with(10_000).is_some_and(|what| what.contains("Business")), "{:?}", with(10_000));
        assert_eq!(with(10_000_000), None, "no plan has room for it");
    }
}
