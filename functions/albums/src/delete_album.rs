//! `DELETE /v1/albums/{album}`: puts an album into the trash.
//!
//! One transaction sets when; run twice, the second finds no album. Dying after it leaves the
//! projection, which hides the album, to the relay.

use async_trait::async_trait;
use shared::{
    Result,
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Projector, library::WriteAccess},
};

/// The route and what it needs.
pub struct DeleteAlbum {
    /// The library and its projection.
    pub projector: Projector,
}

#[async_trait]
impl Route for DeleteAlbum {
    fn spec() -> Spec {
        Spec::delete("/v1/albums/{album}").if_match()
    }

    fn doc() -> Doc {
        Doc::new("Put an album into the trash")
            .about("For its owner. Nobody sees it there, by a share neither. Its photos stay where their owner finds them.")
            .gives_nothing(204)
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let writer = WriteAccess::owner(call.caller().await?.user).having_seen(call.if_match()?);
        let changes = self
            .projector
            .library
            .trash_album(call.id("album")?, &writer)
            .await?;
        self.projector.settle(&changes).await;
        Ok(Reply::no_content())
    }
}
