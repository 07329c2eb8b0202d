//! The search for the highest rate at which all objectives are kept: doubling until one is missed,
//! then halving the distance.

/// The search ends when the rate that was missed is at most so many times the one that was kept.
const CLOSE: f64 = 1.1;
/// The most rates that are tried.
const MOST_STEPS: u32 = 24;
/// The multiple of a rate that was kept that is tried next, as long as none was missed.
const DOUBLE: f64 = 2.0;
/// The same where the limit is about known.
const NEAR: f64 = 1.18;
/// A rate below this is none.
const LEAST: f64 = 0.5;

/// A search that goes on.
#[derive(Clone, Debug)]
pub struct Search {
    next: f64,
    kept: Option<f64>,
    missed: Option<f64>,
    steps: u32,
    growth: f64,
}

impl Search {
    /// Creates a search that begins at a rate.
    pub fn from(rate: f64) -> Self {
        Self { next: rate, kept: None, missed: None, steps: 0, growth: DOUBLE }
    }

    /// Creates a search that begins where the limit was found before.
    pub fn near(rate: f64) -> Self {
        Self { growth: NEAR, ..Self::from(rate) }
    }

    /// Returns the rate that is to be tried, or none when the search has ended.
    pub fn next(&self) -> Option<f64> {
        let is_close = match (self.kept, self.missed) {
            (Some(kept), Some(missed)) => missed <= kept * CLOSE,
            _ => false,
        };
        let is_over = is_close || self.steps >= MOST_STEPS || self.next < LEAST;
        (!is_over).then_some(self.next)
    }

    /// Takes what came of the rate that was tried.
    pub fn note(&mut self, kept: bool) {
        if kept {
            self.kept = Some(self.next);
        } else {
            self.missed = Some(self.next);
        }
        self.steps += 1;
        self.next = match (self.kept, self.missed) {
            (Some(kept), None) => kept * self.growth,
            (None, Some(missed)) => missed / self.growth,
            (Some(kept), Some(missed)) => f64::midpoint(kept, missed),
            (None, None) => self.next,
        };
    }

    /// Returns the highest rate that was kept.
    pub fn highest(&self) -> Option<f64> {
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Searches for a limit; returns what was found, and the rates that were tried.
    fn search(from: f64, limit: f64) -> (Option<f64>, Vec<f64>) {
        let mut search = Search::from(from);
        let mut tried = Vec::new();
        while let Some(rate) = search.next() {
            tried.push(rate);
            search.note(rate <= limit);
        }
        (search.highest(), tried)
    }

    #[test]
    fn the_limit_is_found_from_below_and_from_above() {
        for (from, limit) in [(10.0, 730.0), (2000.0, 730.0), (730.0, 730.0), (1.0, 1.0)] {
            let (found, tried) = search(from, limit);
            let found = found.expect("a rate");
            assert!(found <= limit && found * CLOSE * 1.001 >= limit, "{found} of {tried:?}");
            assert!(tried.len() <= 16, "{tried:?}");
        }
    }

    #[test]
    fn it_doubles_first_and_then_halves_the_distance() {
        let (_, tried) = search(10.0, 25.0);
        assert_eq!(tried[..5], [10.0, 20.0, 40.0, 30.0, 25.0]);
    }

    #[test]
    fn a_limit_that_is_about_known_is_found_in_a_few_steps() {
        for limit in [700.0, 600.0, 800.0] {
            let mut search = Search::near(700.0);
            let mut steps = 0;
            while let Some(rate) = search.next() {
                search.note(rate <= limit);
                steps += 1;
            }
            let found = search.highest().expect("a rate");
            assert!(found <= limit && found * CLOSE * 1.001 >= limit, "{found}, not {limit}");
            assert!(steps <= 4, "{steps}");
        }
    }

    #[test]
    fn a_search_ends_without_a_limit_and_without_anything_kept() {
        let (found, tried) = search(1.0, f64::INFINITY);
        assert!(found.is_some());
        assert_eq!(tried.len(), 24);
        assert_eq!(search(10.0, 0.0).0, None);
    }
}
