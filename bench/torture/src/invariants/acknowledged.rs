//! The rows against the journal of what people were told.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{Finding, album, photo, user};
use crate::{
    journal::{Expected, Journal, Key, Kind},
    snapshot::Snapshot,
};

/// Everything that was acknowledged is there, once; what was deleted is not; nothing is there that nobody
/// wrote; and nobody was told of something acknowledged that it is not there.
pub fn writes(snapshot: &Snapshot, journal: &Journal) -> Vec<Finding> {
    let counts = counts(snapshot, &owners(journal));
    let mut kept = Finding::new("acknowledged writes: none is lost");
    let mut single = Finding::new("writes: none is there twice");
    let mut deleted = Finding::new("acknowledged deletions: none has come back");
    for (key, expected) in &journal.expected {
        let count = counts.get(key).copied().unwrap_or(0);
        single.check(count <= 1, || format!("{count} times: {key:?}"));
        match expected {
            Expected::Once => kept.check(count > 0, || format!("lost: {key:?}")),
            Expected::Absent => deleted.check(count == 0, || format!("back: {key:?}")),
            Expected::InDoubt => {}
        }
    }
    let mut known = Finding::new("nothing is there that nobody wrote");
    for key in counts.keys() {
        known.check(journal.expected.contains_key(key), || format!("unknown: {key:?}"));
    }
    let mut refusals = Finding::new("nothing acknowledged was refused");
    refusals.checked = journal.acknowledged;
    for words in &journal.refusals {
        refusals.check(false, || words.clone());
    }
    vec![kept, single, deleted, known, refusals]
}

/// Returns the people who have kept the journal.
fn owners(journal: &Journal) -> BTreeSet<&str> {
    let of_people = |key: &&Key| matches!(key.kind, Kind::Album | Kind::Photo);
    let keys = journal.expected.keys().filter(of_people);
    keys.map(|key| key.of.as_str()).collect()
}

/// Returns how often each thing of these owners is there.
fn counts(snapshot: &Snapshot, owners: &BTreeSet<&str>) -> BTreeMap<Key, u64> {
    let rows = &snapshot.rows;
    let mut counts = BTreeMap::new();
    let mut count = |key: Key| *counts.entry(key).or_default() += 1;
    let mut theirs: BTreeSet<Uuid> = BTreeSet::new();
    for row in &rows.albums {
        let owner = user(row.owner);
        if owners.contains(owner.as_str()) {
            count(Key::new(Kind::Album, owner, &row.title));
        }
    }
    for row in &rows.photos {
        let owner = user(row.owner);
        if !owners.contains(owner.as_str()) {
            continue;
        }
        theirs.insert(row.id);
        if !row.is_trashed {
            count(Key::new(Kind::Photo, owner, &row.sha256));
        }
    }
    for entry in rows
        .entries
        .iter()
        .filter(|entry| theirs.contains(&entry.photo))
    {
        count(Key::new(Kind::Placement, album(entry.album), photo(entry.photo)));
    }
    for (of, text) in rows.comments.iter().filter(|(of, _)| theirs.contains(of)) {
        count(Key::new(Kind::Comment, photo(*of), text));
    }
    for (of, by) in rows.favourites.iter().filter(|(of, _)| theirs.contains(of)) {
        count(Key::new(Kind::Favourite, photo(*of), user(*by)));
    }
    for (of, tag) in rows.tags.iter().filter(|(of, _)| theirs.contains(of)) {
        count(Key::new(Kind::Tag, photo(*of), tag));
    }
    counts
}
