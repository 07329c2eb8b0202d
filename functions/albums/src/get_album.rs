//! `GET /v1/albums/{album}`: an album and its newest photos.
//!
//! Two requests to the hot table, sent at the same time: the caller's session, and the album with
//! its first page. No SQL, unless the album has not been projected. The view is counted in memory;
//! now and then a read takes the counts to the table, in a third request.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde_json::json;
use shared::{
    Result,
    domain::{
        AlbumId, Limit, PhotoKey, example,
        view::{AlbumWithPhotos, with_members},
    },
    error::Error,
    http::{Call, Doc, Reply, Route, Spec, photos},
    stores::{AlbumViews, MediaSigner, Projector},
};

/// The size of the first page.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by `Call::paging`")]
struct First {
    /// Number of photos, 1–500.
    limit: Option<Limit>,
}

/// The route and what it needs.
pub struct GetAlbum {
    /// The library and its projection.
    pub projector: Projector,
    /// Signs the query that opens images.
    pub media: MediaSigner,
    /// Counts views.
    pub views: AlbumViews,
}

#[async_trait]
impl Route for GetAlbum {
    fn spec() -> Spec {
        Spec::get("/v1/albums/{album}").overlapping()
    }

    fn doc() -> Doc {
        Doc::new("An album and its newest photos")
            .about("Further photos: `cursor` of `photos.next` at `GET /v1/albums/{album}/photos`.")
            .asks::<First>()
            .gives::<AlbumWithPhotos>(
                200,
                example::with(
                    example::album_in_list(),
                    &json!({"photos": example::list(&example::photo()), "media": example::media()}),
                ),
            )
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let id: AlbumId = call.id("album")?;
        let (limit, _) = call.paging::<PhotoKey>()?;
        let (caller, (head, page)) =
            tokio::try_join!(call.caller(), self.projector.hot.album(id, limit))?;
        let head = self.projector.or_project(head, id).await?;
        let role = head
            .role_of(caller.user)
            .ok_or(Error::NotFound { what: "album" })?;
        self.views.count(head.owner, id).await;
        let list = photos::page_json(call, id, &page)?;
        let media = photos::media_json(&self.media, head.folder)?;
        let members = [("role", role.json()), ("photos", list.as_str()), ("media", media.as_str())];
        let json = with_members(&head.view, &members);
        Ok(photos::reply(json, page).versioned(head.version))
    }
}
