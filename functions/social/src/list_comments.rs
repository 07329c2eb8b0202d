//! `GET /v1/photos/{photo}/comments`: the comments on a photo, oldest first.

use async_trait::async_trait;
use shared::{
    Result,
    domain::{AlbumId, List, PhotoId, discovery::CommentView, example},
    http::{Call, Doc, Reply, Route, Spec, both},
    request,
    stores::{Accounts, Library},
};

use crate::example_comment;

request! {
    /// The comments that are wanted.
    struct Question {
        /// Those of this album alone; else of all in which the caller may see the photo.
        album: Option<AlbumId>,
    }
}

/// The route and what it needs.
pub struct ListComments {
    /// The library.
    pub library: Library,
    /// The authors' names.
    pub accounts: Accounts,
}

#[async_trait]
impl Route for ListComments {
    fn spec() -> Spec {
        Spec::get("/v1/photos/{photo}/comments")
    }

    fn doc() -> Doc {
        Doc::new("The comments on a photo, oldest first")
            .about("For whoever may see the photo: those of the albums in which the caller may see it, its owner all.")
            .asks::<Question>()
            .paged()
            .gives::<List<CommentView>>(200, example::list(&example_comment()))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let photo = call.id::<PhotoId>("photo")?;
        let ((limit, after), Question { album }) = both(call.paging(), call.query())?;
        let viewer = call.caller().await?.user;
        let mut page = self
            .library
            .comments_for(photo, album, viewer, after, limit)
            .await?;
        let authors: Vec<_> = page.items.iter().map(|comment| comment.author.id).collect();
        let names = self.accounts.names(&authors).await?;
        for comment in &mut page.items {
            comment.author.name = names.get(&comment.author.id).cloned();
        }
        Ok(Reply::ok(&call.page(page)?))
    }
}
