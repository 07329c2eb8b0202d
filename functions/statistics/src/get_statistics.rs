//! `GET /v1/me/statistics`: the caller's photos, cameras, albums and years in numbers.
//!
//! One item of the hot table, as the roll-up has written it, beside the caller's session.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{example, statistics::Statistics},
    http::{Call, Doc, Reply, Route, Spec},
    stores::StatisticsItems,
};

/// The route and what it needs.
pub struct GetStatistics {
    /// The statistics that were computed.
    pub items: StatisticsItems,
}

#[async_trait]
impl Route for GetStatistics {
    fn spec() -> Spec {
        Spec::get("/v1/me/statistics")
    }

    fn doc() -> Doc {
        let received = json!({"comments": 2, "favourites": 1});
        let camera = json!({"camera": "Apple iPhone 15", "photos": 1});
        let album = json!({"album": example::ALBUM, "views": 12});
        Doc::new("The caller's statistics")
            .about(
                "Computed once a day, of everything until `as_of`; before the first time, that is \
                 `null`.",
            )
            .gives::<Statistics>(
                200,
                json!({
                    "as_of": example::MOMENT,
                    "months": [{
                        "month": "2026-07", "photos_added": 1, "bytes_added": 4_218_331,
                        "photos_removed": 0, "bytes_removed": 0,
                    }],
                    "albums": [album], "received": received, "cameras": [camera],
                    "years": [{
                        "year": 2026,
                        "photos_added": 1,
                        "bytes_added": 4_218_331,
                        "busiest_month": "2026-07",
                        "camera": camera,
                        "album": album,
                        "received": received,
                    }],
                }),
            )
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let found = self.items.find(call.caller().await?.user).await?;
        Ok(found.map_or_else(|| Reply::ok(&Statistics::default()), Reply::ok_raw))
    }
}
