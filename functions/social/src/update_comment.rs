//! `PATCH /v1/comments/{comment}`: another text for a comment of the caller's own.
//!
//! One transaction sets the text; run twice, it sets the same one.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{CommentId, CommentText, discovery::CommentView},
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{Accounts, Projector},
};

use crate::{example_comment, with_author};

request! {
    /// The change of a comment.
    struct Body {
        /// The comment's text from now on.
        text: CommentText,
    }
}

/// The route and what it needs.
pub struct UpdateComment {
    /// The library, and where its activity is recorded.
    pub projector: Projector,
    /// The authors' names.
    pub accounts: Accounts,
}

#[async_trait]
impl Route for UpdateComment {
    fn spec() -> Spec {
        Spec::patch("/v1/comments/{comment}").if_match()
    }

    fn doc() -> Doc {
        Doc::new("Change a comment")
            .about("For its author, within 15 minutes.")
            .takes::<Body>(json!({"text": "What a view!"}))
            .gives::<CommentView>(200, example_comment())
            .fails(&["not-allowed", "too-late", "in-trash"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (id, Body { text }) = (call.id::<CommentId>("comment")?, call.body()?);
        let (library, caller) = (&self.projector.library, call.caller().await?.user);
        let changes = library
            .edit_comment(id, caller, &text, call.if_match()?)
            .await?;
        self.projector.settle(&changes).await;
        let comment = with_author(library, &self.accounts, id).await?;
        Ok(Reply::ok(&comment).versioned(comment.version))
    }
}
