//! A bucket of tokens: API Gateway's limits, and the rate at which Lambda makes environments.

use chance::whole;

/// A bucket that fills steadily, and holds so much at most.
#[derive(Clone, Debug)]
pub struct Bucket {
    rate: f64,
    most: f64,
    tokens: f64,
}

impl Bucket {
    /// Creates a full bucket that gets `rate` tokens a second and holds `most`.
    pub fn new(rate: f64, most: f64) -> Self {
        Self { rate, most, tokens: most }
    }

    /// Fills it for `seconds`. What comes and goes within them does not overflow.
    pub fn fill(&mut self, seconds: f64) {
        let most = self.most.max(self.rate * seconds);
        self.tokens = (self.tokens + self.rate * seconds).min(most);
    }

    /// Changes how fast it fills; what it holds at most follows for so many seconds.
    pub fn set_rate(&mut self, rate: f64, seconds_held: f64) {
        self.rate = rate;
        self.most = rate * seconds_held;
    }

    /// Takes a token for each of `count`, each costing `cost`, and returns for how many there were
    /// some.
    #[expect(clippy::cast_precision_loss, reason = "counts of an instant are small")]
    pub fn take(&mut self, count: u64, cost: f64) -> u64 {
        if cost <= 0.0 {
            return count;
        }
        let taken = count.min(whole(self.tokens / cost));
        self.tokens -= taken as f64 * cost;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_rate() {
        let mut bucket = Bucket::new(10.0, 5.0);
        bucket.fill(0.1);
        assert_eq!(bucket.take(100, 1.0), 5, "the burst");
        let mut passed = 0;
        for _ in 0..100 {
            bucket.fill(0.1);
            passed += bucket.take(100, 1.0);
        }
        assert_eq!(passed, 100, "ten seconds at ten a second");
    }
}
