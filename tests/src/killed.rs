//! Work that dies at any of the points at which it waits.

use std::{
    pin::pin,
    task::Poll::{Pending, Ready},
};

/// Lets a future go on so many times, then drops it where it waits, as a process that is killed there leaves its
/// work. `None` when it was.
pub async fn after<T>(times: usize, work: impl Future<Output = T>) -> Option<T> {
    let (mut left, mut work) = (times, pin!(work));
    std::future::poll_fn(|context| {
        if left == 0 {
            return Ready(None);
        }
        left -= 1;
        work.as_mut().poll(context).map(Some)
    })
    .await
}

/// How often the work goes on until it is done, and what it came to.
pub async fn never<T>(work: impl Future<Output = T>) -> (usize, T) {
    let (mut times, mut work) = (0, pin!(work));
    let done = std::future::poll_fn(|context| {
        times += 1;
        match work.as_mut().poll(context) {
            Ready(done) => Ready(done),
            Pending => Pending,
        }
    })
    .await;
    (times, done)
}
