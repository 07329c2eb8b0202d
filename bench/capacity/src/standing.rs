//! Counts what is paid for even when nobody comes: watching, health checks, polling, keys.

use crate::{
    inputs::{Costs, Inputs},
    load::MONTH,
    model::{Line, line, million},
    stage::Stage,
};

/// Seconds between two requests of a health checker, as `infra/edge.yaml` has it.
const CHECK_INTERVAL: f64 = 30.0;
/// Seconds of a long poll.
const POLL: f64 = 20.0;
/// Keys and secrets of a stack: the database's key, and the secret of its first user.
const KEYS: f64 = 1.0;
const SECRETS: f64 = 1.0;
const DASHBOARDS: f64 = 1.0;

/// Returns the requests of health checkers in a month, in millions: each goes through the edge to a
/// function.
pub fn check_requests(stage: &Stage, costs: &Costs) -> f64 {
    stage.health_checks * costs.health_checkers * MONTH / CHECK_INTERVAL / 1e6
}

/// Returns what a stage costs before anybody comes, beside the capacity that it keeps.
pub fn lines(stage: &Stage, Inputs { prices, costs }: &Inputs) -> Vec<Line> {
    let watching = &prices.monitoring;
    let metrics = costs.metrics * watching.metric + DASHBOARDS * watching.dashboard;
    let alarms = stage.alarms * watching.alarm
        + stage.anomaly_alarms * watching.anomaly_alarm
        + stage.composite_alarms * watching.composite_alarm;
    let polls = stage.polled_queues * costs.pollers * MONTH / POLL / 1e6;
    let names = prices.route53.zone + stage.health_checks * prices.route53.health_check;
    let keys = KEYS * prices.keys.key + SECRETS * prices.keys.secret;
    vec![
        line("CloudWatch, metrics and dashboard", format!("{}", costs.metrics), metrics),
        line("CloudWatch, alarms", format!("{}", stage.alarms), alarms),
        line("Route 53, zone and health check", String::new(), names),
        line("SQS, polling", million(polls), polls * prices.sqs.requests_per_million),
        line("Keys and secrets", String::new(), keys),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage;

    #[test]
    fn a_health_check_is_asked_every_other_second() {
        let inputs = Inputs::read(None, None).expect("both files");
        let checked = stage::of(1_000);
        assert!((check_requests(checked, &inputs.costs) * 1e6 / MONTH - 16.0 / 30.0).abs() < 1e-9);
        assert!(
            check_requests(stage::of(1), &inputs.costs).abs() < 1e-9,
            "nothing watches one user's"
        );
    }

    #[test]
    fn the_lines_are_what_the_price_pages_say() {
        let inputs = Inputs::read(None, None).expect("both files");
        let dollars = |stage: &Stage| {
            lines(stage, &inputs)
                .iter()
                .map(|line| line.dollars)
                .sum::<f64>()
        };
        assert!(dollars(stage::of(1)) < 10.0, "{}", dollars(stage::of(1)));
        assert!(dollars(stage::of(10_000_000)) > dollars(stage::of(1)));
    }
}
