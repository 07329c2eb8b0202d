//! `GET /v1/albums`: the caller's own albums, newest first.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{
        example,
        view::{AlbumInList, Role, WithMedia},
    },
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Library, MediaSigner},
};

/// The route and what it needs.
pub struct ListAlbums {
    /// The library.
    pub library: Library,
    /// Signs the query that opens covers.
    pub media: MediaSigner,
}

#[async_trait]
impl Route for ListAlbums {
    fn spec() -> Spec {
        Spec::get("/v1/albums")
    }

    fn doc() -> Doc {
        Doc::new("The caller's own albums, newest first")
            .paged()
            .gives::<WithMedia<AlbumInList>>(
                200,
                example::with(
                    example::list(&example::album_in_list()),
                    &json!({"media": example::media()}),
                ),
            )
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let ((limit, before), owner) = (call.paging()?, call.caller().await?.user);
        let page = self.library.albums_of(owner, before, limit).await?;
        let page = call.page(page.map(|album| AlbumInList { role: Role::Owner, album }))?;
        let media = self.media.open(self.library.folder(owner).await?);
        Ok(Reply::ok(&WithMedia { page, media }))
    }
}
