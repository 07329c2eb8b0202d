//! The quotas of AWS, and the number of users at which each is reached. Sources: the quota pages of
//! each service; all are for one account in one region.

use crate::{load::Scenario, peak::Peak};

/// A quota, the needs that it bounds, and its remedy.
struct Quota {
    what: &'static str,
    /// The quota before anybody asked for more.
    most: f64,
    needs: fn(&Peak) -> f64,
    remedy: &'static str,
    /// True if AWS raises it for who asks and has the traffic, as far as is needed.
    on_request: bool,
}

const ANOTHER_CLUSTER: &str = "add a cluster to the shard maps: docs/operations.md";

const QUOTAS: [Quota; 8] = [
    Quota {
        what: "concurrent executions of Lambda",
        most: 1_000.0,
        needs: |peak| peak.concurrency,
        remedy: "ask for more in Service Quotas (L-B99A9384), and raise Scale",
        on_request: true,
    },
    Quota {
        what: "requests a second of API Gateway",
        most: 10_000.0,
        needs: |peak| peak.api,
        remedy: "ask for more (L-8A5B8E43), or raise the hit ratio",
        on_request: true,
    },
    Quota {
        what: "units of the hot table, reading",
        most: 40_000.0,
        needs: |peak| peak.dynamodb.0,
        remedy: "ask for more a table (L-CF0CBE56), and raise Scale",
        on_request: true,
    },
    Quota {
        what: "units of the hot table, writing",
        most: 40_000.0,
        needs: |peak| peak.dynamodb.1,
        remedy: "ask for more a table (L-AB614373), and raise Scale",
        on_request: true,
    },
    Quota {
        what: "capacity units of a writer of Aurora",
        most: 256.0,
        needs: |peak| peak.acu.1,
        remedy: ANOTHER_CLUSTER,
        on_request: false,
    },
    Quota {
        what: "capacity units of fifteen readers",
        most: 15.0 * 256.0,
        needs: |peak| peak.acu.0,
        remedy: ANOTHER_CLUSTER,
        on_request: false,
    },
    Quota {
        what: "connections to one cluster",
        most: 5_000.0,
        needs: |peak| 2.0 * peak.connected,
        remedy: ANOTHER_CLUSTER,
        on_request: false,
    },
    Quota {
        what: "requests a second of CloudFront",
        most: 250_000.0,
        needs: |peak| peak.edge,
        remedy: "ask for more a distribution (L-5F8E97F6)",
        on_request: true,
    },
];

/// A quota beside the needs of a scenario.
#[derive(Debug)]
pub struct Limit {
    /// The subject of the quota.
    pub what: &'static str,
    /// The quota before anybody asked for more.
    pub most: f64,
    /// The needs of this scenario at its peak.
    pub needs: f64,
    /// The remedy.
    pub remedy: &'static str,
    /// Users at which it is reached, other things equal.
    pub users: f64,
    /// True if AWS raises it for who asks.
    pub on_request: bool,
}

/// Returns the limits, those that are reached by the fewest users first.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
pub fn of(scenario: &Scenario, peak: &Peak) -> Vec<Limit> {
    let mut limits = Vec::new();
    for Quota { what, most, needs, remedy, on_request } in QUOTAS {
        let needs = needs(peak);
        let users = scenario.users as f64 * most / needs.max(f64::MIN_POSITIVE);
        limits.push(Limit { what, most, needs, remedy, users, on_request });
    }
    limits.sort_by(|a, b| a.users.total_cmp(&b.users));
    limits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{inputs::Inputs, model};

    #[test]
    fn the_first_limit_is_the_one_that_the_fewest_users_reach() {
        let inputs = Inputs::read(None, None).expect("both files");
        let scenario = Scenario {
            users: 10_000_000,
            hit_ratio: 0.9,
            reads_a_user: 1e4,
            writes_a_user: 1e2,
            peak: 10.0,
            months: 36.0,
        };
        let bill = model::bill(&scenario, &inputs);
        assert!(bill.limits.is_sorted_by(|a, b| a.users <= b.users));
        let kept = bill.limits.iter().find(|limit| !limit.on_request);
        assert!(kept.is_some_and(|limit| limit.users > 1e7), "{kept:?}");
        assert!(
            bill.limits[0].needs > bill.limits[0].most,
            "400,000 reads a second are more than anybody gets unasked"
        );
    }
}
