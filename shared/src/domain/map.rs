//! The map of an owner's photos: cells of the web Mercator grid, as maps on the web are cut.

use std::f64::consts::{FRAC_PI_4, PI};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
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
    /// The nearest level: at the equator its cells are ten metres wide.
    pub const NEAREST: u8 = 22;

    /// Returns the level.
    pub fn level(self) -> u8 {
        self.0
    }

    /// Returns the number of cells around the world.
    pub fn columns(self) -> f64 {
        f64::from(1_u32 << self.0)
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
    pub const MOST_CELLS: u32 = 1000;

    /// The parallel at which the map ends, in degrees: it is as high as it is wide.
    pub const LAST_PARALLEL: f64 = 85.0511;

    /// Cuts an area into cells.
    ///
    /// # Errors
    /// [`Error::Invalid`] when they are too many.
    pub fn of(area: Area, zoom: MapZoom) -> Result<Self> {
        let grid = Self { area, zoom };
        if grid.cells() > f64::from(Self::MOST_CELLS) {
            let most = Self::MOST_CELLS;
            let why = format!(
                "must have no more than {most} cells: ask for a smaller one, or a lower `zoom`"
            );
            return Err(Error::field("bbox", why));
        }
        Ok(grid)
    }

    /// Returns the number of cells that the area touches.
    fn cells(&self) -> f64 {
        let count = self.zoom.columns();
        let cell = |share: f64| (share * count).floor().min(count - 1.0);
        let (south, north) = self.area.latitudes();
        let rows = cell(from_north(south)) - cell(from_north(north)) + 1.0;
        let [first, second] = self.area.longitudes();
        let columns =
            |(west, east): (f64, f64)| cell(from_west(east)) - cell(from_west(west)) + 1.0;
        let others = if first == second { 0.0 } else { columns(second) };
        rows * (columns(first) + others)
    }
}

/// Returns how far a meridian is from the western edge of the map, of its width.
fn from_west(longitude: f64) -> f64 {
    (longitude + 180.0) / 360.0
}

/// Returns how far a parallel is from the northern edge of the map, of its height.
fn from_north(latitude: f64) -> f64 {
    let shown = latitude.clamp(-MapGrid::LAST_PARALLEL, MapGrid::LAST_PARALLEL);
    0.5 - (FRAC_PI_4 + shown.to_radians() / 2.0).tan().ln() / (2.0 * PI)
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
    /// The middle of where they were taken.
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

    fn cells(area: &str, zoom: &str) -> f64 {
        grid(area, zoom).expect("a grid").cells()
    }

    #[test]
    fn the_cells_of_an_area_are_those_that_it_touches() {
        let exactly = |cells: f64, count: u32| (cells - f64::from(count)).abs() < 0.5;
        assert!(exactly(cells("-180,-90,180,90", "0"), 1));
        assert!(exactly(cells("-180,-90,180,90", "4"), 256));
        assert!(exactly(cells("8.54,47.37,8.55,47.38", "10"), 1));
        assert!(exactly(cells("170,-1,-170,1", "3"), 4), "on both sides of the 180th meridian");
    }

    #[test]
    fn an_area_of_too_many_cells_is_refused() {
        assert!(grid("-180,-90,180,90", "5").is_err());
        assert!(grid("8.5,47.3,8.6,47.4", "22").is_err());
    }

    #[test]
    fn a_level_is_a_whole_number_of_the_scale() {
        for bad in ["", "-1", "23", "1.5", "x"] {
            assert!(MapZoom::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
