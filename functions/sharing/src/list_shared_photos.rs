//! `GET /v1/shared/{token}/photos`: a shared album's photos, newest first, to whoever has the link.
//!
//! Two round trips to the hot table: the share, then the page beside the album's head.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{
        PhotoKey, example,
        guests::GuestPhotoView,
        view::{WithMedia, with_members},
    },
    http::{Call, Doc, Reply, Route, Spec, photos},
    stores::{MediaSigner, Projector},
};

use crate::{get_shared_album::example_photo, guest};

/// The route and what it needs.
pub struct ListSharedPhotos {
    /// The library and its projection.
    pub projector: Projector,
    /// Signs the query that opens images.
    pub media: MediaSigner,
}

#[async_trait]
impl Route for ListSharedPhotos {
    fn spec() -> Spec {
        Spec::get("/v1/shared/{token}/photos").open()
    }

    fn doc() -> Doc {
        Doc::new("A shared album's photos, newest first")
            .about("For whoever has the link; with `Albumen-Share-Key` if the share takes a password. A page may be \
                    shorter than `limit`, because photos that are not ready are left out; `next` says whether it is the last.")
            .paged()
            .gives::<WithMedia<GuestPhotoView>>(
                200,
                example::with(example::list(&example_photo()), &json!({"media": example::media()})),
            )
            .fails(&["share-locked"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (limit, after) = call.paging::<PhotoKey>()?;
        let share = guest::open_lately(call, &self.projector.hot).await?;
        let (hot, who) = (&self.projector.hot, guest::audience(&share));
        let (head, page) = match after {
            None => hot.album_for(who, share.album, limit).await?,
            Some(after) => hot.photos_after_for(who, share.album, after, limit).await?,
        };
        let head = self.projector.or_project(head, share.album).await?;
        head.for_guests().ok_or(guest::NONE)?;
        let list = format!("/v1/shared/{}/photos", call.segment("token"));
        let photo_list = photos::list_json(call, &list, &page)?;
        let media = guest::media_json(&self.media, head.folder, &share)?;
        let reply = photos::reply(with_members(&photo_list, &[("media", &media)]), page);
        Ok(guest::cached(&share, reply))
    }
}
