//! `GET /v1/shared/{token}`: an album and its newest photos, to whoever has the link.
//!
//! Two round trips to the hot table: the share, then the album with its first page. No SQL, unless
//! the album has not been projected. The view is counted in memory, and now and then written.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use shared::{
    Result,
    domain::{
        Limit, List, Moment, PhotoKey, example,
        guests::{GuestAlbumView, GuestPhotoView},
        sharing::Share,
        view::{MediaView, with_members},
    },
    error::Error,
    http::{Call, Doc, Reply, Route, Spec, photos},
    stores::{AlbumViews, MediaSigner, Projector},
};

use crate::guest;

/// Permissions of guests.
#[derive(Serialize, JsonSchema)]
struct Granted {
    /// True if they may have originals.
    allow_original: bool,
    /// True if they see where photos were taken.
    show_location: bool,
    /// True if they may add photos.
    allow_upload: bool,
    /// The moment at which the link ends; `null` for never.
    expires_at: Option<Moment>,
}

/// An album to guests.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AlbumForGuests")]
struct Shown {
    #[serde(flatten)]
    album: GuestAlbumView,
    /// Number of photos that guests see: those that are ready.
    photo_count: u32,
    /// Their permissions.
    share: Granted,
    /// Its newest photos.
    photos: List<GuestPhotoView>,
    /// The query that opens the images.
    media: MediaView,
}

/// The size of the first page.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by `Call::paging`")]
struct First {
    /// Number of photos, 1–500.
    limit: Option<Limit>,
}

/// The route and what it needs.
pub struct GetSharedAlbum {
    /// The library and its projection.
    pub projector: Projector,
    /// Signs the query that opens images.
    pub media: MediaSigner,
    /// Counts views.
    pub views: AlbumViews,
}

#[async_trait]
impl Route for GetSharedAlbum {
    fn spec() -> Spec {
        Spec::get("/v1/shared/{token}").open()
    }

    fn doc() -> Doc {
        let more = json!({
            "share": {"allow_original": false, "show_location": false, "allow_upload": false, "expires_at": null},
            "photos": example::list(&example_photo()), "media": example::media(),
        });
        Doc::new("A shared album and its newest photos")
            .about(
                "For whoever has the link; with `Albumen-Share-Key` if the share takes a password. Photos that are \
                    not ready are left out. Further photos: `cursor` of `photos.next` at `/v1/shared/{token}/photos`.",
            )
            .asks::<First>()
            .gives::<Shown>(200, example::with(example_album(), &more))
            .fails(&["share-locked"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (limit, _) = call.paging::<PhotoKey>()?;
        let share = guest::open_lately(call, &self.projector.hot).await?;
        let (head, page) = self
            .projector
            .hot
            .album_for(guest::audience(&share), share.album, limit)
            .await?;
        let head = self.projector.or_project(head, share.album).await?;
        let album = head.for_guests().ok_or(guest::NONE)?;
        self.views.count(head.owner, share.album).await;
        let list = format!("/v1/shared/{}/photos", call.segment("token"));
        let photo_list = photos::list_json(call, &list, &page)?;
        let (media, granted) =
            (guest::media_json(&self.media, head.folder, &share)?, granted(&share)?);
        let members = [
            ("share", granted.as_str()),
            ("photos", photo_list.as_str()),
            ("media", media.as_str()),
        ];
        let reply = photos::reply(with_members(&album, &members), page);
        Ok(guest::cached(&share, reply))
    }
}

fn granted(share: &Share) -> Result<String> {
    let granted = Granted {
        allow_original: share.allows.originals,
        show_location: share.allows.places,
        allow_upload: share.allows.uploads,
        expires_at: share.expires_at,
    };
    serde_json::to_string(&granted).map_err(Error::internal)
}

/// The members of `value` with these names.
fn only(value: &Value, names: &[&str]) -> Value {
    names
        .iter()
        .map(|name| ((*name).to_owned(), value[*name].clone()))
        .collect()
}

fn example_album() -> Value {
    only(&example::album(), &["id", "title", "description", "photo_count", "cover"])
}

/// A photo to guests, for the documentation.
pub(crate) fn example_photo() -> Value {
    let names = [
        "id",
        "width",
        "height",
        "taken_at",
        "taken_offset",
        "caption",
        "placeholder",
        "renditions",
        "camera",
    ];
    only(&example::photo(), &names)
}
