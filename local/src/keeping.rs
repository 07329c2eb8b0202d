//! Engines that are processes are started again when they end by themselves, as AWS would: what
//! asks them meanwhile fails or waits, and everything else goes on.

use std::{convert::Infallible, fmt::Display, time::Duration};

use tokio::time::sleep;

use crate::console;

/// After the first failed start; twice as long after each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause: whoever mends the cause does not wait for longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// An engine that is a process of its own.
pub trait Engine {
    /// Its name, at the beginning of a sentence.
    const NAME: &'static str;
    /// Why it ended or does not start, in one sentence.
    type Error: Display;

    /// Resolves when it ended by itself, to why.
    fn died(&mut self) -> impl Future<Output = Self::Error>;

    /// Starts it on what it had, in the same place, and waits until it answers. May be dropped at
    /// any point, and called again.
    fn start_again(&mut self) -> impl Future<Output = Result<(), Self::Error>>;
}

/// Starts an engine again whenever it ends, for as long as this is awaited.
pub async fn keep<E: Engine>(engine: &mut E) -> Infallible {
    loop {
        let why = engine.died().await;
        console::problem(&format!("{} is gone and is started again: {why}", E::NAME));
        start(engine, FIRST_PAUSE, LONGEST_PAUSE).await;
        console::line(&format!("{} is back.", E::NAME));
    }
}

/// Tries until it has started.
async fn start<E: Engine>(engine: &mut E, first_pause: Duration, longest_pause: Duration) {
    let mut pause = first_pause;
    while let Err(why) = engine.start_again().await {
        console::problem(&format!("{} does not start; once more in {pause:?}: {why}", E::NAME));
        sleep(pause).await;
        pause = longest_pause.min(2 * pause);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// Starts at the fifth try; notes when it was tried.
    #[derive(Default)]
    struct Weak {
        tries: Vec<Instant>,
    }

    impl Engine for Weak {
        const NAME: &'static str = "It";
        type Error = &'static str;

        async fn died(&mut self) -> &'static str {
            "killed"
        }

        async fn start_again(&mut self) -> Result<(), &'static str> {
            self.tries.push(Instant::now());
            if self.tries.len() < 5 { Err("no room") } else { Ok(()) }
        }
    }

    #[tokio::test]
    async fn what_does_not_start_is_tried_again_after_longer_and_longer() {
        let mut engine = Weak::default();
        start(&mut engine, Duration::from_millis(1), Duration::from_millis(4)).await;
        let pauses: Vec<_> = engine
            .tries
            .windows(2)
            .map(|pair| pair[1] - pair[0])
            .collect();
        let least = [1, 2, 4, 4].map(Duration::from_millis);
        assert_eq!(pauses.len(), least.len());
        assert!(
            pauses
                .iter()
                .zip(least)
                .all(|(pause, least)| *pause >= least),
            "{pauses:?}"
        );
    }
}
