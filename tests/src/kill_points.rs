//! Work that dies at any of the points at which it waits.

use std::task::Poll::{Pending, Ready};

/// Lets a future go on so many times, then drops it where it waits, as a process that is killed
/// there leaves its work. `None` when it was.
pub fn after<T>(times: usize, work: impl Future<Output = T>) -> impl Future<Output = Option<T>> {
    let mut left = times;
    let mut work = Box::pin(work);
    std::future::poll_fn(move |context| {
        if left == 0 {
            return Ready(None);
        }
        left -= 1;
        work.as_mut().poll(context).map(Some)
    })
}

/// Returns how often the work goes on until it is done, and its result.
pub fn never<T>(work: impl Future<Output = T>) -> impl Future<Output = (usize, T)> {
    let mut times = 0;
    let mut work = Box::pin(work);
    std::future::poll_fn(move |context| {
        times += 1;
        match work.as_mut().poll(context) {
            Ready(done) => Ready((times, done)),
            Pending => Pending,
        }
    })
}
