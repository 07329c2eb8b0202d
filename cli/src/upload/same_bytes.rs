//! Files of the same bytes go one after the other: the second joins its album, and is not sent.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use client::PhotoId;
use tokio::sync::Notify;

/// The files of a run by their sums, as far as they have had their turn.
#[derive(Default)]
pub struct SameBytes {
    by_sum: Mutex<HashMap<String, State>>,
    one_has_ended: Notify,
}

/// The state of some bytes in a run.
enum State {
    OnTheirWay,
    /// They are the service's, which may not know of their arrival yet.
    Sent(PhotoId),
}

impl SameBytes {
    /// Waits until no other file of these bytes is on its way; until the turn is dropped no other
    /// is.
    pub async fn turn(&self, sha256: &str) -> Turn<'_> {
        loop {
            let ended = self.one_has_ended.notified();
            if let Some(turn) = self.try_turn(sha256) {
                return turn;
            }
            ended.await;
        }
    }

    fn try_turn(&self, sha256: &str) -> Option<Turn<'_>> {
        let mut by_sum = self.by_sum();
        let photo = match by_sum.get(sha256) {
            Some(State::OnTheirWay) => return None,
            Some(State::Sent(photo)) => Some(photo.clone()),
            None => None,
        };
        by_sum.insert(sha256.to_owned(), State::OnTheirWay);
        Some(Turn { all: self, sha256: sha256.to_owned(), photo })
    }

    fn by_sum(&self) -> MutexGuard<'_, HashMap<String, State>> {
        self.by_sum.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The turn of a file.
pub struct Turn<'a> {
    all: &'a SameBytes,
    sha256: String,
    photo: Option<PhotoId>,
}

impl Turn<'_> {
    /// Returns the photo of these bytes, if this run has sent them.
    pub fn photo(&self) -> Option<&PhotoId> {
        self.photo.as_ref()
    }

    /// Notes that the bytes have been sent.
    pub fn note_sent(&mut self, photo: &PhotoId) {
        self.photo = Some(photo.clone());
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let sha256 = std::mem::take(&mut self.sha256);
        let mut by_sum = self.all.by_sum();
        match self.photo.take() {
            Some(photo) => by_sum.insert(sha256, State::Sent(photo)),
            None => by_sum.remove(&sha256),
        };
        drop(by_sum);
        self.all.one_has_ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use super::*;

    #[tokio::test]
    async fn one_at_a_time_has_the_turn() {
        let all = Arc::new(SameBytes::default());
        let (now, most) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..10 {
            let (all, now, most) = (Arc::clone(&all), Arc::clone(&now), Arc::clone(&most));
            tasks.spawn(async move {
                let _turn = all.turn("sum").await;
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                now.fetch_sub(1, Ordering::SeqCst);
            });
        }
        let _other = all.turn("other").await;
        tasks.join_all().await;
        assert_eq!(most.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn the_next_of_these_bytes_learns_that_they_were_sent() {
        let all = SameBytes::default();
        let photo: PhotoId = "photo_01jd2w8h7kf3y9b6c5xq4m0ntz".parse().expect("an id");
        drop(all.turn("sum").await);
        let mut turn = all.turn("sum").await;
        assert_eq!(turn.photo(), None, "the first was not sent");
        turn.note_sent(&photo);
        drop(turn);
        for _ in 0..2 {
            assert_eq!(all.turn("sum").await.photo(), Some(&photo));
        }
        assert_eq!(all.turn("other").await.photo(), None);
    }
}
