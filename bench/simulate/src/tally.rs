//! A count of requests by what became of them, and of how long answers took.

use std::collections::BTreeMap;

use crate::aws::LOAD;

/// The reason for which a request was not served, or an answer was slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The bucket of a route.
    Route,
    /// The bucket of all routes of the account.
    Gateway,
    /// Requests a second that the account's executions allow.
    AccountRequests,
    /// Executions that the account may have at once.
    Executions,
    /// The rate at which Lambda makes environments.
    Growth,
    /// Connections that a database's user may have.
    Connections,
    /// Units of the hot table for reading.
    TableReads,
    /// Units of the hot table for writing.
    TableWrites,
    /// Units of one partition of it.
    Partition,
    /// Capacity of the database, which answered too late.
    Database,
}

impl Cause {
    /// Returns the cause in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Route => "requests a second of a route (429)",
            Self::Gateway => "requests a second of API Gateway (429)",
            Self::AccountRequests => "requests a second of Lambda, ten for each execution",
            Self::Executions => "concurrent executions of the account",
            Self::Growth => "environments that Lambda makes in ten seconds",
            Self::Connections => "connections of a user of the database",
            Self::TableReads => "units of the hot table, reading",
            Self::TableWrites => "units of the hot table, writing",
            Self::Partition => "units of one partition of the hot table",
            Self::Database => "capacity of Aurora",
        }
    }
}

/// Buckets of a histogram are so much wider, each than the one before.
const GROWTH: f64 = 1.03;
const BUCKETS: usize = 400;

/// Answers by what they waited beyond what they take.
#[derive(Clone, Debug)]
struct Waits {
    counts: Vec<u64>,
}

impl Waits {
    fn new() -> Self {
        Self { counts: vec![0; BUCKETS] }
    }

    fn add(&mut self, milliseconds: f64, count: u64) {
        let bucket = chance::whole((1.0 + milliseconds.max(0.0)).ln() / GROWTH.ln() + 0.5);
        let bucket = usize::try_from(bucket).unwrap_or(BUCKETS);
        self.counts[bucket.min(BUCKETS - 1)] += count;
    }

    fn milliseconds(bucket: usize) -> f64 {
        GROWTH.powf(f64::from(u32::try_from(bucket).unwrap_or(u32::MAX))) - 1.0
    }
}

/// Counts of a time.
#[derive(Clone, Debug)]
pub struct Tally {
    base_ms: Vec<f64>,
    waits: Vec<Waits>,
    /// Requests that came.
    pub arrived: u64,
    /// Requests that were served.
    pub served: u64,
    /// Of these, those that had to wait for an environment to start.
    pub cold: u64,
    /// Requests that were refused, by cause.
    pub refused: BTreeMap<Cause, u64>,
}

impl Tally {
    /// Creates empty counts for requests that take so many milliseconds when nothing is in the way.
    pub fn new(base_ms: Vec<f64>) -> Self {
        let waits = vec![Waits::new(); base_ms.len()];
        Self { base_ms, waits, arrived: 0, served: 0, cold: 0, refused: BTreeMap::new() }
    }

    /// Counts answers that have waited so many milliseconds more.
    pub fn serve(&mut self, class: usize, count: u64, waited_ms: f64) {
        self.served += count;
        self.waits[class].add(waited_ms, count);
    }

    /// Counts requests that were refused.
    pub fn refuse(&mut self, cause: Cause, count: u64) {
        if count > 0 {
            *self.refused.entry(cause).or_default() += count;
        }
    }

    /// Returns how many were refused.
    pub fn all_refused(&self) -> u64 {
        self.refused.values().sum()
    }

    /// Returns the share that was refused.
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    pub fn refused_share(&self) -> f64 {
        self.all_refused() as f64 / self.arrived.max(1) as f64
    }

    /// Returns what most of the refused were refused for.
    pub fn first_cause(&self) -> Option<Cause> {
        self.refused
            .iter()
            .max_by_key(|(_, count)| **count)
            .map(|(cause, _)| *cause)
    }

    /// Returns the milliseconds that a share of the answers took at most.
    #[expect(clippy::cast_precision_loss, reason = "weights")]
    pub fn percentile(&self, share: f64) -> f64 {
        let shapes = shapes();
        let mut weights = vec![0.0; 2 * BUCKETS];
        for (class, waits) in self.waits.iter().enumerate() {
            for (bucket, count) in waits.counts.iter().enumerate() {
                if *count == 0 {
                    continue;
                }
                for shape in &shapes {
                    let took = self.base_ms[class] * shape + Waits::milliseconds(bucket);
                    let at = chance::whole((1.0 + took).ln() / GROWTH.ln() + 0.5);
                    let at = usize::try_from(at).unwrap_or(0).min(2 * BUCKETS - 1);
                    weights[at] += *count as f64 / shapes.len() as f64;
                }
            }
        }
        let wanted = share * weights.iter().sum::<f64>();
        let mut sum = 0.0;
        for (bucket, weight) in weights.iter().enumerate() {
            sum += weight;
            if sum >= wanted && sum > 0.0 {
                return Waits::milliseconds(bucket);
            }
        }
        0.0
    }
}

/// Returns by how much answers of one kind differ from their mean: quantiles of a log-normal
/// distribution, by Shore's approximation of the normal one's.
fn shapes() -> Vec<f64> {
    let sigma = LOAD.spread.sigma;
    let mut shapes = Vec::new();
    for step in 0..200 {
        let share = (f64::from(step) + 0.5) / 200.0;
        let upper = share.max(1.0 - share);
        let size = 5.5556 * (1.0 - ((1.0 - upper) / upper).powf(0.1186));
        let normal = if share < 0.5 { -size } else { size };
        shapes.push((sigma * normal - sigma * sigma / 2.0).exp());
    }
    shapes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_has_the_mean_that_was_measured() {
        let shapes = shapes();
        let mean = shapes.iter().sum::<f64>() / 200.0;
        assert!((mean - 1.0).abs() < 0.02, "{mean}");
    }

    #[test]
    fn percentiles_are_those_of_what_was_counted() {
        let mut tally = Tally::new(vec![1.0]);
        tally.serve(0, 980, 0.0);
        tally.serve(0, 20, 500.0);
        assert!(tally.percentile(0.5) < 2.0);
        let p99 = tally.percentile(0.99);
        assert!((470.0..530.0).contains(&p99), "{p99}");
    }
}
