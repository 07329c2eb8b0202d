//! The measurements of one contender in one case, and their middle.

use std::time::Duration;

use shared::error::Cause;

use super::contenders::Said;
use crate::figures::median;

/// The measurements of all rounds.
#[derive(Default)]
pub struct Samples {
    /// Program and version.
    pub version: String,
    /// Processor times of each photograph.
    cpu: Vec<Vec<Duration>>,
    /// Times on the wall of each photograph.
    wall: Vec<Vec<Duration>>,
    /// Bytes.
    idle: u64,
    /// Bytes.
    peak: u64,
}

/// The middle of all rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Middle {
    /// Processor time of a photograph: the median of each, and the mean of those.
    pub cpu: Duration,
    /// Time on the wall, likewise.
    pub wall: Duration,
    /// The most memory before the first photograph, in bytes.
    pub idle: u64,
    /// The most memory, in bytes.
    pub peak: u64,
}

impl Samples {
    /// Adds a round.
    ///
    /// # Errors
    /// When a time is none.
    pub fn add(&mut self, said: Said) -> Result<(), Cause> {
        self.cpu.resize(said.photographs.len(), Vec::new());
        self.wall.resize(said.photographs.len(), Vec::new());
        for (at, runs) in said.photographs.iter().enumerate() {
            for spent in runs {
                self.cpu[at].push(Duration::try_from_secs_f64(spent.cpu)?);
                self.wall[at].push(Duration::try_from_secs_f64(spent.wall)?);
            }
        }
        self.idle = self.idle.max(said.idle);
        self.peak = self.peak.max(said.peak);
        self.version = said.version;
        Ok(())
    }

    /// Returns the middle; `None` without a round.
    pub fn middle(&self) -> Option<Middle> {
        Some(Middle {
            cpu: mean(&self.cpu)?,
            wall: mean(&self.wall)?,
            idle: self.idle,
            peak: self.peak,
        })
    }
}

/// Returns the mean of the photographs' medians; `None` where a photograph has no times, or there
/// is none.
fn mean(photographs: &[Vec<Duration>]) -> Option<Duration> {
    let mut sum = Duration::ZERO;
    for times in photographs {
        sum += median(times)?;
    }
    sum.checked_div(u32::try_from(photographs.len()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::contenders::Spent;

    #[test]
    fn the_middle_is_the_mean_of_the_photographs_medians() {
        let mut samples = Samples::default();
        assert_eq!(samples.middle(), None);
        for (first, second, peak) in [(0.1, 0.4, 7), (9.0, 0.2, 9), (0.2, 0.3, 8)] {
            let photographs = [first, second]
                .map(|cpu| vec![Spent { cpu, wall: cpu * 2.0 }])
                .to_vec();
            samples
                .add(Said { version: String::new(), idle: 1, peak, photographs })
                .expect("times");
        }
        let [cpu, wall] = [250, 500].map(Duration::from_millis);
        assert_eq!(samples.middle(), Some(Middle { cpu, wall, idle: 1, peak: 9 }));
        let photographs = vec![vec![Spent { cpu: -1.0, wall: 1.0 }]];
        assert!(
            samples
                .add(Said { version: String::new(), idle: 1, peak: 1, photographs })
                .is_err()
        );
    }
}
