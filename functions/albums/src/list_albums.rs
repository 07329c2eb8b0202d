//! `GET /v1/albums`: the caller's own albums, newest first.

use async_trait::async_trait;
use serde::Serialize;
use shared::{
    Result,
    domain::{
        Cursor,
        view::{AlbumView, MediaView, Role},
    },
    http::{Call, Reply, Route, Spec},
    stores::{Library, Media},
};

#[derive(Serialize)]
struct Albums {
    items: Vec<Own>,
    next: Option<Cursor>,
    media: MediaView,
}

#[derive(Serialize)]
struct Own {
    role: Role,
    #[serde(flatten)]
    album: AlbumView,
}

/// The route and what it needs.
pub struct ListAlbums {
    /// The library.
    pub library: Library,
    /// What opens the covers.
    pub media: Media,
}

#[async_trait]
impl Route for ListAlbums {
    fn spec(&self) -> Spec {
        Spec::get("/v1/albums")
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let ((limit, before), owner) = (call.paging()?, call.caller().await?.user);
        let page = self.library.albums_of(owner, before, limit).await?;
        let items = page.items.into_iter().map(|album| Own { role: Role::Owner, album }).collect();
        Ok(Reply::ok(&Albums { items, next: page.next, media: self.media.open(owner) }))
    }
}
