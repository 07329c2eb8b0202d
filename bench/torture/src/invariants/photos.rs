//! Photos: their status, what is said of them, and the words that find them.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{Finding, photo, user};
use crate::snapshot::Snapshot;

/// The code of a photo that failed because of us: its worker died or was refused again and again.
const FAILED_BY_US: &str = "processing_failed";

/// Each photo is ready, or has failed because of faults: what people send are photos.
pub fn settled(snapshot: &Snapshot) -> Finding {
    let mut finding = Finding::new("photos are ready or failed");
    for row in &snapshot.rows.photos {
        let failed_by_us = row.status == "failed" && row.error.as_deref() == Some(FAILED_BY_US);
        finding.check(row.status == "ready" || failed_by_us, || {
            let error = row.error.as_deref().unwrap_or_default();
            format!("{} is {} {error}", photo(row.id), row.status)
        });
    }
    finding
}

/// A photo's counts of comments and favourites, and its tags, are those of their rows.
pub fn reactions(snapshot: &Snapshot) -> Finding {
    let rows = &snapshot.rows;
    let comments = counted(rows.comments.iter().map(|(photo, _)| *photo));
    let favourites = counted(rows.favourites.iter().map(|(photo, _)| *photo));
    let mut tags: BTreeMap<Uuid, BTreeSet<&str>> = BTreeMap::new();
    for (photo, tag) in &rows.tags {
        tags.entry(*photo).or_default().insert(tag);
    }
    let mut finding = Finding::new("photos count comments, favourites and tags");
    for row in &rows.photos {
        let shown: Vec<String> = match &row.tags {
            Some(text) => serde_json::from_str(text).unwrap_or_default(),
            None => Vec::new(),
        };
        let shown: BTreeSet<&str> = shown.iter().map(String::as_str).collect();
        let tagged = tags.get(&row.id).cloned().unwrap_or_default();
        let of = |counts: &BTreeMap<Uuid, u32>| counts.get(&row.id).copied().unwrap_or(0);
        let has = (of(&comments), of(&favourites), tagged);
        let says = (row.comments, row.favourites, shown);
        finding.check(has == says, || format!("{} says {says:?} and has {has:?}", photo(row.id)));
    }
    finding
}

/// The photos that can be searched for are those that are not in the trash, and each word counts
/// the photos that have it.
pub fn found_by_words(snapshot: &Snapshot) -> Finding {
    let rows = &snapshot.rows;
    let mut finding = Finding::new("the index of words has each live photo once");
    let mut indexed = counted(rows.indexed.iter().copied());
    for row in &rows.photos {
        let places = indexed.remove(&row.id).unwrap_or(0);
        let expected = u32::from(!row.is_trashed);
        finding.check(places == expected, || {
            format!("{} is there {places} times instead of {expected}", photo(row.id))
        });
    }
    for id in indexed.keys() {
        finding.check(false, || format!("{} is there and has no row", photo(*id)));
    }
    for (owner, word, has, says) in &rows.words {
        finding.check(has == says, || {
            format!("the word {word} of {} is of {has} photos and says {says}", user(*owner))
        });
    }
    finding
}

/// Counts how often each is there.
pub fn counted<T: Ord>(all: impl Iterator<Item = T>) -> BTreeMap<T, u32> {
    let mut counts = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts
}
