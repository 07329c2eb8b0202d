//! The samples of one runtime, and their medians.

use std::time::Duration;

use crate::figures::median;

/// The cost of one process.
pub struct Round {
    /// From its start to its first answer.
    pub cold: Duration,
    /// Each warm invocation, from when it was handed out to its answer.
    pub warm: Vec<Duration>,
    /// Processor time of a warm invocation, on average.
    pub cpu: Duration,
    /// The most memory that it has had at once, in bytes.
    pub memory: u64,
}

/// All rounds of one runtime.
#[derive(Default)]
pub struct Samples {
    cold: Vec<Duration>,
    warm: Vec<Duration>,
    cpu: Vec<Duration>,
    memory: u64,
}

/// The middle of all rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Middle {
    /// Median of the cold starts.
    pub cold: Duration,
    /// Median of all warm invocations.
    pub warm: Duration,
    /// Median over the rounds of an invocation's processor time.
    pub cpu: Duration,
    /// The most memory in any round, in bytes.
    pub memory: u64,
}

impl Samples {
    /// Adds a round.
    pub fn add(&mut self, round: Round) {
        self.cold.push(round.cold);
        self.warm.extend(round.warm);
        self.cpu.push(round.cpu);
        self.memory = self.memory.max(round.memory);
    }

    /// The middle; `None` without a round.
    pub fn middle(&self) -> Option<Middle> {
        let cold = median(&self.cold)?;
        let warm = median(&self.warm)?;
        let cpu = median(&self.cpu)?;
        Some(Middle { cold, warm, cpu, memory: self.memory })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(values: &[u64]) -> Vec<Duration> {
        values
            .iter()
            .map(|value| Duration::from_millis(*value))
            .collect()
    }

    #[test]
    fn rounds_are_taken_together() {
        let mut samples = Samples::default();
        assert_eq!(samples.middle(), None);
        for (cold, warm, memory) in [(30, [1, 2], 7), (10, [3, 50], 9), (20, [2, 2], 8)] {
            let [cold, cpu] = [cold, cold / 10].map(Duration::from_millis);
            samples.add(Round { cold, warm: ms(&warm), cpu, memory });
        }
        let [cold, warm, cpu] = [20, 2, 2].map(Duration::from_millis);
        assert_eq!(samples.middle(), Some(Middle { cold, warm, cpu, memory: 9 }));
    }
}
