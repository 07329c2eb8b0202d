//! `GET /v1/photos/{photo}/original`: leads to the photo's bytes as they were uploaded, by a URL
//! that lasts five minutes.

use async_trait::async_trait;
use shared::{
    Result,
    http::{Call, Doc, Reply, Route, Spec, photos},
    stores::{Originals, Projector},
};

/// The route and what it needs.
pub struct GetOriginal {
    /// The library and its projection.
    pub projector: Projector,
    /// Originals.
    pub originals: Originals,
}

#[async_trait]
impl Route for GetOriginal {
    fn spec() -> Spec {
        Spec::get("/v1/photos/{photo}/original").overlapping()
    }

    fn doc() -> Doc {
        Doc::new("The photo's bytes as they were uploaded: leads to a URL that lasts five minutes")
            .gives_nothing(302)
            .fails(&["not-uploaded"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let photo = photos::visible(call, &self.projector).await?;
        let (original, name) = self
            .projector
            .library
            .original(photo.key.photo, photo.owner)
            .await?;
        Ok(Reply::found(&self.originals.download(&original, &name).await?))
    }
}
