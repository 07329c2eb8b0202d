//! The instants of arrivals: a Poisson process whose rate follows a shape, decided by a seed.

use chance::Random;

use crate::shape::Shape;

/// The settings of a schedule.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Arrivals a second.
    pub rate: f64,
    /// The rate's shape over the run.
    pub shape: Shape,
    /// Seconds of the run that are measured.
    pub seconds: f64,
    /// Seconds before them.
    pub warm_up: f64,
}

/// The arrivals of a run, in their order: seconds from the beginning of what is measured, which are
/// below 0 while the system warms up.
pub struct Schedule {
    settings: Settings,
    random: Random,
    at: f64,
}

impl Schedule {
    /// Creates the schedule that a seed decides.
    pub fn new(settings: Settings, seed: u64) -> Self {
        let at = -settings.warm_up;
        Self { settings, random: Random::new(seed), at }
    }
}

impl Iterator for Schedule {
    type Item = f64;

    /// Returns the next arrival. Arrivals at the highest rate are drawn, and as many of them left
    /// out as the rate at their instant asks for (thinning, by Lewis and Shedler).
    fn next(&mut self) -> Option<f64> {
        let Settings { rate, shape, seconds, .. } = &self.settings;
        let highest = rate * shape.highest();
        if highest <= 0.0 {
            return None;
        }
        loop {
            self.at -= (1.0 - self.random.unit()).ln() / highest;
            if self.at >= *seconds {
                return None;
            }
            let share = shape.factor(self.at, *seconds) / shape.highest();
            if self.random.unit() < share {
                return Some(self.at);
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "counts of a test are small")]
mod tests {
    use super::*;

    fn schedule(shape: Shape, seed: u64) -> Vec<f64> {
        let settings = Settings { rate: 100.0, shape, seconds: 300.0, warm_up: 10.0 };
        Schedule::new(settings, seed).collect()
    }

    fn between(arrivals: &[f64], from: f64, to: f64) -> f64 {
        let inside = arrivals.iter().filter(|at| **at >= from && **at < to);
        inside.count() as f64 / (to - from)
    }

    #[test]
    fn arrivals_have_their_rate_and_the_gaps_of_poisson() {
        let arrivals = schedule(Shape::Constant, 1);
        assert!(arrivals.is_sorted());
        assert!((between(&arrivals, -10.0, 300.0) - 100.0).abs() < 3.0);
        let mut gaps = Vec::new();
        for pair in arrivals.windows(2) {
            gaps.push(pair[1] - pair[0]);
        }
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let squares: f64 = gaps.iter().map(|gap| (gap - mean).powi(2)).sum();
        let deviation = (squares / gaps.len() as f64).sqrt();
        assert!((deviation / mean - 1.0).abs() < 0.03, "{deviation} of {mean}");
    }

    #[test]
    fn a_spike_brings_its_multiple() {
        let arrivals = schedule(Shape::Spike { times: 10.0, seconds: 20.0 }, 2);
        assert!((between(&arrivals, 0.0, 100.0) - 100.0).abs() < 5.0);
        assert!((between(&arrivals, 101.0, 120.0) - 1000.0).abs() < 40.0);
        assert!((between(&arrivals, 120.5, 300.0) - 100.0).abs() < 5.0);
    }

    #[test]
    fn a_seed_decides_every_arrival() {
        assert_eq!(schedule(Shape::Constant, 3), schedule(Shape::Constant, 3));
        assert_ne!(schedule(Shape::Constant, 3), schedule(Shape::Constant, 4));
    }

    #[test]
    fn without_a_rate_nobody_comes() {
        let settings = Settings { rate: 0.0, shape: Shape::Constant, seconds: 9.0, warm_up: 0.0 };
        assert_eq!(Schedule::new(settings, 1).count(), 0);
    }
}
