//! What AWS gives no more of unless it is asked, and at how many users that is reached.

use crate::{load::Scenario, model::Peak};

/// A limit, what is needed of it, and what to do.
#[derive(Debug)]
pub struct Limit {
    /// What is limited.
    pub what: &'static str,
    /// What there is before anybody asked.
    pub most: f64,
    /// What this scenario needs at its peak.
    pub needs: f64,
    /// What to do.
    pub remedy: &'static str,
    /// Users at which it is reached, other things equal.
    pub users: f64,
}

/// The limits, those that are reached by the fewest users first. Sources: the quota pages of each
/// service; all are for one account in one region.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
pub fn of(scenario: &Scenario, peak: &Peak) -> Vec<Limit> {
    let limit = |what, most, needs: f64, remedy| {
        let users = scenario.users as f64 * most / needs.max(f64::MIN_POSITIVE);
        Limit { what, most, needs, remedy, users }
    };
    let mut limits = vec![
        limit(
            "concurrent executions of Lambda",
            1_000.0,
            peak.concurrency,
            "ask for more in Service Quotas (L-B99A9384), and raise Scale",
        ),
        limit(
            "requests a second of API Gateway",
            10_000.0,
            peak.api,
            "ask for more (L-8A5B8E43), or raise the hit ratio",
        ),
        limit(
            "units of the hot table, reading",
            40_000.0,
            peak.dynamodb.0,
            "ask for more a table (L-CF0CBE56), and raise Scale",
        ),
        limit(
            "units of the hot table, writing",
            40_000.0,
            peak.dynamodb.1,
            "ask for more a table (L-AB614373), and raise Scale",
        ),
        limit(
            "capacity units of a writer of Aurora",
            256.0,
            peak.acu.1,
            "add a cluster to the shard maps: docs/operations.md",
        ),
        limit(
            "capacity units of fifteen readers",
            15.0 * 256.0,
            peak.acu.0,
            "add a cluster to the shard maps: docs/operations.md",
        ),
        limit(
            "connections to one cluster",
            5_000.0,
            2.0 * peak.connected,
            "add a cluster to the shard maps: docs/operations.md",
        ),
        limit(
            "requests a second of CloudFront",
            250_000.0,
            peak.edge,
            "ask for more a distribution (L-5F8E97F6)",
        ),
    ];
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
        assert!(
            bill.limits[0].needs > bill.limits[0].most,
            "400,000 reads a second are more than anybody gets unasked"
        );
    }
}
