//! `GET /v1/photos/{photo}/favourite`: whether the photo is a favourite of the caller's.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::PhotoId,
    http::{Call, Doc, Reply, Route, Spec},
    stores::Library,
};

#[derive(Serialize, JsonSchema)]
struct Favourite {
    /// True if the photo is a favourite of the caller's.
    favourite: bool,
}

/// The route and what it needs.
pub struct GetFavourite {
    /// The library.
    pub library: Library,
}

#[async_trait]
impl Route for GetFavourite {
    fn spec() -> Spec {
        Spec::get("/v1/photos/{photo}/favourite")
    }

    fn doc() -> Doc {
        Doc::new("Whether the photo is a favourite of the caller's")
            .gives::<Favourite>(200, json!({"favourite": true}))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (photo, user) = (call.id::<PhotoId>("photo")?, call.caller().await?.user);
        self.library.photo_role(photo, user).await?;
        Ok(Reply::ok(&Favourite { favourite: self.library.is_favourite(photo, user).await? }))
    }
}
