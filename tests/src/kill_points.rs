//! Work that dies at any of the points at which it waits.

use std::task::Poll::{Pending, Ready};

/// Runs of one kind of work, of which all but the first die.
pub struct Deaths {
    places: usize,
    runs: usize,
    /// Number of times that the first run went on until it was done.
    length: usize,
    died: usize,
}

impl Deaths {
    /// Deaths at so many places, spread over the whole of the work.
    pub fn at(places: usize) -> Self {
        Self { places, runs: 0, length: 0, died: 0 }
    }

    /// Runs the work: the first time to its end, each later time until it is dropped, further on
    /// than the time before; beyond the places, at its last wait, and then each time a wait later.
    /// Returns its outcome; `None` when it died.
    pub fn run<T>(&mut self, work: impl Future<Output = T>) -> impl Future<Output = Option<T>> {
        let work = Box::pin(work);
        async move {
            let death = self.runs;
            self.runs += 1;
            if death == 0 {
                let (length, outcome) = never(work).await;
                self.length = length;
                return Some(outcome);
            }
            let times = match death.checked_sub(self.places + 1) {
                None => (death * self.length / (self.places + 1)).max(1),
                Some(further) => self.length - 1 + further,
            };
            let outcome = after(times, work).await;
            self.died += usize::from(outcome.is_none());
            outcome
        }
    }

    /// Holds that the deaths have happened.
    ///
    /// # Panics
    /// When every run came to its end.
    #[track_caller]
    pub fn assert_happened(&self) {
        assert!(self.died > 0, "nobody died");
    }
}

/// Lets a future go on so many times, then drops it where it waits, as a process that is killed
/// there leaves its work. `None` when it was. Of a pinned reference it drops that alone: the work
/// pauses, and may be let go on.
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
