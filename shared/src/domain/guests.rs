//! Views for guests of a share: the first members of an album's or a photo's own view.
//!
//! The hot table holds each view once, and beside it how many of its bytes are for guests, so that
//! reads for guests pass on text as reads for members do, and what is not for them cannot get there
//! by a mistake in taking a view apart (`a_view_begins_with_what_guests_see`).

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    AlbumId, Moment, PhotoId,
    view::{AlbumView, CameraView, CoverView, PhotoView, PlaceView, RenditionView, Status},
};
use crate::error::{Error, Result};

/// An album as guests see it, but for the number of photos that they see, which is put in front
/// when it is answered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "GuestAlbum")]
pub struct GuestAlbumView {
    /// The album.
    pub id: AlbumId,
    /// Its title.
    pub title: String,
    /// Its description; may be empty.
    pub description: String,
    /// The photo that stands for it; `null` while none is ready.
    pub cover: Option<CoverView>,
}

/// A photo as guests see it: nothing of its file, its owner, and what members say about it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "GuestPhoto")]
pub struct GuestPhotoView {
    /// The photo.
    pub id: PhotoId,
    /// Width in pixels when upright.
    pub width: Option<u32>,
    /// Height in pixels when upright.
    pub height: Option<u32>,
    /// The moment at which it was taken.
    pub taken_at: Moment,
    /// Minutes east of UTC where it was taken; `null` when the photo does not say.
    pub taken_offset: Option<i16>,
    /// Its caption; may be empty.
    pub caption: String,
    /// Its ThumbHash, base64.
    pub placeholder: Option<String>,
    /// Its renditions.
    pub renditions: Vec<RenditionView>,
    /// The camera that it was taken with.
    pub camera: Option<CameraView>,
    /// The place where it was taken; only of shares that show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Option<PlaceView>>,
}

impl GuestAlbumView {
    fn of(album: &AlbumView) -> Self {
        Self {
            id: album.id,
            title: album.title.clone(),
            description: album.description.clone(),
            cover: album.cover.clone(),
        }
    }

    /// Returns the number of bytes of `view`, the album's JSON, that are for guests: all but the
    /// brace that ends theirs.
    pub fn bytes_of(view: &str, album: &AlbumView) -> Result<usize> {
        begins(view, &Self::of(album))
    }
}

impl GuestPhotoView {
    #[expect(clippy::option_option, reason = "left out, `null`, or a place: three things in JSON")]
    fn of(photo: &PhotoView, place: Option<Option<PlaceView>>) -> Self {
        Self {
            id: photo.id,
            width: photo.width,
            height: photo.height,
            taken_at: photo.taken_at,
            taken_offset: photo.taken_offset,
            caption: photo.caption.clone(),
            placeholder: photo.placeholder.clone(),
            renditions: photo.renditions.clone(),
            camera: photo.camera.clone(),
            place,
        }
    }
}

/// Numbers of bytes of a photo's view that are for guests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuestViewLengths {
    /// For guests of most shares.
    pub without_place: usize,
    /// For guests of shares that show where photos were taken.
    pub with_place: usize,
}

impl GuestViewLengths {
    /// Returns how much of `view`, the photo's JSON, guests see; `None` while the photo is not
    /// ready.
    pub fn of(view: &str, photo: &PhotoView) -> Result<Option<Self>> {
        if photo.status != Status::Ready {
            return Ok(None);
        }
        let without_place = begins(view, &GuestPhotoView::of(photo, None))?;
        let with_place = begins(view, &GuestPhotoView::of(photo, Some(photo.place)))?;
        Ok(Some(Self { without_place, with_place }))
    }
}

fn begins(view: &str, guests: &impl Serialize) -> Result<usize> {
    let guests = serde_json::to_string(guests).map_err(Error::internal)?;
    let members = guests.strip_suffix('}').unwrap_or_default();
    let begins = !members.is_empty() && view.starts_with(members);
    begins
        .then_some(members.len())
        .ok_or_else(|| Error::internal("a view that does not begin with what guests see"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Shard, UserId, example};

    fn photo(status: Status, place: Option<PlaceView>) -> PhotoView {
        PhotoView {
            status,
            place,
            caption: "a \"quoted\" Fähre".to_owned(),
            name: "secret.jpg".to_owned(),
            tags: vec!["secret".to_owned()],
            ..example::photo_view()
        }
    }

    #[test]
    fn a_view_begins_with_what_guests_see() {
        for place in [None, Some(PlaceView { latitude: -0.1, longitude: 1e-7 })] {
            let photo = photo(Status::Ready, place);
            let view = serde_json::to_string(&photo).expect("JSON");
            let shown = GuestViewLengths::of(&view, &photo)
                .expect("a prefix")
                .expect("ready");
            let cut = |bytes: usize| {
                serde_json::from_str(&format!("{}}}", &view[..bytes])).expect("an object")
            };
            let without: serde_json::Value = cut(shown.without_place);
            let with: serde_json::Value = cut(shown.with_place);
            assert_eq!(without.get("place"), None);
            assert_eq!(with["place"], serde_json::to_value(place).expect("JSON"));
            assert!(!with.to_string().contains("secret"), "{with}");
        }
        let pending = photo(Status::Pending, None);
        assert_eq!(GuestViewLengths::of("", &pending).expect("nothing to read"), None);
        let album = AlbumView {
            id: AlbumId::new(Shard::random()),
            title: "}".to_owned(),
            description: String::new(),
            photo_count: 1,
            cover: None,
            owner: UserId::new(Shard::random()),
            created_at: Moment::now(),
            updated_at: Moment::now(),
            version: 1,
        };
        let view = serde_json::to_string(&album).expect("JSON");
        let guests = &view[..GuestAlbumView::bytes_of(&view, &album).expect("a prefix")];
        assert!(
            guests.ends_with("null")
                && !guests.contains("owner")
                && !guests.contains("photo_count"),
            "{guests}"
        );
    }

    #[test]
    fn a_view_that_begins_otherwise_is_shown_to_no_guest() {
        assert!(GuestViewLengths::of(r#"{"sha256":"ab"}"#, &photo(Status::Ready, None)).is_err());
    }
}
