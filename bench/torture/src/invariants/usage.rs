//! The usage of an owner.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Finding, user};
use crate::snapshot::Snapshot;

/// An owner's usage is the number of their photos and the sum of the bytes that count.
pub fn of_owners(snapshot: &Snapshot) -> Finding {
    let mut kept: BTreeMap<Uuid, (u32, u64)> = BTreeMap::new();
    for row in &snapshot.rows.photos {
        let (photos, bytes) = kept.entry(row.owner).or_default();
        *photos += 1;
        if row.counts {
            *bytes += row.bytes;
        }
    }
    let mut finding = Finding::new("usage is the sum of the photos");
    for row in &snapshot.rows.owners {
        let has = kept.remove(&row.user).unwrap_or_default();
        let says = (row.photos, row.bytes);
        finding.check(has == says, || format!("{} says {says:?} and has {has:?}", user(row.user)));
    }
    for owner in kept.keys() {
        finding.check(false, || format!("{} has photos and no row", user(*owner)));
    }
    finding
}

/// A month counts the photos that were taken in it.
pub fn of_months(snapshot: &Snapshot) -> Finding {
    let mut finding = Finding::new("months count their photos");
    let mut taken: BTreeMap<(Uuid, &str), u32> = BTreeMap::new();
    for row in &snapshot.rows.photos {
        if let Some(month) = &row.month {
            *taken.entry((row.owner, month)).or_default() += 1;
        }
        finding.check(row.counted_in == row.month, || {
            let (has, says) = (&row.month, &row.counted_in);
            format!("{} is of {has:?} and is counted in {says:?}", super::photo(row.id))
        });
    }
    for (owner, month, says) in &snapshot.rows.months {
        let has = taken.remove(&(*owner, month.as_str())).unwrap_or(0);
        finding.check(has == *says, || {
            format!("{month} of {} says {says} and has {has}", user(*owner))
        });
    }
    for (owner, month) in taken.keys() {
        finding.check(false, || format!("{month} of {} has photos and no row", user(*owner)));
    }
    finding
}
