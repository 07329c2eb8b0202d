//! The map of an owner's photos: how many were taken in each cell of a grid, and one of them.
//!
//! An index has the places of an owner's photos that are not in the trash, by their latitude, and
//! all else that counting takes: no row is read but those of the photos that are shown, one for
//! each cell. Read from a server that has [caught up](super::caught_up).

use super::{database::Library, photo_row};
use crate::{
    domain::{
        Folder, UserId,
        map::{MapCellView, MapGrid},
        view::{CoverView, PlaceView},
    },
    error::{Of, Result},
    stores::mysql::rows::from_row,
};

/// The parallels beyond the end of the map, of [`MapGrid::LAST_PARALLEL`], count for its edge. A
/// photo's id begins with the time at which it was announced: the greatest is the newest.
macro_rules! cells {
    () => {
        "SELECT CAST(LEAST(FLOOR((longitude + 180) / 360 * ?), ?) AS UNSIGNED) AS x, \
                CAST(FLOOR((0.5 - LN(TAN(PI() / 4 + RADIANS( \
                        GREATEST(-85.0511, LEAST(85.0511, latitude))) / 2)) / (2 * PI())) * ?) \
                    AS UNSIGNED) AS y, \
                CAST(COUNT(*) AS UNSIGNED) AS photos, \
                AVG(latitude) AS latitude, AVG(longitude) AS longitude, MAX(id) AS newest \
         FROM photos FORCE INDEX (photos_of_place) \
         WHERE owner_id = ? AND deleted_at IS NULL AND latitude >= ? AND latitude <= ? \
           AND (longitude BETWEEN ? AND ? OR longitude BETWEEN ? AND ?) \
         GROUP BY x, y"
    };
}

pub(super) const CELLS: &str = cells!();
pub(super) const CELLS_WITH_COVERS: &str = concat!(
    "SELECT c.x, c.y, c.photos, c.latitude, c.longitude, p.id AS cover, p.placeholder, \
            p.renditions \
     FROM (",
    cells!(),
    ") c STRAIGHT_JOIN photos p FORCE INDEX (PRIMARY) ON p.id = c.newest ORDER BY c.y, c.x"
);

from_row!(PlaceView { latitude, longitude });

from_row!(CoverView {
    photo: "cover",
    placeholder: (photo_row::placeholder),
    renditions: (photo_row::renditions),
});

from_row!(MapCellView { x, y, photos, place: _, cover: _ });

impl Library {
    /// Returns the cells in which this user's photos were taken, from the north-west on, and the
    /// folder of their images.
    pub async fn map(&self, owner: UserId, grid: &MapGrid) -> Result<(Vec<MapCellView>, Folder)> {
        let columns = grid.zoom.columns();
        let (south, north) = grid.area.latitudes();
        let [first, second] = grid.area.longitudes();
        let mut at = self.caught_up(owner).await?;
        let cells = sqlx::query_as(CELLS_WITH_COVERS)
            .bind(columns)
            .bind(columns - 1.0)
            .bind(columns)
            .bind(owner.uuid())
            .bind(south)
            .bind(north)
            .bind(first.0)
            .bind(first.1)
            .bind(second.0)
            .bind(second.1)
            .fetch_all(&mut *at.connection)
            .await
            .of("library")?;
        Ok((cells, at.state.folder))
    }
}
