//! `POST /v1/albums`: a new album of the caller's.
//!
//! One transaction makes the row and its outbox row; dying after it leaves the projection to the
//! relay.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{
        Description, Title, example,
        view::{AlbumInList, Role, with_members},
    },
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{Projector, library::NewAlbum},
};

request! {
    /// The album to be made.
    struct Body {
        /// Its title.
        title: Title,
        /// Its description.
        description: Option<Description>,
    }
}

/// The route and what it needs.
pub struct CreateAlbum {
    /// The library and its projection.
    pub projector: Projector,
}

#[async_trait]
impl Route for CreateAlbum {
    fn spec() -> Spec {
        Spec::post("/v1/albums")
    }

    fn doc() -> Doc {
        Doc::new("Make an album")
            .takes::<Body>(
                json!({"title": "Summer in Como", "description": "Two weeks at the lake"}),
            )
            .gives::<AlbumInList>(201, example::album_in_list())
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let Body { title, description } = call.body()?;
        let owner = call.caller().await?.user;
        let id = call.fresh(owner.shard());
        let changes = self
            .projector
            .library
            .create_album(&NewAlbum { id, owner, title, description })
            .await?;
        self.projector.settle(&changes).await;
        let album = self
            .projector
            .library
            .album(id)
            .await?
            .ok_or(Error::NotFound { what: "album" })?;
        let view = serde_json::to_string(&album).map_err(Error::internal)?;
        let view = with_members(&view, &[("role", Role::Owner.json())]);
        Ok(Reply::created_raw(&format!("/v1/albums/{}", album.id), view))
    }
}
