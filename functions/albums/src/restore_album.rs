//! `POST /v1/albums/{album}/restore`: takes an album out of the trash.
//!
//! One transaction; run twice, the second finds the album out of the trash and leaves it there.

use async_trait::async_trait;
use shared::{
    Result,
    domain::{AlbumId, example, view::AlbumInList},
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Projector, library::WriteAccess},
};

/// The route and what it needs.
pub struct RestoreAlbum {
    /// The library and its projection.
    pub projector: Projector,
}

#[async_trait]
impl Route for RestoreAlbum {
    fn spec() -> Spec {
        Spec::post("/v1/albums/{album}/restore")
    }

    fn doc() -> Doc {
        Doc::new("Take an album out of the trash")
            .about("For its owner. Its members see it again, and its shares show it again.")
            .gives::<AlbumInList>(200, example::album_in_list())
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (id, user): (AlbumId, _) = (call.id("album")?, call.caller().await?.user);
        let changes = self
            .projector
            .library
            .restore_album(id, &WriteAccess::owner(user))
            .await?;
        self.projector.settle(&changes).await;
        crate::answer(&self.projector, id).await
    }
}
