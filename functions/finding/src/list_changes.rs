//! `GET /v1/changes`: what has changed in the caller's library, for clients that keep a copy of it.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{Cursor, discovery::ChangeView, example, view::MediaView},
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Library, MediaSigner},
};

#[derive(Serialize, JsonSchema)]
struct Changes {
    /// The newest state of what has changed, in the order of the changes.
    items: Vec<ChangeView>,
    /// The `cursor` to go on with, now or at any later time.
    next: Cursor,
    /// True if there is more at once.
    more: bool,
    /// The query that opens the images.
    media: MediaView,
}

/// The route and what it needs.
pub struct ListChanges {
    /// The library.
    pub library: Library,
    /// Signs the query that opens images.
    pub media: MediaSigner,
}

#[async_trait]
impl Route for ListChanges {
    fn spec() -> Spec {
        Spec::get("/v1/changes")
    }

    fn doc() -> Doc {
        let change = json!({
            "kind": "photo", "id": example::PHOTO, "deleted": false, "deleted_at": null, "photo": example::photo(),
            "albums": [example::ALBUM],
        });
        Doc::new("What has changed in the caller's library")
            .about(
                "Without a cursor: everything. Ask again with `next` while `more` is true, and keep the last `next` \
                 for the next time. An item is the newest state of an album or photo of the caller's own: put it in \
                 place of what you have, or take that out when it is `deleted`. What is in the trash has a \
                 `deleted_at`. An item may come again.",
            )
            .paged()
            .gives::<Changes>(
                200,
                json!({"items": [change], "next": "eyJrIjo0Mn0", "more": false, "media": example::media()}),
            )
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let ((limit, since), owner) = (call.paging::<u64>()?, call.caller().await?.user);
        let feed = self
            .library
            .changes_since(owner, since.unwrap_or(0), limit)
            .await?;
        let media = self.media.open(feed.folder);
        let next = call.cursor(&feed.next)?;
        Ok(Reply::ok(&Changes { items: feed.items, next, more: feed.more, media }))
    }
}
