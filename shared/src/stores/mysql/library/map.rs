//! The map of an owner's photos: how many were taken in each cell of a grid, and one of them.
//!
//! Cells of the levels that [count photos](super::map_counts) are added up: those of the rows that the
//! map has, 400 at most of the finer level, in which the index is read around the world. Read from a
//! server that has [caught up](super::caught_up).

use super::{database::Library, photo_row};
use crate::{
    domain::{
        Folder, UserId,
        map::{MapCellView, MapGrid},
        map_cell::{MapCell, finer, middle},
        view::{CoverView, PlaceView},
    },
    error::{Of, Result},
    stores::mysql::rows::from_row,
};

macro_rules! cells {
    () => {
        "SELECT CAST(x >> ? AS UNSIGNED) AS cell_x, CAST(y >> ? AS UNSIGNED) AS cell_y, \
                CAST(SUM(photos) AS UNSIGNED) AS photos, CAST(SUM(y_sum) AS SIGNED) AS y_sum, \
                CAST(SUM(x_sum) AS SIGNED) AS x_sum, MAX(newest) AS newest \
         FROM map_cells FORCE INDEX (PRIMARY) \
         WHERE owner_id = ? AND level = ? AND y BETWEEN ? AND ? \
           AND (x BETWEEN ? AND ? OR x BETWEEN ? AND ?) AND photos > 0 \
         GROUP BY cell_x, cell_y"
    };
}

pub(super) const CELLS: &str = cells!();
pub(super) const CELLS_WITH_COVERS: &str = concat!(
    "SELECT c.cell_x, c.cell_y, c.photos, c.y_sum, c.x_sum, p.id AS cover, p.latitude, \
            p.longitude, p.placeholder, p.renditions \
     FROM (",
    cells!(),
    ") c STRAIGHT_JOIN photos p FORCE INDEX (PRIMARY) ON p.id = c.newest \
     ORDER BY c.cell_y, c.cell_x"
);

from_row!(CoverView {
    photo: "cover",
    placeholder: (photo_row::placeholder),
    renditions: (photo_row::renditions),
});

/// A cell, with its newest photo.
struct CellRow {
    x: u64,
    y: u64,
    photos: u64,
    y_sum: i64,
    x_sum: i64,
    cover: CoverView,
    /// The place of the newest photo.
    place: Option<PlaceView>,
}

from_row!(CellRow {
    x: "cell_x",
    y: "cell_y",
    photos,
    y_sum,
    x_sum,
    cover: _,
    place: (photo_row::place),
});

impl From<CellRow> for MapCellView {
    fn from(row: CellRow) -> Self {
        let CellRow { x, y, photos, y_sum, x_sum, cover, place } = row;
        let of_only_one = place.filter(|_| photos == 1);
        let place = of_only_one.unwrap_or_else(|| middle(photos, y_sum, x_sum));
        Self { x, y, photos, place, cover }
    }
}

impl Library {
    /// Returns the cells in which this user's photos were taken, from the north-west on, and the
    /// folder of their images.
    pub async fn map(&self, owner: UserId, grid: &MapGrid) -> Result<(Vec<MapCellView>, Folder)> {
        let counted_at = MapCell::counted_at(grid.zoom.level());
        let levels = counted_at - grid.zoom.level();
        let rows = finer(grid.rows(), levels);
        let [first, second] = grid.columns().map(|columns| finer(columns, levels));
        let mut at = self.caught_up(owner).await?;
        let cells: Vec<CellRow> = sqlx::query_as(CELLS_WITH_COVERS)
            .bind(levels)
            .bind(levels)
            .bind(owner.uuid())
            .bind(counted_at)
            .bind(rows.0)
            .bind(rows.1)
            .bind(first.0)
            .bind(first.1)
            .bind(second.0)
            .bind(second.1)
            .fetch_all(&mut *at.connection)
            .await
            .of("library")?;
        let cells = cells.into_iter().map(MapCellView::from).collect();
        Ok((cells, at.state.folder))
    }
}
