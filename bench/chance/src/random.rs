//! Chance that a seed decides: the same seed, the same day.

/// A generator of numbers: `SplitMix64`, which passes the usual tests and is a few lines long.
/// Sebastiano Vigna's note on it: <https://prng.di.unimi.it/splitmix64.c>
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

/// From so many expected arrivals on, a normal distribution stands for Poisson's.
const MANY: f64 = 50.0;

impl Random {
    /// Creates a generator.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number from 0 to 1, without 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what a float holds")]
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Returns a number of the standard normal distribution, by Box and Muller.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Returns how many arrive where `expected` are expected.
    pub fn poisson(&mut self, expected: f64) -> u64 {
        if expected <= 0.0 {
            return 0;
        }
        if expected > MANY {
            return whole(expected + expected.sqrt() * self.normal() + 0.5);
        }
        let least = (-expected).exp();
        let mut product = self.unit();
        let mut count = 0;
        while product > least {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// Returns how many of `tries` succeed, each with the same chance.
    #[expect(clippy::cast_precision_loss, reason = "counts of an instant are small")]
    pub fn binomial(&mut self, tries: u64, chance: f64) -> u64 {
        let expected = tries as f64 * chance;
        let deviation = (expected * (1.0 - chance)).sqrt();
        if deviation > 5.0 {
            return whole(expected + deviation * self.normal() + 0.5).min(tries);
        }
        if tries > 1_000 {
            // So many tries with so little deviation: few succeed, or few fail.
            return if chance < 0.5 {
                self.poisson(expected).min(tries)
            } else {
                tries - self.poisson(tries as f64 - expected).min(tries)
            };
        }
        (0..tries).filter(|_| self.unit() < chance).count() as u64
    }
}

/// Returns the whole number below, and 0 for what is negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 2^53, above 0")]
pub fn whole(number: f64) -> u64 {
    number.max(0.0) as u64
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "counts of a test are small")]
mod tests {
    use super::*;

    #[test]
    fn arrivals_have_the_mean_and_the_variance_of_poisson() {
        for expected in [0.3, 7.0, 400.0] {
            let mut random = Random::new(7);
            let counts: Vec<f64> = (0..20_000)
                .map(|_| random.poisson(expected) as f64)
                .collect();
            let mean = counts.iter().sum::<f64>() / counts.len() as f64;
            let squares = counts.iter().map(|count| (count - mean).powi(2));
            let variance = squares.sum::<f64>() / counts.len() as f64;
            assert!((mean / expected - 1.0).abs() < 0.03, "{mean} of {expected}");
            assert!((variance / expected - 1.0).abs() < 0.06, "{variance} of {expected}");
        }
    }

    #[test]
    fn tries_have_the_mean_of_the_binomial() {
        for (tries, chance) in [(20, 0.3), (5_000, 0.0005), (5_000, 0.9999), (5_000, 0.4)] {
            let mut random = Random::new(3);
            let sum: u64 = (0..5_000).map(|_| random.binomial(tries, chance)).sum();
            let mean = sum as f64 / 5_000.0;
            assert!((mean / (tries as f64 * chance) - 1.0).abs() < 0.05, "{mean}");
        }
    }
}
