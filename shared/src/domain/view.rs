//! Views of the API: the JSON of albums and photos, as it is answered and as the hot table holds
//! it. An image's URL is its `url`, a `?` and the `query` of the answer's `media`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AlbumId, FailureView, List, LocalTime, Moment, PhotoId, PhotoKey, UserId};

/// A viewer's role in an album.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything.
    Owner,
    /// Adds and changes photos.
    Editor,
    /// Looks.
    Viewer,
}

impl Role {
    /// Returns true if this role may do what takes at least that one.
    pub fn may(self, least: Self) -> bool {
        let rank = |role| match role {
            Self::Owner => 2,
            Self::Editor => 1,
            Self::Viewer => 0,
        };
        rank(self) >= rank(least)
    }

    /// The role's word in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Editor => "editor",
            Self::Viewer => "viewer",
        }
    }

    /// The role as JSON.
    pub fn json(self) -> &'static str {
        match self {
            Self::Owner => "\"owner\"",
            Self::Editor => "\"editor\"",
            Self::Viewer => "\"viewer\"",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        [Self::Owner, Self::Editor, Self::Viewer]
            .into_iter()
            .find(|role| role.word() == word)
            .ok_or(())
    }
}

/// An album, but for the viewer's role, which is put in front when it is answered. It begins with
/// what guests of a share see: [`super::guests`].
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Album")]
pub struct AlbumView {
    /// The album.
    pub id: AlbumId,
    /// Its title.
    pub title: String,
    /// Its description; may be empty.
    pub description: String,
    /// The photo that stands for it; `null` while none is ready.
    pub cover: Option<CoverView>,
    /// Number of photos that stand in it, whatever their status.
    pub photo_count: u32,
    /// Its owner.
    pub owner: UserId,
    /// The moment at which it was made.
    pub created_at: Moment,
    /// The moment of its last change.
    pub updated_at: Moment,
    /// Counts its changes.
    pub version: u32,
}

/// The photo that stands for an album.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Cover")]
pub struct CoverView {
    /// The photo.
    pub photo: PhotoId,
    /// Its ThumbHash, base64.
    pub placeholder: Option<String>,
    /// Its renditions.
    pub renditions: Vec<RenditionView>,
}

/// An image made of a photo: WebP, sRGB, upright, without metadata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Rendition")]
pub struct RenditionView {
    /// The long edge it was made for, in pixels: 256, 1024 or 2048. A small photo is not enlarged.
    pub size: u32,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its path on this origin.
    pub url: String,
}

/// A photo's status: how far it is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Announced; its bytes have not arrived.
    Pending,
    /// Its bytes have arrived; renditions are being made.
    Processing,
    /// Its renditions are there.
    Ready,
    /// No renditions could be made; `error` says why.
    Failed,
}

impl Status {
    /// The status's word, in the API and in the databases.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }
}

/// A photo. It begins with what guests of a share see, then the place: [`super::guests`].
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Photo")]
pub struct PhotoView {
    /// The photo.
    pub id: PhotoId,
    /// Width in pixels when upright; `null` until ready.
    pub width: Option<u32>,
    /// Height in pixels when upright; `null` until ready.
    pub height: Option<u32>,
    /// The moment at which it was taken: what the photo says, else what it was announced with,
    /// else its upload.
    pub taken_at: Moment,
    /// Minutes east of UTC where it was taken; `null` when nobody says. Its `taken_at` is then the
    /// camera's clock read as UTC. Photos are in the order and the months of that clock: of
    /// `taken_at`, so many minutes later.
    pub taken_offset: Option<i16>,
    /// Its caption; may be empty. The file's own, where nobody has said.
    pub caption: String,
    /// Its ThumbHash, base64; `null` until ready.
    pub placeholder: Option<String>,
    /// Its renditions; none until ready.
    pub renditions: Vec<RenditionView>,
    /// The camera that it was taken with.
    pub camera: Option<CameraView>,
    /// The place where it was taken.
    pub place: Option<PlaceView>,
    /// Its status: how far it is on its way.
    pub status: Status,
    /// The reason of its failure.
    pub error: Option<FailureView>,
    /// The name of its file.
    pub name: String,
    /// The size of its file in bytes.
    pub bytes: u64,
    /// The media type it was announced with.
    pub content_type: String,
    /// The SHA-256 of its file, hexadecimal.
    pub sha256: String,
    /// Its tags, sorted. The file's own keywords, where nobody has given it any.
    pub tags: Vec<String>,
    /// Number of people whose favourite it is: of those who see it in an album that the caller
    /// sees it in.
    pub favourites: u32,
    /// Number of comments on it that the caller may read.
    pub comments: u32,
    /// The moment at which it was put into the trash; `null` when it is not there.
    pub deleted_at: Option<Moment>,
    /// The moment at which it was announced.
    pub created_at: Moment,
    /// The moment of its last change.
    pub updated_at: Moment,
    /// Counts its changes.
    pub version: u32,
}

impl PhotoView {
    /// Returns where it stands in lists of photos.
    pub fn key(&self) -> PhotoKey {
        PhotoKey { taken: LocalTime::of(self.taken_at, self.taken_offset), photo: self.id }
    }
}

/// The camera that a photo was taken with.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Camera")]
pub struct CameraView {
    /// The maker.
    pub make: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The lens.
    pub lens: Option<String>,
}

/// The place where a photo was taken, in degrees of WGS 84.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Place")]
pub struct PlaceView {
    /// North is positive.
    pub latitude: f64,
    /// East is positive.
    pub longitude: f64,
}

/// The query that opens the images of an answer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Media")]
pub struct MediaView {
    /// Goes behind each image's `url` and a `?`.
    pub query: String,
    /// Until when the images can be had; ask again before.
    pub expires_at: Moment,
}

/// An album as a list shows it: with the caller's role in it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "AlbumInList")]
pub struct AlbumInList {
    /// The caller's role in it.
    pub role: Role,
    /// The album.
    #[serde(flatten)]
    pub album: AlbumView,
}

/// The shape of an album with its first page of photos, which is put together as text.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AlbumWithPhotos")]
pub struct AlbumWithPhotos {
    /// The caller's role in it.
    pub role: Role,
    /// Its newest photos.
    pub photos: List<PhotoView>,
    /// The query that opens the images.
    pub media: MediaView,
    /// The album.
    #[serde(flatten)]
    pub album: AlbumView,
}

/// The shape of a photo that is answered alone.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PhotoWithMedia")]
pub struct PhotoWithMedia {
    /// The query that opens the images.
    pub media: MediaView,
    /// The photo.
    #[serde(flatten)]
    pub photo: PhotoView,
}

/// A page of things with images of one owner.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}ListWithMedia")]
pub struct WithMedia<T> {
    /// The page.
    #[serde(flatten)]
    pub page: List<T>,
    /// The query that opens the images.
    pub media: MediaView,
}

/// One JSON object of the members of `view`, itself an object of at least one, and of `more`.
/// Views are passed on as the text that they are, not taken apart.
pub fn with_members(view: &str, more: &[(&str, &str)]) -> String {
    let members = view
        .strip_prefix('{')
        .and_then(|v| v.strip_suffix('}'))
        .unwrap_or_default();
    let mut text =
        String::with_capacity(view.len() + more.iter().map(|(_, v)| v.len() + 16).sum::<usize>());
    text.push('{');
    for (name, value) in more {
        text.extend(["\"", name, "\":", value, ","]);
    }
    text.push_str(members);
    text.push('}');
    text
}

/// A JSON array of these views.
pub fn array(views: &[String]) -> String {
    format!("[{}]", views.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_join_an_object() {
        assert_eq!(
            with_members(r#"{"a":1}"#, &[("role", "\"owner\""), ("b", "[]")]),
            r#"{"role":"owner","b":[],"a":1}"#
        );
        assert_eq!(array(&["1".to_owned(), "2".to_owned()]), "[1,2]");
    }
}
