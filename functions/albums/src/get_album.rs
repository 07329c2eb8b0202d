//! `GET /v1/albums/{album}`: an album and its newest photos.
//!
//! Two requests to the hot table, sent at the same time: the caller's session, and the album with
//! its first page. No SQL, unless the album has not been projected.

use async_trait::async_trait;
use shared::{
    Result,
    domain::{AlbumId, view::with_members},
    error::Error,
    http::{Call, Reply, Route, Spec, photos},
    stores::{Media, PhotoKey, Projector},
};

/// The route and what it needs.
pub struct GetAlbum {
    /// The library and its projection.
    pub projector: Projector,
    /// What opens the images.
    pub media: Media,
}

#[async_trait]
impl Route for GetAlbum {
    fn spec(&self) -> Spec {
        Spec::get("/v1/albums/{album}").overlapping()
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let id: AlbumId = call.id("album")?;
        let (limit, _) = call.paging::<PhotoKey>()?;
        let (caller, (head, page)) = tokio::try_join!(call.caller(), self.projector.hot.album(id, limit))?;
        let head = self.projector.or_project(head, id).await?;
        let role = head.role_of(caller.user).ok_or(Error::NotFound { what: "album" })?;
        let photos = photos::page_json(&page);
        let media = photos::media_json(&self.media, head.owner)?;
        let members = [("role", role.json()), ("photos", photos.as_str()), ("media", media.as_str())];
        Ok(Reply::ok_raw(with_members(&head.view, &members)))
    }
}
