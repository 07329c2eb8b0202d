//! Since when this process has not been frozen.
//!
//! Lambda freezes an environment between requests, and what others hold for it may be gone when it
//! goes on: a server closes connections of which it hears nothing. While one request follows the
//! other there is no time to freeze in.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

/// A pause between the beginnings of two requests in which nothing is lost, and no server loses
/// patience.
const PAUSE: Duration = Duration::from_secs(1);

static UNFROZEN: Mutex<Option<Unfrozen>> = Mutex::new(None);

#[derive(Clone, Copy)]
struct Unfrozen {
    since: Instant,
    /// The beginning of the last request, by the clock on the wall: no other is sure to go on
    /// while the process is frozen.
    last: SystemTime,
}

/// Says that a request, a message or a tick begins.
pub fn invocation_begins() {
    let mut unfrozen = UNFROZEN.lock().unwrap_or_else(PoisonError::into_inner);
    *unfrozen = Some(next(*unfrozen, Instant::now(), SystemTime::now()));
}

/// For how long it has surely been awake; `None` outside of requests.
pub fn time_since_freeze() -> Option<Duration> {
    UNFROZEN
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .map(|unfrozen| unfrozen.since.elapsed())
}

fn next(before: Option<Unfrozen>, now: Instant, wall: SystemTime) -> Unfrozen {
    let pause = |unfrozen: &Unfrozen| {
        wall.duration_since(unfrozen.last)
            .is_ok_and(|pause| pause < PAUSE)
    };
    let since = before.filter(pause).map_or(now, |unfrozen| unfrozen.since);
    Unfrozen { since, last: wall }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_ends_it_and_requests_one_after_the_other_do_not() {
        let (now, wall) = (Instant::now(), SystemTime::now());
        let first = next(None, now, wall);
        assert_eq!(first.since, now);
        let later = now + Duration::from_millis(900);
        let second = next(Some(first), later, wall + Duration::from_millis(900));
        assert_eq!(second.since, now, "no time to freeze in");
        // By the other clock no time has gone by: it stood still, too.
        let third = next(Some(second), later, wall + Duration::from_secs(100));
        assert_eq!(third.since, later);
        // The clock was set back: who knows for how long it slept.
        assert_eq!(next(Some(third), later + PAUSE, wall).since, later + PAUSE);
    }
}
