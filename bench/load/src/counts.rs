//! Numbers of requests, by what became of them.

use crate::outcome::Outcome;

/// Numbers of requests. Each that was offered is one of the others, once it has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests that were due.
    pub offered: u64,
    /// Those with the right answer.
    pub right: u64,
    /// Those that were told to come again later.
    pub shed: u64,
    /// Those that failed.
    pub failed: u64,
}

impl Counts {
    /// Returns the number of requests that have not ended.
    pub fn open(&self) -> u64 {
        self.offered
            .saturating_sub(self.right + self.shed + self.failed)
    }

    /// Counts a request that has ended.
    pub fn end(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Right => self.right += 1,
            Outcome::Shed => self.shed += 1,
            Outcome::Failed(_) => self.failed += 1,
        }
    }

    /// Adds others.
    pub fn add(&mut self, other: Self) {
        self.offered += other.offered;
        self.right += other.right;
        self.shed += other.shed;
        self.failed += other.failed;
    }
}
