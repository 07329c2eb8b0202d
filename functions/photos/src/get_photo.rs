//! `GET /v1/photos/{photo}`: one photo.
//!
//! Its owner gets it in one round trip to the hot table, anyone else who may see it in two. No
//! SQL, unless it has not been projected.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{
        example,
        view::{PhotoWithMedia, with_members},
    },
    http::{Call, Doc, Reply, Route, Spec, photos},
    stores::{MediaSigner, Projector},
};

/// The route and what it needs.
pub struct GetPhoto {
    /// The library and its projection.
    pub projector: Projector,
    /// Signs the query that opens images.
    pub media: MediaSigner,
}

#[async_trait]
impl Route for GetPhoto {
    fn spec() -> Spec {
        Spec::get("/v1/photos/{photo}").overlapping()
    }

    fn doc() -> Doc {
        Doc::new("A photo").gives::<PhotoWithMedia>(
            200,
            example::with(example::photo(), &json!({"media": example::media()})),
        )
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let photo = photos::visible(call, &self.projector).await?;
        let media = photos::media_json(&self.media, photo.folder)?;
        Ok(Reply::ok_raw(with_members(&photo.view, &[("media", &media)])).versioned(photo.version))
    }
}
