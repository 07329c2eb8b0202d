//! The map of an owner.

use std::collections::BTreeMap;

use shared::domain::map_cell::MapCell;
use uuid::Uuid;

use super::{Finding, photo, user};
use crate::snapshot::{Located, Snapshot};

/// A cell of a map counts the photos that were taken in it and are not in the trash, at each level.
pub fn counts(snapshot: &Snapshot) -> Finding {
    let mut finding = Finding::new("maps count each photo where it was taken");
    let mut taken: BTreeMap<(Uuid, MapCell), Located> = BTreeMap::new();
    for row in &snapshot.rows.photos {
        let cell = row.place.as_ref().map(MapCell::of);
        finding.check(row.map_cell == cell.map(MapCell::number), || {
            let (has, says) = (cell, row.map_cell);
            format!("{} is in {has:?} and is counted in {says:?}", photo(row.id))
        });
        let Some(cell) = cell else { continue };
        for level in MapCell::LEVELS {
            let located = taken.entry((row.owner, cell.at(level))).or_default();
            located.photos += 1;
            located.y_sum += i64::from(cell.y);
            located.x_sum += i64::from(cell.x);
            located.newest = located.newest.max(row.id);
        }
    }
    for (owner, cell, says) in &snapshot.rows.map_cells {
        let has = taken.remove(&(*owner, *cell)).unwrap_or_default();
        finding.check(has == *says, || {
            format!("{cell:?} of {} says {says:?} and has {has:?}", user(*owner))
        });
    }
    for (owner, cell) in taken.keys() {
        finding.check(false, || format!("{cell:?} of {} has photos and no row", user(*owner)));
    }
    finding
}
