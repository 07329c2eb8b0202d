//! The number of requests of a month.

/// Seconds of a month of 30.4 days.
pub const MONTH: f64 = 730.0 * 3600.0;

/// A number of users, and their use of the service.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// Users.
    pub users: u64,
    /// Share of reads that the edge answers by itself.
    pub hit_ratio: f64,
    /// Reads of a user in a month.
    pub reads_a_user: f64,
    /// Writes of a user in a month.
    pub writes_a_user: f64,
    /// The busiest second, in averages.
    pub peak: f64,
    /// Months of rows and photographs that are kept.
    pub months: f64,
}

impl Scenario {
    /// Reads in a month.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub fn reads(&self) -> f64 {
        self.users as f64 * self.reads_a_user
    }

    /// Reads in a month that reach the API.
    pub fn misses(&self) -> f64 {
        self.reads() * (1.0 - self.hit_ratio)
    }

    /// Reads in a month that the edge answers.
    pub fn hits(&self) -> f64 {
        self.reads() * self.hit_ratio
    }

    /// Writes in a month.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub fn writes(&self) -> f64 {
        self.users as f64 * self.writes_a_user
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_million_users_are_the_load_that_the_design_names() {
        let scenario = Scenario {
            users: 10_000_000,
            hit_ratio: 0.9,
            reads_a_user: 1e4,
            writes_a_user: 1e2,
            peak: 10.0,
            months: 1.0,
        };
        assert!((scenario.reads() / MONTH / 40_000.0 - 1.0).abs() < 0.06, "40,000 reads a second");
        assert!((scenario.writes() / MONTH / 400.0 - 1.0).abs() < 0.06, "400 writes a second");
    }
}
