//! `GET /v1/map`: how many of the caller's photos were taken in each cell of a part of the map.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{
        example,
        map::{MapGrid, MapView, MapZoom},
        search::Area,
    },
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{Library, MediaSigner},
};

request! {
    /// The part of the map, and its cells.
    struct Query {
        /// `west,south,east,north`, in degrees; across the 180th meridian when west is greater than
        /// east. Of no more than 1000 cells, in 100 rows.
        bbox: Area,
        /// The level of the cells: the square that web maps show is cut into `2^zoom` columns and
        /// as many rows.
        zoom: MapZoom,
    }
}

/// The route and what it needs.
pub struct GetMap {
    /// The library.
    pub library: Library,
    /// Signs the query that opens images.
    pub media: MediaSigner,
}

#[async_trait]
impl Route for GetMap {
    fn spec() -> Spec {
        Spec::get("/v1/map")
    }

    fn doc() -> Doc {
        let cell = json!({
            "x": 16, "y": 11, "photos": 118, "place": {"latitude": 45.98, "longitude": 9.26},
            "cover": example::album()["cover"],
        });
        Doc::new("The places of the caller's photos, counted by the cells of a map")
            .about(
                "Cells of the web Mercator projection, those alone in which photos were taken, \
                 each with how many, the middle of their places, and the photo that was added \
                 last. What is in the trash does not count. `GET /v1/search` with a cell as `bbox` \
                 has the photos themselves.",
            )
            .asks::<Query>()
            .gives::<MapView>(200, json!({"items": [cell], "media": example::media()}))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let query = call.query::<Query>()?;
        let grid = MapGrid::of(query.bbox, query.zoom)?;
        let owner = call.caller().await?.user;
        let (items, folder) = self.library.map(owner, &grid).await?;
        let media = self.media.open(folder);
        Ok(Reply::ok(&MapView { items, media }))
    }
}
