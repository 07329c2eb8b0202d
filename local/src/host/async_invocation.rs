//! Asynchronous invocations: `InvocationType: Event`, and events of schedules.
//!
//! A function that fails gets its event twice more, with the same request id; one that is throttled
//! gets it again for hours. Lambda keeps events on disk, the local system only as long as it runs:
//! work that must not be lost uses a queue.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>

use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{Host, InvocationOutcome};
use crate::console;

/// The pauses before the second and the third attempt: Lambda's.
pub(super) const RETRY_PAUSES: [Duration; 2] = [Duration::from_mins(1), Duration::from_mins(2)];
/// The time for which Lambda tries an event that is throttled.
const THROTTLED_LIMIT: Duration = Duration::from_hours(6);
/// Lambda's first pause between attempts of an event that is throttled; each is twice as long as
/// the one before.
const FIRST_THROTTLED_PAUSE: Duration = Duration::from_secs(1);
/// Lambda's longest pause between such attempts.
const LONGEST_THROTTLED_PAUSE: Duration = Duration::from_mins(5);

impl Host {
    /// Takes an event for a function, by its physical name, and runs it when it can. The handle
    /// resolves when nothing more will be done about it.
    pub fn send(&self, name: &str, payload: Bytes) -> JoinHandle<()> {
        let host = self.clone();
        let name = name.to_owned();
        self.0.tasks.spawn(async move {
            let stop = host.0.stop.clone();
            // Events that wait do not keep the system from stopping.
            let _ = stop.run_until_cancelled(host.deliver(&name, payload)).await;
        })
    }

    async fn deliver(&self, name: &str, payload: Bytes) {
        let request_id = Uuid::new_v4().to_string();
        let first_attempt = Instant::now();
        let mut throttled_pause = FIRST_THROTTLED_PAUSE;
        let mut retry_pauses = self.0.settings.retry_pauses.iter();
        loop {
            let outcome = self.run(name, payload.clone(), request_id.clone()).await;
            let pause = match outcome {
                InvocationOutcome::Answer(_) => return,
                InvocationOutcome::Failed(_) => retry_pauses.next().copied(),
                InvocationOutcome::Throttled if first_attempt.elapsed() < THROTTLED_LIMIT => {
                    let pause = throttled_pause;
                    throttled_pause = LONGEST_THROTTLED_PAUSE.min(2 * throttled_pause);
                    Some(pause)
                }
                InvocationOutcome::Throttled | InvocationOutcome::RequestTooLarge => None,
            };
            let Some(pause) = pause else {
                console::problem(&format!("The event {request_id} of {name} was given up."));
                return;
            };
            tokio::time::sleep(pause).await;
        }
    }
}
