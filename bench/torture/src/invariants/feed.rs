//! The feeds of changes.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{Finding, user};
use crate::snapshot::Snapshot;

/// A feed lists each album and photo of its owner once, those that are gone as gone; no number is
/// there twice, and the last one is the owner's.
pub fn lists_everything_once(snapshot: &Snapshot) -> Finding {
    let rows = &snapshot.rows;
    let mut finding = Finding::new("feeds of changes list each row once");
    let mut lines: BTreeMap<(Uuid, Uuid), Vec<bool>> = BTreeMap::new();
    let mut numbers: BTreeMap<Uuid, BTreeSet<u64>> = BTreeMap::new();
    for line in &rows.changes {
        lines
            .entry((line.owner, line.aggregate))
            .or_default()
            .push(line.gone);
        let is_new = numbers.entry(line.owner).or_default().insert(line.seq);
        finding.check(is_new, || {
            format!("the number {} of {} is there twice", line.seq, user(line.owner))
        });
    }
    let albums = rows.albums.iter().map(|row| (row.owner, row.id));
    let photos = rows.photos.iter().map(|row| (row.owner, row.id));
    for (owner, id) in albums.chain(photos) {
        let listed = lines.remove(&(owner, id)).unwrap_or_default();
        finding.check(listed == [false], || {
            format!("{id} of {} is listed as gone: {listed:?}", user(owner))
        });
    }
    for ((owner, id), gone) in &lines {
        finding.check(gone == &[true], || {
            format!("{id} of {} has no row and is listed as gone: {gone:?}", user(*owner))
        });
    }
    for row in &rows.owners {
        let last = numbers.get(&row.user).and_then(BTreeSet::last).copied();
        finding.check(last.unwrap_or(0) == row.seq, || {
            format!("the feed of {} ends at {last:?} and says {}", user(row.user), row.seq)
        });
    }
    finding
}
