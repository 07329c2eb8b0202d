//! Asynchronous invocations: `InvocationType: Event`, and what schedules send.
//!
//! A function that fails gets its event twice more, with the same request id; one that is throttled
//! gets it again for hours. Lambda keeps events on disk, the local system only as long as it runs:
//! whoever must not lose work uses a queue.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>

use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{Host, Outcome};
use crate::console;

/// Lambda waits a minute before the second try, and two before the third.
pub(super) const RETRIES: [Duration; 2] = [Duration::from_mins(1), Duration::from_mins(2)];
/// How long Lambda tries an event that is throttled.
const THROTTLED_FOR: Duration = Duration::from_hours(6);
/// Its first and its longest pause between such tries.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(5));

impl Host {
    /// Takes an event for a function, by its physical name, and runs it when it can. The handle is
    /// for who wants to know when nothing more will be done about it.
    pub fn send(&self, name: &str, payload: Bytes) -> JoinHandle<()> {
        let (host, name) = (self.clone(), name.to_owned());
        self.0.tasks.spawn(async move {
            let stop = host.0.stop.clone();
            // Events that wait do not keep the system from stopping.
            let _ = stop.run_until_cancelled(host.deliver(&name, payload)).await;
        })
    }

    async fn deliver(&self, name: &str, payload: Bytes) {
        let id = Uuid::new_v4().to_string();
        let (since, mut pause) = (Instant::now(), PAUSES.0);
        let mut retries = self.0.settings.retries.iter();
        loop {
            let wait = match self.run(name, payload.clone(), id.clone()).await {
                Outcome::Answer(_) => return,
                Outcome::Failed(_) => retries.next().copied(),
                Outcome::Throttled => {
                    let wait = pause;
                    pause = (pause * 2).min(PAUSES.1);
                    (since.elapsed() < THROTTLED_FOR).then_some(wait)
                }
                Outcome::RequestTooLarge => None,
            };
            let Some(wait) = wait else {
                return console::problem(&format!("The event {id} of {name} was given up."));
            };
            tokio::time::sleep(wait).await;
        }
    }
}
