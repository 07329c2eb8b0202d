//! `DELETE /v1/albums/{album}/photos/{photo}`: takes a photo out of an album; it stays in the
//! library.
//!
//! One transaction; run twice, the photo is no longer there: 404.

use async_trait::async_trait;
use shared::{
    Result,
    http::{Call, Doc, Reply, Route, Spec},
    stores::Projector,
};

/// The route and what it needs.
pub struct RemovePhotoFromAlbum {
    /// The library and its projection.
    pub projector: Projector,
}

#[async_trait]
impl Route for RemovePhotoFromAlbum {
    fn spec() -> Spec {
        Spec::delete("/v1/albums/{album}/photos/{photo}")
    }

    fn doc() -> Doc {
        Doc::new("Take a photo out of an album")
            .about("For the owner. The photo stays in its other albums, and in the library.")
            .gives_nothing(204)
            .fails(&["not-allowed", "in-trash"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (album, photo) = (call.id("album")?, call.id("photo")?);
        let caller = call.caller().await?.user;
        let changes = self
            .projector
            .library
            .remove_from_album(photo, album, caller)
            .await?;
        self.projector.settle(&changes).await;
        Ok(Reply::no_content())
    }
}
