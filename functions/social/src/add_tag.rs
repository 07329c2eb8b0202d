//! `PUT /v1/photos/{photo}/tags`: gives the photo a tag, whatever characters that has.
//!
//! One transaction changes the row and what the photo shows; what is so already stays.

use async_trait::async_trait;
use shared::{
    Result,
    domain::PhotoId,
    http::{Call, Doc, Reply, Route, Spec},
    stores::Projector,
};

use crate::WhichTag;

/// The route and what it needs.
pub struct AddTag {
    /// The library and its projection.
    pub projector: Projector,
}

#[async_trait]
impl Route for AddTag {
    fn spec() -> Spec {
        Spec::put("/v1/photos/{photo}/tags")
    }

    fn doc() -> Doc {
        Doc::new("Give a photo any tag")
            .about(
                "As `PUT /v1/photos/{photo}/tags/{tag}`, for every tag: `.` and `..` do not survive in a path, and \
                 some clients and proxies change others there.",
            )
            .asks::<WhichTag>()
            .gives_nothing(204)
            .fails(&["full", "in-trash", "invalid", "not-allowed"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let photo = call.id::<PhotoId>("photo")?;
        let WhichTag { tag } = call.query()?;
        let caller = call.caller().await?.user;
        let changes = self
            .projector
            .library
            .set_tag(photo, caller, &tag, true)
            .await?;
        self.projector.settle(&changes).await;
        Ok(Reply::no_content())
    }
}
