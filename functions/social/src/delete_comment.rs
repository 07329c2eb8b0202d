//! `DELETE /v1/comments/{comment}`: takes a comment away.
//!
//! One transaction deletes the row and counts it off; run twice, there is no such comment.

use async_trait::async_trait;
use shared::{
    Result,
    domain::CommentId,
    http::{Call, Doc, Reply, Route, Spec},
    stores::Projector,
};

/// The route and what it needs.
pub struct DeleteComment {
    /// The library and its projection.
    pub projector: Projector,
}

#[async_trait]
impl Route for DeleteComment {
    fn spec() -> Spec {
        Spec::delete("/v1/comments/{comment}")
    }

    fn doc() -> Doc {
        Doc::new("Delete a comment")
            .about("For its author and the photo's owner.")
            .gives_nothing(204)
            .fails(&["not-allowed", "in-trash"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (id, caller) = (call.id::<CommentId>("comment")?, call.caller().await?.user);
        self.projector
            .settle(&self.projector.library.delete_comment(id, caller).await?)
            .await;
        Ok(Reply::no_content())
    }
}
