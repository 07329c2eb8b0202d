//! `GET /v1/photos/{photo}/comments`: the comments on a photo, oldest first.

use async_trait::async_trait;
use shared::{
    Result,
    domain::{List, PhotoId, example, found::CommentView},
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Accounts, Library},
};

use crate::example_comment;

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
        Doc::new("The comments on a photo, oldest first").about("For whoever may see the photo.").paged().gives::<List<
            CommentView,
        >>(
            200,
            example::list(&example_comment()),
        )
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (photo, (limit, after)) = (call.id::<PhotoId>("photo")?, call.paging()?);
        self.library.photo_role(photo, call.caller().await?.user).await?;
        let mut page = self.library.comments_of(photo, after, limit).await?;
        let authors: Vec<_> = page.items.iter().map(|comment| comment.author.id).collect();
        let names = self.accounts.names(&authors).await?;
        for comment in &mut page.items {
            comment.author.name = names.get(&comment.author.id).cloned();
        }
        Ok(Reply::ok(&call.page(page)?))
    }
}
