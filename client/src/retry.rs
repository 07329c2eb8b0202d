//! The pauses between tries of one request.

use std::time::Duration;

/// The first pause after a failure that says nothing about one.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest of those pauses.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// The times for which a client goes on trying.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The time over which a service that asks to wait is waited for.
    pub while_asked_to_wait: Duration,
    /// The time over which a service that does not answer, or fails, is tried again.
    pub while_failing: Duration,
}

impl Default for Patience {
    /// A limit counts for a minute, a database that has slept takes half a minute to wake; a
    /// network that is away for longer than two minutes is told.
    fn default() -> Self {
        Self { while_asked_to_wait: Duration::from_mins(30), while_failing: Duration::from_mins(2) }
    }
}

impl Patience {
    /// Returns a patience that tries once, and waits for nothing.
    pub fn none() -> Self {
        Self { while_asked_to_wait: Duration::ZERO, while_failing: Duration::ZERO }
    }
}

/// The outcome of one try that may be followed by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setback {
    /// The service asks to come again after this time.
    AskedToWait(Duration),
    /// It is busy, and does not say for how long.
    Busy,
    /// It failed, or did not answer.
    Failed,
}

/// Counts the tries of one request.
pub struct Tries {
    patience: Patience,
    waited: Duration,
    failed_for: Duration,
    failures: u32,
}

impl Tries {
    /// Begins to count.
    pub fn new(patience: Patience) -> Self {
        Self { patience, waited: Duration::ZERO, failed_for: Duration::ZERO, failures: 0 }
    }

    /// Returns the pause before the next try; `None` when patience has ended. `chance` is from 0
    /// to 255, and spreads the clients of a service that has failed for all of them.
    pub fn pause_after(&mut self, setback: Setback, chance: u8) -> Option<Duration> {
        if let Setback::AskedToWait(pause) = setback {
            self.waited += pause;
            let spread = Duration::from_millis(u64::from(chance));
            return (self.waited <= self.patience.while_asked_to_wait).then_some(pause + spread);
        }
        let full = LONGEST_PAUSE.min(FIRST_PAUSE * 2_u32.pow(self.failures.min(10)));
        let pause = full / 2 + full / 2 * u32::from(chance) / 255;
        self.failures += 1;
        let (spent, most) = match setback {
            Setback::Busy => (&mut self.waited, self.patience.while_asked_to_wait),
            _ => (&mut self.failed_for, self.patience.while_failing),
        };
        *spent += pause;
        (*spent <= most).then_some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_obeyed_that_says_how_long_to_wait() {
        let mut tries = Tries::new(Patience::default());
        let asked = Setback::AskedToWait(Duration::from_secs(7));
        let pause = tries.pause_after(asked, 255).expect("a pause");
        assert!(pause >= Duration::from_secs(7) && pause < Duration::from_secs(8), "{pause:?}");
        let too_long = Setback::AskedToWait(Duration::from_hours(1));
        assert_eq!(tries.pause_after(too_long, 0), None);
    }

    #[test]
    fn pauses_grow_and_end() {
        let mut tries = Tries::new(Patience::default());
        let mut pauses = Vec::new();
        while let Some(pause) = tries.pause_after(Setback::Failed, 0) {
            pauses.push(pause);
        }
        assert_eq!(pauses[0], FIRST_PAUSE / 2);
        assert!(pauses.is_sorted(), "{pauses:?}");
        assert!(pauses.iter().sum::<Duration>() <= Patience::default().while_failing);
        assert_eq!(Tries::new(Patience::none()).pause_after(Setback::Failed, 9), None);
    }
}
