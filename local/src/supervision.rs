//! Supervision of the engines that are processes: one that exits is restarted, as AWS would do it.
//! Meanwhile what asks that engine fails or waits, and everything else goes on.

use std::{convert::Infallible, fmt::Display, time::Duration};

use tokio::time::sleep;

use crate::console;

/// The pause after the first failed restart; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause, so that a person who has removed the cause does not wait for longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// An engine that is a process of its own.
pub trait SupervisedProcess {
    /// The name of the engine, as it stands at the beginning of a sentence.
    const NAME: &'static str;
    /// The reason, in one sentence, for which it exited or does not start.
    type Error: Display;

    /// Resolves to the reason once the process has exited by itself.
    fn exited(&mut self) -> impl Future<Output = Self::Error>;

    /// Starts the process on the data it had, in the same place, and waits until it answers. May
    /// be dropped at any point, and called again.
    fn restart(&mut self) -> impl Future<Output = Result<(), Self::Error>>;
}

/// Restarts a process whenever it exits, for as long as this future is polled.
pub async fn supervise<P: SupervisedProcess>(process: &mut P) -> Infallible {
    loop {
        let reason = process.exited().await;
        console::problem(&format!("{} is gone and is started again: {reason}", P::NAME));
        restart_until_ready(process, FIRST_PAUSE, LONGEST_PAUSE).await;
        console::line(&format!("{} is back.", P::NAME));
    }
}

/// Restarts a process until it answers, with growing pauses between the attempts.
async fn restart_until_ready<P: SupervisedProcess>(
    process: &mut P,
    first_pause: Duration,
    longest_pause: Duration,
) {
    let mut pause = first_pause;
    while let Err(reason) = process.restart().await {
        console::problem(&format!("{} does not start; once more in {pause:?}: {reason}", P::NAME));
        sleep(pause).await;
        pause = longest_pause.min(2 * pause);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// A process that starts at the fifth attempt, and the times of its attempts.
    #[derive(Default)]
    struct StartsAtFifthAttempt {
        attempts: Vec<Instant>,
    }

    impl SupervisedProcess for StartsAtFifthAttempt {
        const NAME: &'static str = "It";
        type Error = &'static str;

        async fn exited(&mut self) -> &'static str {
            "killed"
        }

        async fn restart(&mut self) -> Result<(), &'static str> {
            self.attempts.push(Instant::now());
            if self.attempts.len() < 5 { Err("no room") } else { Ok(()) }
        }
    }

    #[tokio::test]
    async fn a_process_that_does_not_start_is_retried_with_growing_pauses() {
        let mut process = StartsAtFifthAttempt::default();
        restart_until_ready(&mut process, Duration::from_millis(1), Duration::from_millis(4)).await;
        let least_pauses = [1, 2, 4, 4].map(Duration::from_millis);
        assert_eq!(process.attempts.len(), least_pauses.len() + 1);
        for (pair, least_pause) in process.attempts.windows(2).zip(least_pauses) {
            let pause = pair[1] - pair[0];
            assert!(pause >= least_pause, "{pause:?} is shorter than {least_pause:?}");
        }
    }
}
