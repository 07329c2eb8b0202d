//! Clocks that are wrong: a library that is loaded before the C library of a function's process, and
//! moves what the clock says.

use std::path::Path;

use super::{DueFault, Fault, Faults, LONGEST_PAUSE, Point};

/// The library, beside the programs: `local/examples/skewed-clock.rs`.
const LIBRARY: &str = "examples/libskewed_clock.so";
/// The variable that the library reads the seconds from.
const SECONDS: &str = "SKEWED_CLOCK_SECONDS";
/// The clock of a machine that has drifted: AWS refuses no request for that.
const DRIFTED: i64 = 5 * 60;
/// The clock of a machine whose date was set wrong.
const WRONG_DATE: i64 = 24 * 60 * 60;

impl Faults {
    /// Returns the variables that give a process which is started from this folder a wrong clock, if
    /// such a fault is due.
    pub fn variables_of_clock(&self, binaries: &Path) -> Vec<(String, String)> {
        let due = self.choose(Point::Clock);
        let asked = self.choices().clock;
        let Some(seconds) = asked.or_else(|| seconds_of(due?)) else { return Vec::new() };
        let library = binaries.join(LIBRARY);
        if !library.is_file() {
            tracing::warn!("{} is not built: clocks stay right", library.display());
            return Vec::new();
        }
        vec![
            ("LD_PRELOAD".to_owned(), library.display().to_string()),
            (SECONDS.to_owned(), seconds.to_string()),
        ]
    }

    /// Returns true while processes may have a wrong clock.
    pub fn has_wrong_clocks(&self) -> bool {
        let choices = self.choices();
        choices.clock.is_some() || (choices.rate > 0.0 && choices.points.contains(&Point::Clock))
    }

    /// Has the clock of every process that is started from now on be wrong by these seconds; with
    /// `None`, by those of the faults that are due.
    pub fn set_clock(&self, seconds: Option<i64>) {
        self.choices().clock = seconds;
    }
}

/// Returns the seconds by which a clock is wrong.
fn seconds_of(due: DueFault) -> Option<i64> {
    let error = if due.pause < LONGEST_PAUSE / 2 { DRIFTED } else { WRONG_DATE };
    match due.fault {
        Fault::ClockBehind => Some(-error),
        Fault::ClockAhead => Some(error),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_wrong_by_minutes_or_by_a_day_in_either_direction() {
        let faults = Faults::new(4);
        faults.set_rate(1.0);
        let mut errors = std::collections::BTreeSet::new();
        for _ in 0..100 {
            let due = faults.choose(Point::Clock).expect("a fault");
            errors.insert(seconds_of(due).expect("an error"));
        }
        assert_eq!(errors, [-WRONG_DATE, -DRIFTED, DRIFTED, WRONG_DATE].into());
    }

    #[test]
    fn a_clock_that_was_asked_for_is_every_process_s() {
        let binaries = tempfile::tempdir().expect("a folder");
        let faults = Faults::new(4);
        faults.set_clock(Some(-60));
        assert!(faults.variables_of_clock(binaries.path()).is_empty(), "no library");
        std::fs::create_dir(binaries.path().join("examples")).expect("a folder");
        std::fs::write(binaries.path().join(LIBRARY), "").expect("a library");
        let variables = faults.variables_of_clock(binaries.path());
        assert_eq!(variables[1], (SECONDS.to_owned(), "-60".to_owned()));
        assert!(faults.has_wrong_clocks());
        faults.set_clock(None);
        assert!(faults.variables_of_clock(binaries.path()).is_empty());
        assert!(!faults.has_wrong_clocks());
        faults.set_rate(0.1);
        assert!(faults.has_wrong_clocks());
        faults.set_points([Point::S3].into());
        assert!(!faults.has_wrong_clocks());
    }
}
