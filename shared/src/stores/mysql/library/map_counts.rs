//! Counts an owner's photos in the cells of their map.
//!
//! A photo's row says in which cell of the finest level it is counted, so the difference is known,
//! whatever has changed about the photo. The commit of a transaction writes it for all its photos:
//! one insert that adds to the cells of every level, and where a photo has left, who is the newest
//! there now.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::{
    domain::{UserId, map_cell::MapCell, view::PlaceView},
    stores::mysql::{batch::Batch, rows::from_row},
};

/// The columns of a photo that decide where the map counts it, and where it does.
macro_rules! mapped_photo {
    () => {
        "p.id, p.map_cell, IF(p.deleted_at IS NULL, p.latitude, NULL) AS latitude, p.longitude "
    };
}
pub(super) use mapped_photo;

const NOTE_CELL: &str = "UPDATE photos SET map_cell = ? WHERE id = ?";
const ADD: &str =
    "INSERT INTO map_cells (owner_id, level, y, x, photos, y_sum, x_sum, newest) VALUES ";
const ADDED: &str = "(?, ?, ?, ?, ?, ?, ?, ?)";
const TO_WHAT_IS_THERE: &str = " ON DUPLICATE KEY UPDATE \
    photos = photos + VALUES(photos), y_sum = y_sum + VALUES(y_sum), \
    x_sum = x_sum + VALUES(x_sum), newest = GREATEST(newest, VALUES(newest))";
const DELETE_EMPTY: &str = "\
    DELETE FROM map_cells WHERE owner_id = ? AND level = ? AND y = ? AND x = ? AND photos <= 0";
const NEWEST_OF_FINEST: &str = "\
    UPDATE map_cells SET newest = COALESCE( \
        (SELECT MAX(id) FROM photos FORCE INDEX (photos_of_map_cell) \
         WHERE owner_id = ? AND map_cell = ?), newest) \
    WHERE owner_id = ? AND level = ? AND y = ? AND x = ?";
/// From the cells of the next finer level.
const NEWEST: &str = "\
    UPDATE map_cells SET newest = COALESCE( \
        (SELECT newest FROM (SELECT MAX(newest) AS newest FROM map_cells \
            WHERE owner_id = ? AND level = ? AND y BETWEEN ? AND ? AND x BETWEEN ? AND ?) finer), \
        newest) \
    WHERE owner_id = ? AND level = ? AND y = ? AND x = ?";

/// A photo with the place that it is to be counted at, and the cell in which it is counted.
pub(super) struct MappedPhoto {
    pub id: Uuid,
    /// The number of the cell that counts it.
    pub map_cell: Option<u64>,
    /// `None` in the trash.
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
}

from_row!(MappedPhoto { id, map_cell, latitude, longitude });

impl MappedPhoto {
    /// Returns the cell in which it is to be counted.
    fn wanted(&self) -> Option<MapCell> {
        let (latitude, longitude) = Option::zip(self.latitude, self.longitude)?;
        Some(MapCell::of(&PlaceView { latitude, longitude }))
    }
}

/// The photos that are added to a cell, less those that leave it.
#[derive(Debug, Default, PartialEq)]
struct Added {
    photos: i64,
    y_sum: i64,
    x_sum: i64,
    /// The newest photo that has come, if any.
    newest: Uuid,
}

/// The changes of a transaction to an owner's map.
#[derive(Debug, Default)]
pub(super) struct MapChanges {
    /// Photos, and the number of the cell that counts them from now on.
    counted: BTreeMap<Uuid, Option<u64>>,
    added: BTreeMap<MapCell, Added>,
    /// Cells of the finest level that a photo has left.
    left: BTreeSet<MapCell>,
}

impl MapChanges {
    /// Has the photo counted where it should be.
    pub fn update(&mut self, photo: &MappedPhoto) {
        let wanted = photo.wanted();
        let number = wanted.map(MapCell::number);
        if photo.map_cell == number {
            return;
        }
        self.counted.insert(photo.id, number);
        if let Some(number) = photo.map_cell {
            self.remove(number);
        }
        if let Some(cell) = wanted {
            self.count(cell, 1, photo.id);
        }
    }

    /// Takes a photo out of the cell with this number.
    pub fn remove(&mut self, number: u64) {
        let cell = MapCell::numbered(number);
        self.left.insert(cell);
        self.count(cell, -1, Uuid::nil());
    }

    fn count(&mut self, cell: MapCell, photos: i64, newest: Uuid) {
        for level in MapCell::LEVELS {
            let added = self.added.entry(cell.at(level)).or_default();
            added.photos += photos;
            added.y_sum += photos * i64::from(cell.y);
            added.x_sum += photos * i64::from(cell.x);
            added.newest = added.newest.max(newest);
        }
    }

    /// Adds the statements that write the changes; none when there are none.
    pub fn add_to(self, batch: &mut Batch, owner: UserId) {
        if self.added.is_empty() {
            return;
        }
        let owner = owner.uuid();
        for (photo, number) in &self.counted {
            batch.add(NOTE_CELL, &[number, photo]);
        }
        batch.begin_rows(ADD);
        for (MapCell { level, y, x }, added) in &self.added {
            let Added { photos, y_sum, x_sum, newest } = added;
            batch.add_row(ADDED, &[&owner, level, y, x, photos, y_sum, x_sum, newest]);
        }
        batch.end_rows(TO_WHAT_IS_THERE);
        let mut finer = None;
        for level in MapCell::LEVELS {
            let left: BTreeSet<_> = self.left.iter().map(|cell| cell.at(level)).collect();
            for cell in left {
                add_newest(batch, owner, cell, finer);
            }
            finer = Some(level);
        }
    }
}

/// Deletes a cell that has no photo any more, or says which is the newest of those that are left.
fn add_newest(batch: &mut Batch, owner: Uuid, cell: MapCell, finer: Option<u8>) {
    let MapCell { level, y, x } = cell;
    batch.add(DELETE_EMPTY, &[&owner, &level, &y, &x]);
    let Some(finer) = finer else {
        batch.add(NEWEST_OF_FINEST, &[&owner, &cell.number(), &owner, &level, &y, &x]);
        return;
    };
    let [rows, columns] = cell.made_of(finer);
    batch.add(
        NEWEST,
        &[&owner, &finer, &rows.0, &rows.1, &columns.0, &columns.1, &owner, &level, &y, &x],
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Shard;

    fn photo(id: u128, counted: Option<PlaceView>, place: Option<PlaceView>) -> MappedPhoto {
        MappedPhoto {
            id: Uuid::from_u128(id),
            map_cell: counted.map(|place| MapCell::of(&place).number()),
            latitude: place.as_ref().map(|place| place.latitude),
            longitude: place.map(|place| place.longitude),
        }
    }

    fn como() -> PlaceView {
        PlaceView { latitude: 45.98, longitude: 9.26 }
    }

    #[test]
    fn a_photo_that_stays_writes_nothing() {
        let mut changes = MapChanges::default();
        changes.update(&photo(1, Some(como()), Some(como())));
        changes.update(&photo(2, None, None));
        let mut batch = Batch::default();
        changes.add_to(&mut batch, UserId::new(Shard::FIRST));
        assert!(batch.is_empty());
    }

    #[test]
    fn a_photo_that_moves_is_counted_at_each_level_where_its_cell_is_another() {
        let mut changes = MapChanges::default();
        let nearby = PlaceView { latitude: 45.99, longitude: 9.26 };
        changes.update(&photo(1, Some(como()), Some(nearby)));
        let moved: Vec<_> = changes
            .added
            .iter()
            .filter(|(_, added)| added.photos != 0)
            .map(|(cell, added)| (cell.level, added.photos))
            .collect();
        let levels: BTreeSet<_> = moved.iter().map(|(level, _)| *level).collect();
        assert_eq!(levels, BTreeSet::from([13, 16, 19, 22]), "{moved:?}");
        assert_eq!(moved.iter().map(|(_, photos)| photos).sum::<i64>(), 0);
    }

    #[test]
    fn several_of_one_cell_are_one_row_with_the_newest() {
        let mut changes = MapChanges::default();
        for id in [3, 1, 2] {
            changes.update(&photo(id, None, Some(como())));
        }
        let added = &changes.added[&MapCell::of(&como())];
        assert_eq!((added.photos, added.newest), (3, Uuid::from_u128(3)));
        assert_eq!(changes.added.len(), MapCell::LEVELS.len());
    }
}
