//! `PUT /v1/photos/{photo}/tags/{tag}`: gives the photo a tag.
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
pub struct PutTag {
    /// The library and its projection.
    pub projector: Projector,
}

#[async_trait]
impl Route for PutTag {
    fn spec() -> Spec {
        Spec::put("/v1/photos/{photo}/tags/{tag}")
    }

    fn doc() -> Doc {
        Doc::new("Give a photo a tag")
            .about("For the owner and editors. Tags are compared without case and accents; the first to come keeps its case. A photo has at most 50.")
            .gives_nothing(204)
            .fails(&["full", "in-trash", "invalid", "not-allowed"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (photo, tag, caller) =
            (call.id::<PhotoId>("photo")?, tag(call)?, call.caller().await?.user);
        self.projector
            .settle(
                &self
                    .projector
                    .library
                    .set_tag(photo, caller, &tag, true)
                    .await?,
            )
            .await;
        Ok(Reply::no_content())
    }
}
