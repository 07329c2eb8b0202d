//! The invariants that hold when nothing is on its way: each invariant looks at all that it is about, and
//! names what violates it.

mod acknowledged;
mod albums;
mod arrived;
mod feed;
mod map;
mod objects;
mod photos;
mod projection;
mod record;
#[cfg(test)]
mod tests;
mod usage;

use serde::Serialize;
use shared::domain::{AlbumId, PhotoId, UserId};
use uuid::Uuid;

use crate::{journal::Journal, snapshot::Snapshot};

/// The outcome of an invariant.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Its name.
    pub name: &'static str,
    /// The number of things that were looked at.
    pub checked: u64,
    /// The violations, in words.
    pub violations: Vec<String>,
}

impl Finding {
    /// Begins one that has looked at nothing.
    fn new(name: &'static str) -> Self {
        Self { name, checked: 0, violations: Vec::new() }
    }

    /// Looks at something, which is a violation unless it holds.
    fn check(&mut self, holds: bool, violation: impl FnOnce() -> String) {
        self.checked += 1;
        if !holds {
            self.violations.push(violation());
        }
    }

    /// Returns true if nothing violates it.
    pub fn holds(&self) -> bool {
        self.violations.is_empty()
    }
}

/// Holds every invariant against what the stores have.
pub fn check(snapshot: &Snapshot, journal: &Journal) -> Vec<Finding> {
    let mut findings = vec![
        photos::settled(snapshot),
        photos::reactions(snapshot),
        photos::found_by_words(snapshot),
        albums::counts(snapshot),
        usage::of_owners(snapshot),
        usage::of_months(snapshot),
        map::counts(snapshot),
        projection::of_albums(snapshot),
        projection::of_photos(snapshot),
        projection::in_albums(snapshot),
        feed::lists_everything_once(snapshot),
        record::of_albums(snapshot),
        arrived::outboxes(snapshot),
        arrived::queues(snapshot),
        arrived::dead_letters(snapshot),
        objects::have_rows(snapshot),
        objects::of_ready_photos(snapshot),
    ];
    findings.extend(acknowledged::writes(snapshot, journal));
    findings
}

/// Writes a photo's id as the API does.
fn photo(id: Uuid) -> String {
    PhotoId::from_uuid(id).to_string()
}

/// Writes an album's id as the API does.
fn album(id: Uuid) -> String {
    AlbumId::from_uuid(id).to_string()
}

/// Writes a user's id as the API does.
fn user(id: Uuid) -> String {
    UserId::from_uuid(id).to_string()
}
