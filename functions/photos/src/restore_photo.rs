//! `POST /v1/photos/{photo}/restore`: takes a photo out of the trash, back to its albums.
//!
//! One transaction; a photo that is not in the trash stays as it is, and the answer is the same.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{example, view::PhotoWithMedia},
    http::{Call, Doc, Reply, Route, Spec, photos},
    stores::{MediaSigner, Projector, library::WriteAccess},
};

/// The route and what it needs.
pub struct RestorePhoto {
    /// The library and its projection.
    pub projector: Projector,
    /// Signs the query that opens images.
    pub media: MediaSigner,
}

#[async_trait]
impl Route for RestorePhoto {
    fn spec() -> Spec {
        Spec::post("/v1/photos/{photo}/restore").if_match()
    }

    fn doc() -> Doc {
        Doc::new("Take a photo out of the trash")
            .about("For the owner. It is back in the albums that it stood in.")
            .gives::<PhotoWithMedia>(
                200,
                example::with(example::photo(), &json!({"media": example::media()})),
            )
            .fails(&["not-allowed"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (id, caller) = (call.id("photo")?, call.caller().await?.user);
        let writer = WriteAccess::owner(caller).having_seen(call.if_match()?);
        let changes = self.projector.library.restore_photo(id, &writer).await?;
        self.projector.settle(&changes).await;
        photos::newest(&self.projector, &self.media, id, caller).await
    }
}
