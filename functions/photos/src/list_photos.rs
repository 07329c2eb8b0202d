//! `GET /v1/albums/{album}/photos`: an album's photos, newest first.
//!
//! One round trip to the hot table: session, head and page are asked for at the same time. No SQL,
//! unless the album has not been projected.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{
        AlbumId, PhotoKey, example,
        view::{PhotoView, WithMedia, with_members},
    },
    error::Error,
    http::{Call, Doc, Reply, Route, Spec, photos},
    stores::{MediaSigner, Projector},
};

/// The route and what it needs.
pub struct ListPhotos {
    /// The library and its projection.
    pub projector: Projector,
    /// Signs the query that opens images.
    pub media: MediaSigner,
}

#[async_trait]
impl Route for ListPhotos {
    fn spec() -> Spec {
        Spec::get("/v1/albums/{album}/photos").overlapping()
    }

    fn doc() -> Doc {
        Doc::new("An album's photos, newest first")
            .paged()
            .gives::<WithMedia<PhotoView>>(
                200,
                example::with(
                    example::list(&example::photo()),
                    &json!({"media": example::media()}),
                ),
            )
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let id: AlbumId = call.id("album")?;
        let (limit, after) = call.paging::<PhotoKey>()?;
        let page = async {
            match after {
                None => self.projector.hot.album(id, limit).await,
                Some(after) => self.projector.hot.photos_after(id, after, limit).await,
            }
        };
        let (caller, (head, page)) = tokio::try_join!(call.caller(), page)?;
        let head = self.projector.or_project(head, id).await?;
        head.role_of(caller.user)
            .ok_or(Error::NotFound { what: "album" })?;
        let media = photos::media_json(&self.media, head.folder)?;
        let list = photos::page_json(call, id, &page)?;
        Ok(photos::reply(with_members(&list, &[("media", &media)]), page))
    }
}
