//! The words of a run: a bar on a terminal, else a line a file; what could not be done at the end.

use std::{
    io::{self, IsTerminal},
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use client::{PhotoId, Progress};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::json;

use crate::{
    output::{Output, bytes_in_words},
    upload::index::PlanSize,
};

/// The faults that are told; of more only the number is.
const FAULTS_TOLD: usize = 1_000;
/// The pause between two looks at the bytes that have gone.
const REFRESH: Duration = Duration::from_millis(200);

/// The outcome of a file.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Its bytes were sent.
    Sent(PhotoId),
    /// The service had it; it joined the album.
    Joined(PhotoId),
    /// It was where it should be.
    Unchanged,
    /// It is in the trash of the service.
    InTrash,
    /// It would be sent, if this were no trial.
    WouldSend,
    /// It could not be read, sent or shown.
    Failed(String),
    /// It was deleted here, being safe there.
    Deleted,
}

/// The outcomes of a run in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Files whose bytes were sent.
    pub sent: u64,
    /// Their bytes.
    pub bytes_sent: u64,
    /// Files that joined an album.
    pub joined: u64,
    /// Files that were where they should be.
    pub unchanged: u64,
    /// Files that are in the trash of the service.
    pub in_trash: u64,
    /// Files that would be sent.
    pub would_send: u64,
    /// Files that could not be read, sent or shown.
    pub failed: u64,
    /// Files that were deleted here.
    pub deleted: u64,
}

#[derive(Default)]
struct State {
    tally: Tally,
    /// Bytes of files that are done without having been sent.
    bytes_passed: u64,
    faults: Vec<String>,
}

/// The report of a run.
pub struct Report {
    output: Output,
    progress: Progress,
    bar: Option<ProgressBar>,
    state: Mutex<State>,
}

impl Report {
    /// Begins a report; `progress` has the bytes that go.
    pub fn new(output: Output, progress: Progress) -> Self {
        let is_watched = io::stderr().is_terminal() && !output.is_json();
        let bar = is_watched.then(new_bar);
        Self { output, progress, bar, state: Mutex::default() }
    }

    /// Says how much there is.
    pub fn begin(&self, size: PlanSize) {
        if let Some(bar) = &self.bar {
            bar.set_length(size.bytes);
        }
    }

    /// Tells what became of a file.
    pub fn tell(&self, path: &Path, bytes: u64, outcome: &Outcome) {
        let mut state = self.state();
        let tally = &mut state.tally;
        match outcome {
            Outcome::Sent(_) => {
                tally.sent += 1;
                tally.bytes_sent += bytes;
            }
            Outcome::Joined(_) => tally.joined += 1,
            Outcome::Unchanged => tally.unchanged += 1,
            Outcome::InTrash => tally.in_trash += 1,
            Outcome::WouldSend => tally.would_send += 1,
            Outcome::Failed(_) => tally.failed += 1,
            Outcome::Deleted => tally.deleted += 1,
        }
        if !matches!(outcome, Outcome::Sent(_) | Outcome::Deleted) {
            state.bytes_passed += bytes;
        }
        if let Outcome::Failed(why) = outcome
            && state.faults.len() < FAULTS_TOLD
        {
            state.faults.push(format!("{}: {why}", path.display()));
        }
        drop(state);
        self.print(path, outcome);
    }

    fn print(&self, path: &Path, outcome: &Outcome) {
        let (word, photo, why) = match outcome {
            Outcome::Sent(photo) => ("sent", Some(photo), None),
            Outcome::Joined(photo) => ("joined", Some(photo), None),
            Outcome::InTrash => ("in-trash", None, None),
            Outcome::WouldSend => ("would-send", None, None),
            Outcome::Failed(why) => ("failed", None, Some(why)),
            Outcome::Deleted => ("deleted", None, None),
            // A second run over a hundred thousand files has nothing to say about each.
            Outcome::Unchanged => return,
        };
        if self.bar.is_some() {
            return;
        }
        let path = path.to_string_lossy();
        let value = json!({ "event": word, "path": path, "photo": photo, "error": why });
        let text = match why {
            Some(why) => format!("{word} {path}: {why}"),
            None => format!("{word} {path}"),
        };
        self.output.result(&value, &text);
    }

    /// Moves the bar until it is dropped.
    pub async fn keep_moving(&self) {
        let Some(bar) = &self.bar else { return std::future::pending().await };
        loop {
            let passed = self.state().bytes_passed;
            bar.set_position(passed + self.progress.bytes());
            bar.set_message(self.message());
            tokio::time::sleep(REFRESH).await;
        }
    }

    fn message(&self) -> String {
        let tally = &self.state().tally;
        format!("{} sent, {} there, {} failed", tally.sent, tally.unchanged, tally.failed)
    }

    /// Tells the sum, and what could not be done; returns whether all was.
    pub fn end(&self, requests: u64) -> bool {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let state = self.state();
        if self.bar.is_some() {
            for fault in &state.faults {
                self.output.note(fault);
            }
        }
        let value = json!({ "event": "end", "files": state.tally, "requests": requests });
        self.output.result(&value, &in_words(&state.tally));
        state.tally.failed == 0
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn in_words(tally: &Tally) -> String {
    let counts = [
        (tally.would_send, "would be sent"),
        (tally.joined, "joined their album"),
        (tally.unchanged, "were there"),
        (tally.in_trash, "are in the trash"),
        (tally.deleted, "deleted here"),
        (tally.failed, "failed"),
    ];
    let mut text = format!("{} sent ({})", tally.sent, bytes_in_words(tally.bytes_sent));
    for (count, words) in counts {
        if count > 0 {
            text.push_str(", ");
            text.push_str(&format_count(count, words));
        }
    }
    text
}

fn format_count(count: u64, words: &str) -> String {
    format!("{count} {words}")
}

fn new_bar() -> ProgressBar {
    let style = ProgressStyle::with_template(
        "{bar:30} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec} {eta} · {msg}",
    );
    let bar = ProgressBar::new(0);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_says_what_there_was_and_no_more() {
        let tally = Tally { sent: 2, bytes_sent: 6_000_000, failed: 1, ..Tally::default() };
        assert_eq!(in_words(&tally), "2 sent (6.0 MB), 1 failed");
    }
}
