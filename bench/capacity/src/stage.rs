//! The stages of the parameter `Scale`, as `stages.toml` has them.

use std::sync::LazyLock;

use serde::Deserialize;

/// A stage, as a table of `stages.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "columns of a table")]
pub struct Stage {
    /// The parameter's value.
    pub name: String,
    /// The most users that it is meant for.
    pub most_users: u64,
    /// Least and most capacity units of an instance of Aurora.
    pub acu: (f64, f64),
    /// Readers beside the writer.
    pub readers: f64,
    /// True if the hot table's capacity is provisioned.
    pub provisioned: bool,
    /// Execution environments that are kept warm, as a share of what the peak takes.
    pub warm: f64,
    /// Processing units of the warehouse; none without one.
    pub rpu: f64,
    /// True if rows older than three months leave MySQL.
    pub archives: bool,
    /// Rules of WAF.
    pub waf_rules: f64,
    /// True if WAF sees writes alone.
    pub waf_writes_only: bool,
    /// True if Aurora is I/O-optimized.
    pub io_optimized: bool,
    /// Distributions of CloudFront: writes may have one of their own.
    pub distributions: f64,
    /// Alarms on a metric, or on an expression of some.
    pub alarms: f64,
    /// Alarms on a band that CloudWatch expects.
    pub anomaly_alarms: f64,
    /// Alarms on other alarms.
    pub composite_alarms: f64,
    /// Health checks of Route 53.
    pub health_checks: f64,
    /// Queues that Lambda polls.
    pub polled_queues: f64,
}

#[derive(Deserialize)]
struct Stages {
    stage: Vec<Stage>,
}

static ALL: LazyLock<Vec<Stage>> = LazyLock::new(|| {
    let stages: Stages =
        toml::from_str(include_str!("../stages.toml")).expect("stages.toml is valid");
    stages.stage
});

/// Returns all stages, smallest first.
pub fn all() -> &'static [Stage] {
    &ALL
}

/// Returns the smallest stage that is meant for so many users; the last one for more.
pub fn of(users: u64) -> &'static Stage {
    ALL.iter()
        .find(|stage| users <= stage.most_users)
        .unwrap_or(&ALL[ALL.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_the_smallest_that_suffices() {
        assert_eq!(
            [1, 10, 11, 100_000, 100_001, u64::MAX].map(|users| of(users).name.as_str()),
            ["users", "users", "users-1", "users-3", "users-4", "users-5"]
        );
    }
}
