//! `GET /v1/trash`: the caller's photos and albums in the trash, latest first.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{discovery::TrashedView, example, view::WithMedia},
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Library, MediaSigner},
};

/// The route and what it needs.
pub struct ListTrash {
    /// The library.
    pub library: Library,
    /// Signs the query that opens images.
    pub media: MediaSigner,
}

#[async_trait]
impl Route for ListTrash {
    fn spec() -> Spec {
        Spec::get("/v1/trash")
    }

    fn doc() -> Doc {
        let photo = example::with(example::photo(), &json!({"deleted_at": example::MOMENT}));
        let trashed = json!({
            "kind": "photo", "photo": photo, "deleted_at": example::MOMENT, "purge_at": "2026-08-13T09:30:00.000000Z",
        });
        Doc::new("The caller's photos and albums in the trash, latest first")
            .about("They go for good at `purge_at`, unless they are restored.")
            .paged()
            .gives::<WithMedia<TrashedView>>(
                200,
                example::with(example::list(&trashed), &json!({"media": example::media()})),
            )
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let ((limit, after), owner) = (call.paging()?, call.caller().await?.user);
        let page = call.page(self.library.trash(owner, after, limit).await?)?;
        let media = self.media.open(self.library.folder(owner).await?);
        Ok(Reply::ok(&WithMedia { page, media }))
    }
}
