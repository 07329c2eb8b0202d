//! `POST /v1/photos/{photo}/comments`: a comment on a photo.
//!
//! One transaction adds the row and counts it. Repeated under its `Idempotency-Key` after a crash it
//! has the same id, so that the comment is there, and counted, once.

use async_trait::async_trait;
use http::StatusCode;
use serde_json::json;
use shared::{
    Result,
    domain::{CommentText, PhotoId, found::CommentView},
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{Accounts, Projector, library::NewComment},
};

use crate::{example_comment, with_author};

request! {
    /// The comment to be written.
    struct Body {
        /// What it says.
        text: CommentText,
    }
}

/// The route and what it needs.
pub struct CreateComment {
    /// The library and its projection.
    pub projector: Projector,
    /// The authors' names.
    pub accounts: Accounts,
}

#[async_trait]
impl Route for CreateComment {
    fn spec() -> Spec {
        Spec::post("/v1/photos/{photo}/comments")
    }

    fn doc() -> Doc {
        Doc::new("Comment on a photo")
            .about("For whoever may see the photo.")
            .takes::<Body>(json!({"text": "What a view!"}))
            .gives::<CommentView>(201, example_comment())
            .fails(&["in-trash"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (photo, Body { text }) = (call.id::<PhotoId>("photo")?, call.body()?);
        let (id, author) = (call.fresh(photo.shard()), call.caller().await?.user);
        let changes = self.projector.library.comment(&NewComment { id, photo, author, text }).await?;
        self.projector.settle(&changes).await;
        let comment = with_author(&self.projector.library, &self.accounts, id).await?;
        Ok(Reply::json(StatusCode::CREATED, &comment).versioned(comment.version))
    }
}
