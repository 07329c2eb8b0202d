//! Albums: what they say of how many photos they have.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{Finding, album, photo};
use crate::snapshot::Snapshot;

/// An album's counts are those of its list: photos in it that are not in the trash, and those of
/// them that guests see.
pub fn counts(snapshot: &Snapshot) -> Finding {
    let rows = &snapshot.rows;
    let mut live = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for row in &rows.photos {
        if !row.is_trashed {
            live.insert(row.id);
            if row.status == "ready" {
                seen.insert(row.id);
            }
        }
    }
    let mut finding = Finding::new("albums count the photos of their lists");
    let mut counts: BTreeMap<Uuid, (u32, u32)> = BTreeMap::new();
    for entry in &rows.entries {
        let (photos, ready) = counts.entry(entry.album).or_default();
        *photos += u32::from(live.contains(&entry.photo));
        *ready += u32::from(seen.contains(&entry.photo));
        finding.check(entry.counted_ready == seen.contains(&entry.photo), || {
            let counted = entry.counted_ready;
            format!("{} in {} is counted: {counted}", photo(entry.photo), album(entry.album))
        });
    }
    for row in &rows.albums {
        let has = counts.remove(&row.id).unwrap_or_default();
        let says = (row.photo_count, row.ready_count);
        finding.check(has == says, || format!("{} says {says:?} and has {has:?}", album(row.id)));
    }
    for id in counts.keys() {
        finding.check(false, || format!("{} has photos and no row", album(*id)));
    }
    finding
}
