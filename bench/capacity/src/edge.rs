//! Counts what answers from the edge, and what lets requests through it.

use crate::{
    inputs::{ByteTier, Costs, Inputs, Prices},
    load::Scenario,
    model::{Line, line, million},
    stage::Stage,
    standing,
};

/// Returns what the edge costs: requests, bytes, functions of its own, and the web ACL.
pub fn lines(scenario: &Scenario, stage: &Stage, Inputs { prices, costs }: &Inputs) -> Vec<Line> {
    let reads_and_writes = scenario.reads() + scenario.writes();
    // What goes through a second distribution is a request of both.
    let again = if stage.distributions > 1.0 { scenario.writes() } else { 0.0 };
    let requests = (reads_and_writes + again) / 1e6 + standing::check_requests(stage, costs);
    let gb = bytes_out(scenario, costs) / 1e9;
    let checked = if stage.waf_writes_only { scenario.writes() / 1e6 } else { requests };
    let waf = prices.waf.month
        + stage.waf_rules * prices.waf.rule_month
        + checked * prices.waf.requests_per_million;
    // One looks at whatever is no image and no file of the page, and another at what comes to the
    // second distribution.
    let looked_at = scenario.misses() + 2.0 * scenario.writes();
    let sorted = if stage.distributions > 1.0 { looked_at / 1e6 } else { 0.0 };
    vec![
        line(
            "CloudFront, requests",
            million(requests),
            requests * prices.cloudfront.requests_per_million,
        ),
        line("CloudFront, bytes", format!("{gb:.0} GB"), by_tiers(gb, &prices.cloudfront.bytes)),
        line(
            "CloudFront, functions",
            million(sorted),
            sorted * prices.cloudfront.function_calls_per_million,
        ),
        line("WAF", million(checked), waf),
    ]
}

/// Returns the bytes of a month's answers.
pub fn bytes_out(scenario: &Scenario, costs: &Costs) -> f64 {
    scenario.hits() * costs.hit.bytes
        + scenario.misses() * costs.mean(|read| read.bytes)
        + scenario.writes() * costs.write.bytes
}

/// Returns what so many gigabytes of a month cost: the first terabytes cost the most.
pub fn by_tiers(gb: f64, tiers: &[ByteTier]) -> f64 {
    let mut from = 0.0;
    let mut dollars = 0.0;
    for tier in tiers {
        let to = (tier.up_to_tb * 1000.0).min(gb);
        dollars += (to - from).max(0.0) * tier.per_gb;
        from = to.max(from);
    }
    dollars
}

/// Returns what so many millions of requests of API Gateway cost: the first millions cost the most.
pub fn gateway(requests: f64, prices: &Prices) -> f64 {
    let mut from = 0.0;
    let mut dollars = 0.0;
    for tier in &prices.api_gateway.requests {
        let to = tier.up_to_millions.min(requests);
        dollars += (to - from).max(0.0) * tier.per_million;
        from = to.max(from);
    }
    dollars
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_paid_by_tiers() {
        let inputs = Inputs::read(None, None).expect("both files");
        let dollars = by_tiers(60_000.0, &inputs.prices.cloudfront.bytes);
        assert!(
            (dollars - (10_000.0 * 0.085 + 40_000.0 * 0.080 + 10_000.0 * 0.060)).abs() < 1e-6,
            "{dollars}"
        );
    }
}
