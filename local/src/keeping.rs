//! Engines that are processes are started again when they end by themselves, as AWS would: what asks them meanwhile
//! fails or waits, and everything else goes on.

use std::{convert::Infallible, fmt::Display, time::Duration};

use tokio::time::sleep;

use crate::console;

/// After the first failed start; twice as long after each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Who mends what is wrong does not wait for longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// An engine that is a process of its own.
pub trait Engine {
    /// What it is, at the beginning of a sentence.
    const NAME: &'static str;
    /// Why it ended or does not start, in one sentence.
    type Error: Display;

    /// Resolves when it ended by itself, to why.
    fn died(&mut self) -> impl Future<Output = Self::Error>;

    /// Starts it on what it had, in the same place, and waits until it answers. May be dropped at any point, and called
    /// again.
    fn start_again(&mut self) -> impl Future<Output = Result<(), Self::Error>>;
}

/// Starts an engine again whenever it ends, for as long as this is awaited.
pub async fn keep<E: Engine>(engine: &mut E) -> Infallible {
    loop {
        let why = engine.died().await;
        console::problem(&format!("{} is gone and is started again: {why}", E::NAME));
        let mut pause = FIRST_PAUSE;
        while let Err(why) = engine.start_again().await {
            console::problem(&format!("{} does not start; once more in {} s: {why}", E::NAME, pause.as_secs()));
            sleep(pause).await;
            pause = LONGEST_PAUSE.min(2 * pause);
        }
        console::line(&format!("{} is back.", E::NAME));
    }
}

#[cfg(test)]
mod tests {
    use tokio::{sync::mpsc, time::Instant};

    use super::*;

    /// Ends at once, and starts at the fourth try; tells when.
    struct Weak {
        starts: u32,
        told: mpsc::UnboundedSender<Duration>,
        begun: Instant,
    }

    impl Engine for Weak {
        const NAME: &'static str = "It";
        type Error = &'static str;

        async fn died(&mut self) -> &'static str {
            if self.starts < 4 { "killed" } else { std::future::pending().await }
        }

        async fn start_again(&mut self) -> Result<(), &'static str> {
            self.starts += 1;
            self.told.send(self.begun.elapsed()).unwrap();
            if self.starts < 4 { Err("no room") } else { Ok(()) }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_start_is_tried_again_after_longer_and_longer() {
        let (told, mut starts) = mpsc::unbounded_channel();
        let mut engine = Weak { starts: 0, told, begun: Instant::now() };
        tokio::select! {
            never = keep(&mut engine) => match never {},
            () = sleep(Duration::from_mins(1)) => {}
        }
        drop(engine);
        let mut at = Vec::new();
        while let Some(start) = starts.recv().await {
            at.push(start.as_secs());
        }
        assert_eq!(at, [0, 1, 3, 7]);
    }
}
