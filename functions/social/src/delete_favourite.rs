//! `DELETE /v1/photos/{photo}/favourite`: the photo is no longer a favourite of the caller's.
//!
//! One transaction changes the row and the count; what is so already stays, and is counted once.

use async_trait::async_trait;
use shared::{
    Result,
    domain::PhotoId,
    http::{Call, Doc, Reply, Route, Spec},
    stores::Projector,
};

/// The route and what it needs.
pub struct DeleteFavourite {
    /// The library and its projection.
    pub projector: Projector,
}

#[async_trait]
impl Route for DeleteFavourite {
    fn spec() -> Spec {
        Spec::delete("/v1/photos/{photo}/favourite")
    }

    fn doc() -> Doc {
        Doc::new("Make a photo no favourite of the caller's")
            .about("For whoever may see the photo. Repeated, it changes nothing.")
            .gives_nothing(204)
            .fails(&["in-trash"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (photo, user) = (call.id::<PhotoId>("photo")?, call.caller().await?.user);
        self.projector
            .settle(
                &self
                    .projector
                    .library
                    .set_favourite(photo, user, false)
                    .await?,
            )
            .await;
        Ok(Reply::no_content())
    }
}
