//! `GET /v1/albums/shared-with-me`: the albums that the caller is a member of, the latest first.
//!
//! Which they are, the caller's own shard knows; what they are, and whether the caller may still
//! see them, their heads say: one request for each hundred.

use std::collections::HashMap;

use async_trait::async_trait;
use futures::future::try_join_all;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{
        AlbumId, List, UserId, example,
        view::{AlbumInList, MediaView, Role, array, with_members},
    },
    error::Error,
    http::{Call, Doc, Reply, Route, Spec, photos},
    stores::{AlbumHead, MediaSigner, Projector, library::members::SharedAt},
};

/// An album of somebody else's. Each owner's images take a `media` of their own.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SharedAlbum")]
struct SharedAlbumView {
    #[serde(flatten)]
    album: AlbumInList,
    /// The query that opens its cover.
    media: MediaView,
}

/// The route and what it needs.
pub struct ListSharedAlbums {
    /// The library and its projection.
    pub projector: Projector,
    /// Signs the query that opens covers.
    pub media: MediaSigner,
}

#[async_trait]
impl Route for ListSharedAlbums {
    fn spec() -> Spec {
        Spec::get("/v1/albums/shared-with-me")
    }

    fn doc() -> Doc {
        let album = example::with(
            example::album_in_list(),
            &json!({"role": "editor", "media": example::media()}),
        );
        Doc::new("The albums that the caller is a member of, the latest first")
            .about("A page may be shorter than `limit`, because albums in the trash are left out; `next` says whether it is the last.")
            .paged()
            .gives::<List<SharedAlbumView>>(200, example::list(&album))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let ((limit, before), user) = (call.paging::<SharedAt>()?, call.caller().await?.user);
        let page = self
            .projector
            .library
            .albums_shared_with(user, before, limit)
            .await?;
        let albums: Vec<_> = page.items.iter().map(|at| at.album).collect();
        let heads = self.heads(&albums).await?;
        let mut views = Vec::with_capacity(albums.len());
        for (head, role) in albums
            .iter()
            .filter_map(|album| visible(heads.get(album)?, user))
        {
            let media = photos::media_json(&self.media, head.folder)?;
            views.push(with_members(&head.view, &[("role", role.json()), ("media", &media)]));
        }
        let next = page.next.map(|at| call.cursor(&at)).transpose()?;
        let next = serde_json::to_string(&next).map_err(Error::internal)?;
        Ok(Reply::ok_raw(format!(r#"{{"items":{},"next":{next}}}"#, array(&views))))
    }
}

fn visible(head: &AlbumHead, user: UserId) -> Option<(&AlbumHead, Role)> {
    Some((head, head.role_of(user)?))
}

impl ListSharedAlbums {
    async fn heads(&self, albums: &[AlbumId]) -> Result<HashMap<AlbumId, AlbumHead>> {
        let found = self.projector.hot.heads(albums).await?;
        let mut heads: HashMap<_, _> = found.into_iter().map(|head| (head.album, head)).collect();
        let missing = albums
            .iter()
            .filter(|album| !heads.contains_key(album))
            .map(|album| self.projector.album(*album));
        let projected = try_join_all(missing).await?;
        heads.extend(
            projected
                .into_iter()
                .flatten()
                .map(|head| (head.album, head)),
        );
        Ok(heads)
    }
}
