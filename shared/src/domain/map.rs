//! The map of an owner's photos: cells of the web Mercator grid, as maps on the web are cut.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    map_cell::{MapCell, column, row},
    schema::schemas,
    search::Area,
    view::{CoverView, MediaView, PlaceView},
};
use crate::error::{Error, Result};

schemas! {
    MapZoom {"type": "integer", "minimum": 0, "maximum": MapZoom::NEAREST}
}

/// A level of the grid: it has `2^level` cells around the world, and as many from north to south.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct MapZoom(u8);

impl MapZoom {
    /// The nearest level.
    pub const NEAREST: u8 = MapCell::FINEST;

    /// Returns the level.
    pub fn level(self) -> u8 {
        self.0
    }
}

impl TryFrom<String> for MapZoom {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.parse() {
            Ok(level) if level <= Self::NEAREST => Ok(Self(level)),
            _ => Err(format!("must be a whole number from 0 to {}", Self::NEAREST)),
        }
    }
}

/// A part of the map, cut into cells.
#[derive(Clone, Copy, Debug)]
pub struct MapGrid {
    /// The part.
    pub area: Area,
    /// The level of its cells.
    pub zoom: MapZoom,
}

impl MapGrid {
    /// The most cells of an answer: more than a screen has room for.
    pub const MOST_CELLS: u64 = 1000;

    /// The most rows of an answer: the index has to be read along each, around the world.
    pub const MOST_ROWS: u64 = 100;

    /// Cuts an area into cells.
    ///
    /// # Errors
    /// [`Error::Invalid`] when they, or their rows, are too many.
    pub fn of(area: Area, zoom: MapZoom) -> Result<Self> {
        let grid = Self { area, zoom };
        if count(grid.rows()) > Self::MOST_ROWS {
            let most = Self::MOST_ROWS;
            let why =
                format!("must be no higher than {most} cells: ask for less, or a lower `zoom`");
            return Err(Error::field("bbox", why));
        }
        if grid.cells() > Self::MOST_CELLS {
            let most = Self::MOST_CELLS;
            let why = format!(
                "must have no more than {most} cells: ask for a smaller one, or a lower `zoom`"
            );
            return Err(Error::field("bbox", why));
        }
        Ok(grid)
    }

    /// Returns the rows that the area touches: the first and the last.
    pub fn rows(&self) -> (u32, u32) {
        let (south, north) = self.area.latitudes();
        let level = self.zoom.level();
        (row(north, level), row(south, level))
    }

    /// Returns the columns that the area touches, the first and the last: two ranges, which are one
    /// and the same unless it crosses the 180th meridian.
    pub fn columns(&self) -> [(u32, u32); 2] {
        let level = self.zoom.level();
        let columns = |(west, east)| (column(west, level), column(east, level));
        self.area.longitudes().map(columns)
    }

    /// Returns the number of cells that the area touches.
    fn cells(&self) -> u64 {
        let [first, second] = self.columns();
        let others = if first == second { 0 } else { count(second) };
        count(self.rows()) * (count(first) + others)
    }
}

/// Returns the number of cells from the first to the last.
fn count((first, last): (u32, u32)) -> u64 {
    u64::from(last - first) + 1
}

/// A cell in which photos were taken.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MapCell")]
pub struct MapCellView {
    /// Its column, from the 180th meridian eastwards: from 0 on.
    pub x: u64,
    /// Its row, from the north: from 0 on.
    pub y: u64,
    /// Number of photos that were taken in it, the trash not counted.
    pub photos: u64,
    /// The place of the only one, or the middle of their places, to ten metres.
    pub place: PlaceView,
    /// The photo that was added last.
    pub cover: CoverView,
}

/// A part of the map, with the photos that were taken there.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Map")]
pub struct MapView {
    /// The cells that have photos.
    pub items: Vec<MapCellView>,
    /// The query that opens the images.
    pub media: MediaView,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(area: &str, zoom: &str) -> Result<MapGrid> {
        let area = Area::try_from(area.to_owned()).expect("an area");
        MapGrid::of(area, MapZoom::try_from(zoom.to_owned()).expect("a level"))
    }

    fn cells(area: &str, zoom: &str) -> u64 {
        grid(area, zoom).expect("a grid").cells()
    }

    #[test]
    fn the_cells_of_an_area_are_those_that_it_touches() {
        assert_eq!(cells("-180,-90,180,90", "0"), 1);
        assert_eq!(cells("-180,-90,180,90", "4"), 256);
        assert_eq!(cells("8.54,47.37,8.55,47.38", "10"), 1);
        assert_eq!(cells("170,-1,-170,1", "3"), 4, "on both sides of the 180th meridian");
    }

    #[test]
    fn an_area_of_too_many_cells_is_refused() {
        assert!(grid("-180,-90,180,90", "5").is_err());
        assert!(grid("8.5,47.3,8.6,47.4", "22").is_err());
        assert!(grid("8.5,-10,8.5001,10", "11").is_err(), "narrow, and 116 rows");
        assert!(grid("8.5,-8,8.5001,8", "11").is_ok());
    }

    #[test]
    fn a_level_is_a_whole_number_of_the_scale() {
        for bad in ["", "-1", "23", "1.5", "x"] {
            assert!(MapZoom::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
