//! `DELETE /v1/photos/{photo}/tags/{tag}`: takes a tag from the photo.
//!
//! One transaction changes the row and what the photo shows; what is so already stays.

use async_trait::async_trait;
use shared::{
    Result,
    domain::PhotoId,
    http::{Call, Doc, Reply, Route, Spec},
    stores::Projector,
};

use crate::tag;

/// The route and what it needs.
pub struct DeleteTag {
    /// The library and its projection.
    pub projector: Projector,
}

#[async_trait]
impl Route for DeleteTag {
    fn spec() -> Spec {
        Spec::delete("/v1/photos/{photo}/tags/{tag}")
    }

    fn doc() -> Doc {
        Doc::new("Take a tag from a photo")
            .about("For the owner and editors. Repeated, it changes nothing.")
            .gives_nothing(204)
            .fails(&["in-trash", "invalid", "not-allowed"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (photo, tag, caller) =
            (call.id::<PhotoId>("photo")?, tag(call)?, call.caller().await?.user);
        self.projector
            .settle(
                &self
                    .projector
                    .library
                    .set_tag(photo, caller, &tag, false)
                    .await?,
            )
            .await;
        Ok(Reply::no_content())
    }
}
