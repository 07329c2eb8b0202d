//! `GET /v1/albums/{album}/shares`: an album's shares that have not been revoked, newest first.

use async_trait::async_trait;
use shared::{
    Result,
    domain::{AlbumId, List, example, sharing::ShareView},
    http::{Call, Doc, Reply, Route, Spec},
    stores::Library,
};

use crate::create_share::example_share;

/// The route and what it needs.
pub struct ListShares {
    /// The library.
    pub library: Library,
}

#[async_trait]
impl Route for ListShares {
    fn spec() -> Spec {
        Spec::get("/v1/albums/{album}/shares")
    }

    fn doc() -> Doc {
        Doc::new("An album's shares, newest first")
            .about("For the album's owner. Tokens are never shown again; those that have expired are listed until they are revoked.")
            .paged()
            .gives::<List<ShareView>>(200, example::list(&example_share()))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let ((limit, before), user) = (call.paging()?, call.caller().await?.user);
        let album: AlbumId = call.id("album")?;
        let page = self.library.shares_of(album, user, before, limit).await?;
        Ok(Reply::ok(&call.page(page)?))
    }
}
