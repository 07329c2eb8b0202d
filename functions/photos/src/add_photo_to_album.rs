//! `PUT /v1/albums/{album}/photos/{photo}`: puts a photo into one more album of its owner, or moves
//! it there.
//!
//! One transaction; run twice, it finds the photo there.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{AlbumId, PhotoId, example, view::PhotoWithMedia},
    error::Error,
    http::{Call, Doc, Reply, Route, Spec, photos},
    request,
    stores::{MediaSigner, Projector},
};

request! {
    /// The way in which the photo comes to the album.
    struct Body {
        /// The album that it leaves; without it, it stays wherever it stands.
        from: Option<AlbumId>,
    }
}

/// The route and what it needs.
pub struct AddPhotoToAlbum {
    /// The library and its projection.
    pub projector: Projector,
    /// Signs the query that opens images.
    pub media: MediaSigner,
}

#[async_trait]
impl Route for AddPhotoToAlbum {
    fn spec() -> Spec {
        Spec::put("/v1/albums/{album}/photos/{photo}")
    }

    fn doc() -> Doc {
        Doc::new("Put a photo into one more album, or move it")
            .about("For the owner of the photo and of the albums. A photo stands in at most 49 albums.")
            .may_take::<Body>(json!({"from": example::ALBUM}))
            .gives::<PhotoWithMedia>(200, example::with(example::photo(), &json!({"media": example::media()})))
            .fails(&["not-allowed", "in-trash", "too-many-albums"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (album, photo): (AlbumId, PhotoId) = (call.id("album")?, call.id("photo")?);
        let caller = call.caller().await?.user;
        let from = call.optional_body::<Body>()?.and_then(|body| body.from);
        if from == Some(album) {
            return Err(Error::field("from", "must be another album"));
        }
        let changes = self
            .projector
            .library
            .add_to_album(photo, album, from, caller)
            .await?;
        self.projector.settle(&changes).await;
        photos::newest(&self.projector, &self.media, photo, caller).await
    }
}
