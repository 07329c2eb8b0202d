//! As many files at once as help, and no more.

use std::{sync::Arc, time::Duration};

use client::{Client, Progress};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The files at once, at first.
const FIRST: usize = 4;
/// The most files at once.
const MOST: usize = 16;
/// The time over which a rate is measured.
const WINDOW: Duration = Duration::from_secs(2);
/// The change of the rate, in percent, below which it counts as none.
const NOTICEABLE: u64 = 5;
/// The windows for which a number is kept that was right.
const KEEP: u32 = 5;

/// The search for the best number of files at once: one more as long as that helps; half as many
/// when the service asks to wait.
#[derive(Debug)]
struct Pace {
    streams: usize,
    last_bytes: u64,
    is_rising: bool,
    kept_for: u32,
}

impl Pace {
    fn new() -> Self {
        Self { streams: FIRST, last_bytes: 0, is_rising: true, kept_for: 0 }
    }

    /// Takes the bytes of a window, and how often the service has asked to wait in it; returns
    /// the files at once of the next.
    fn next(&mut self, bytes: u64, setbacks: u64) -> usize {
        let last = self.last_bytes;
        self.last_bytes = bytes;
        if setbacks > 0 {
            self.is_rising = false;
            self.kept_for = 0;
            self.streams = (self.streams / 2).max(1);
            return self.streams;
        }
        let is_faster = bytes * 100 > last * (100 + NOTICEABLE);
        if self.is_rising && is_faster {
            self.streams = (self.streams + 1).min(MOST);
        } else if self.is_rising {
            // The last one did not help.
            self.is_rising = false;
            self.kept_for = 0;
            self.streams = (self.streams - 1).max(1);
        } else if self.kept_for < KEEP {
            self.kept_for += 1;
        } else {
            self.is_rising = true;
            self.streams = (self.streams + 1).min(MOST);
        }
        self.streams
    }
}

/// The files that may be on their way at once.
#[derive(Clone)]
pub struct Streams(Arc<Semaphore>);

impl Streams {
    /// Begins, and goes on to adapt until the task that is returned is ended.
    pub fn start(client: Client, progress: Progress) -> (Self, tokio::task::JoinHandle<()>) {
        let semaphore = Arc::new(Semaphore::new(FIRST));
        let adapting = tokio::spawn(adapt(Arc::clone(&semaphore), client, progress));
        (Self(semaphore), adapting)
    }

    /// Waits for a file's turn, which lasts until the permit is dropped.
    pub async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).acquire_owned().await.ok()
    }
}

async fn adapt(semaphore: Arc<Semaphore>, client: Client, progress: Progress) {
    let mut pace = Pace::new();
    let mut permits = FIRST;
    let (mut bytes, mut setbacks) = (0, 0);
    loop {
        tokio::time::sleep(WINDOW).await;
        let (bytes_now, setbacks_now) = (progress.bytes(), client.setbacks());
        let wanted = pace.next(bytes_now.saturating_sub(bytes), setbacks_now - setbacks);
        (bytes, setbacks) = (bytes_now, setbacks_now);
        if wanted > permits {
            semaphore.add_permits(wanted - permits);
            permits = wanted;
        } else {
            // Those that are held are taken in a later window.
            permits -= semaphore.forget_permits(permits - wanted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_grow_while_that_helps_and_stay() {
        let mut pace = Pace::new();
        let mut streams = FIRST;
        for _ in 0..50 {
            // Up to six at once each brings as much as the first.
            let bytes = 1_000 * streams.min(6) as u64;
            streams = pace.next(bytes, 0);
        }
        assert!((5..=8).contains(&streams), "{streams}");
    }

    #[test]
    fn a_service_that_asks_to_wait_gets_half_as_many_and_never_none() {
        let mut pace = Pace::new();
        assert_eq!(pace.next(1_000, 3), FIRST / 2);
        for _ in 0..10 {
            pace.next(1_000, 1);
        }
        assert_eq!(pace.streams, 1);
    }
}
