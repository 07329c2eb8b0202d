//! `POST /v1/photos/{photo}/comments`: a comment on a photo, in an album.
//!
//! One transaction adds the row and counts it. Repeated under its `Idempotency-Key` after a crash
//! it has the same id, so that the comment is there, and counted, once.

use async_trait::async_trait;
use http::StatusCode;
use serde_json::json;
use shared::{
    Result,
    domain::{AlbumId, CommentText, PhotoId, discovery::CommentView},
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{Accounts, Projector, library::NewComment},
};

use crate::{example_comment, named};

request! {
    /// The comment to be written.
    struct Body {
        /// Its text.
        text: CommentText,
        /// The album in which it is said; may be left out when the caller sees the photo in one
        /// album only.
        album: Option<AlbumId>,
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
            .about(
                "For whoever may see the photo. Who may see it in the same album reads the comment, and the \
                 photo's owner.",
            )
            .takes::<Body>(json!({"text": "What a view!"}))
            .gives::<CommentView>(201, example_comment())
            .fails(&["in-trash", "invalid"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (photo, Body { text, album }) = (call.id::<PhotoId>("photo")?, call.body()?);
        let (id, author) = (call.fresh(photo.shard()), call.caller().await?.user);
        let new = NewComment { id, photo, album, author, text };
        let (written, changes) = self.projector.library.create_comment(&new).await?;
        self.projector.settle(&changes).await;
        let comment = named(written, &self.accounts).await?;
        Ok(Reply::json(StatusCode::CREATED, &comment).versioned(comment.version))
    }
}
