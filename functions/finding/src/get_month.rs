//! `GET /v1/timeline/{month}`: the caller's photos of a month, newest first.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{
        Month, example,
        view::{PhotoView, WithMedia},
    },
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Library, MediaSigner},
};

/// The route and what it needs.
pub struct GetMonth {
    /// The library.
    pub library: Library,
    /// Signs the query that opens images.
    pub media: MediaSigner,
}

#[async_trait]
impl Route for GetMonth {
    fn spec() -> Spec {
        Spec::get("/v1/timeline/{month}")
    }

    fn doc() -> Doc {
        Doc::new("The caller's photos of a month, newest first")
            .about(
                "`month`, such as `2026-07`, is that of the clock of the place where a photo was taken. Photos in the \
                 trash are left out.",
            )
            .paged()
            .gives::<WithMedia<PhotoView>>(
                200,
                example::with(example::list(&example::photo()), &json!({"media": example::media()})),
            )
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let month: Month = call.id("month")?;
        let ((limit, after), owner) = (call.paging()?, call.caller().await?.user);
        let page = call.page(
            self.library
                .photos_of_month(owner, month, after, limit)
                .await?,
        )?;
        let media = self.media.open(self.library.folder(owner).await?);
        Ok(Reply::ok(&WithMedia { page, media }))
    }
}
