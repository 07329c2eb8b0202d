//! Cells of the web Mercator grid, in which the photos of a map are counted.
//!
//! The square that maps on the web show is cut into `2^level` columns and as many rows. Photos are
//! counted at some levels, three apart; a cell of a level between is made of 16 of them at most.

use std::f64::consts::{FRAC_PI_4, PI};

use super::view::PlaceView;

/// The parallel at which the map ends, in degrees, the arc tangent of the hyperbolic sine of π: the
/// map is as high as it is wide. What lies beyond counts for its edge.
const LAST_PARALLEL: f64 = 85.051_128_779_806_6;

/// A cell, at one of [`MapCell::LEVELS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MapCell {
    /// Its level.
    pub level: u8,
    /// Its row, from the north: from 0 on.
    pub y: u32,
    /// Its column, from the 180th meridian eastwards: from 0 on.
    pub x: u32,
}

impl MapCell {
    /// The levels at which photos are counted, the finest first.
    pub const LEVELS: [u8; 7] = [22, 19, 16, 13, 10, 7, 4];
    /// The finest level: at the equator its cells are ten metres wide.
    pub const FINEST: u8 = Self::LEVELS[0];

    /// Returns the cell of the finest level that has this place.
    pub fn of(place: &PlaceView) -> Self {
        let level = Self::FINEST;
        Self { level, y: row(place.latitude, level), x: column(place.longitude, level) }
    }

    /// Returns the cell of the finest level that has this number.
    pub fn numbered(number: u64) -> Self {
        let level = Self::FINEST;
        // Of 44 bits each half fits.
        let half = |bits: u64| u32::try_from(bits & ((1 << level) - 1)).unwrap_or_default();
        Self { level, y: half(number >> level), x: half(number) }
    }

    /// Returns the number of a cell of the finest level: its row, and behind it its column.
    pub fn number(self) -> u64 {
        u64::from(self.y) << Self::FINEST | u64::from(self.x)
    }

    /// Returns the cell of a coarser level that this one is in.
    #[must_use]
    pub fn at(self, level: u8) -> Self {
        let finer = self.level - level;
        Self { level, y: self.y >> finer, x: self.x >> finer }
    }

    /// Returns the rows and columns of a finer level that this cell is made of: the first and the
    /// last.
    pub fn made_of(self, level: u8) -> [(u32, u32); 2] {
        [self.y, self.x].map(|number| finer((number, number), level - self.level))
    }

    /// Returns the coarsest level at which photos are counted of whose cells one of this level is
    /// made.
    pub fn counted_at(level: u8) -> u8 {
        let mut coarsest = Self::FINEST;
        for counted in Self::LEVELS {
            if counted >= level {
                coarsest = counted;
            }
        }
        coarsest
    }
}

/// Returns the numbers of rows or columns, from the first to the last, so many levels finer.
pub fn finer((first, last): (u32, u32), levels: u8) -> (u32, u32) {
    (first << levels, ((last + 1) << levels) - 1)
}

/// Returns the row that a parallel is in.
pub fn row(latitude: f64, level: u8) -> u32 {
    let shown = latitude.clamp(-LAST_PARALLEL, LAST_PARALLEL);
    let north = (FRAC_PI_4 + shown.to_radians() / 2.0).tan().ln();
    number(0.5 - north / (2.0 * PI), level)
}

/// Returns the column that a meridian is in.
pub fn column(longitude: f64, level: u8) -> u32 {
    number((longitude + 180.0) / 360.0, level)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "of the level's")]
fn number(share: f64, level: u8) -> u32 {
    let count = f64::from(1_u32 << level);
    (share * count).floor().clamp(0.0, count - 1.0) as u32
}

/// Returns the middle of so many photos whose rows and columns of the finest level have these sums,
/// to half a cell.
#[expect(clippy::cast_precision_loss, reason = "places need no more than 53 bits")]
pub fn middle(photos: u64, y_sum: i64, x_sum: i64) -> PlaceView {
    let count = f64::from(1_u32 << MapCell::FINEST);
    let share = |sum: i64| (sum as f64 / photos as f64 + 0.5) / count;
    let latitude = (PI * (1.0 - 2.0 * share(y_sum))).sinh().atan().to_degrees();
    let longitude = share(x_sum) * 360.0 - 180.0;
    PlaceView { latitude, longitude }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cells_are_numbered_as_tiles_are() {
        // As https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames counts them.
        let como = MapCell::of(&PlaceView { latitude: 45.98, longitude: 9.26 });
        assert_eq!(como.at(4), MapCell { level: 4, y: 5, x: 8 });
        assert_eq!(como.at(10), MapCell { level: 10, y: 364, x: 538 });
    }

    #[test]
    fn the_poles_count_for_the_edge() {
        for (latitude, y) in [(90.0, 0), (-90.0, (1 << 22) - 1)] {
            let pole = MapCell::of(&PlaceView { latitude, longitude: 180.0 });
            assert_eq!(pole, MapCell { level: 22, y, x: (1 << 22) - 1 });
        }
    }

    #[test]
    fn a_level_is_made_of_the_next_that_counts() {
        let counted = [0, 4, 5, 7, 20, 22].map(MapCell::counted_at);
        assert_eq!(counted, [4, 4, 7, 7, 22, 22]);
        let cell = MapCell { level: 4, y: 5, x: 8 };
        assert_eq!(cell.made_of(7), [(40, 47), (64, 71)]);
    }

    proptest! {
        #[test]
        fn a_place_is_in_the_middle_of_its_cell(
            latitude in -85.0..85.0,
            longitude in -180.0..180.0,
        ) {
            let cell = MapCell::of(&PlaceView { latitude, longitude });
            prop_assert_eq!(MapCell::numbered(cell.number()), cell);
            let place = middle(2, i64::from(cell.y) * 2, i64::from(cell.x) * 2);
            // Half a cell of 360 / 2^22 degrees.
            prop_assert!((place.latitude - latitude).abs() < 4.4e-5);
            prop_assert!((place.longitude - longitude).abs() < 4.4e-5);
        }
    }
}
