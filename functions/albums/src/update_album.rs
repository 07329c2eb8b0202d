//! `PATCH /v1/albums/{album}`: another title, description or cover.
//!
//! One transaction changes the row, on condition of the version in `If-Match`; run twice, it sets
//! the same again. Dying after it leaves the projection to the relay.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{AlbumId, Description, Patch, PhotoId, Title, example, view::AlbumInList},
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{
        Projector,
        library::{EditedAlbum, WriteAccess},
    },
};

request! {
    /// The changes; what is left out stays.
    struct Body {
        /// The new title.
        title: Patch<Title>,
        /// Its description.
        description: Patch<Description>,
        /// A photo of the album that is ready; `null` for its newest.
        cover: Patch<Option<PhotoId>>,
    }
}

/// The route and what it needs.
pub struct UpdateAlbum {
    /// The library and its projection.
    pub projector: Projector,
}

#[async_trait]
impl Route for UpdateAlbum {
    fn spec() -> Spec {
        Spec::patch("/v1/albums/{album}").if_match()
    }

    fn doc() -> Doc {
        Doc::new("Change an album's title, description or cover")
            .about("For its owner.")
            .takes::<Body>(json!({"title": "Summer in Como", "cover": example::PHOTO}))
            .gives::<AlbumInList>(200, example::album_in_list())
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (id, user): (AlbumId, _) = (call.id("album")?, call.caller().await?.user);
        let (writer, body) =
            (WriteAccess::owner(user).having_seen(call.if_match()?), call.body::<Body>()?);
        let edited = EditedAlbum {
            title: body.title.value().cloned(),
            description: body.description.value().cloned(),
            cover: body.cover.value().copied(),
        };
        let changes = self
            .projector
            .library
            .edit_album(id, &writer, &edited)
            .await?;
        self.projector.settle(&changes).await;
        crate::answer(&self.projector, id).await
    }
}
