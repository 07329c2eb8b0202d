//! `DELETE /v1/photos/{photo}`: puts a photo into the trash.
//!
//! One transaction; a photo that is in the trash stays there, and the answer is the same.

use async_trait::async_trait;
use shared::{
    Result,
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Projector, library::Writer},
};

/// The route and what it needs.
pub struct DeletePhoto {
    /// The library and its projection.
    pub projector: Projector,
}

#[async_trait]
impl Route for DeletePhoto {
    fn spec() -> Spec {
        Spec::delete("/v1/photos/{photo}").if_match()
    }

    fn doc() -> Doc {
        Doc::new("Put a photo into the trash")
            .about(
                "For the owner. Its albums no longer count or show it; `POST /v1/photos/{photo}/restore` brings it \
                 back to them. 204 also when it is in the trash already.",
            )
            .gives_nothing(204)
            .fails(&["not-allowed"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (id, caller) = (call.id("photo")?, call.caller().await?.user);
        let writer = Writer::owner(caller).having_seen(call.if_match()?);
        let changes = self.projector.library.trash_photo(id, &writer).await?;
        self.projector.settle(&changes).await;
        Ok(Reply::no_content())
    }
}
