//! Views of finding photos and talking about them: months, the trash, changes, tags, comments.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    AlbumId, CommentId, Moment, PhotoId, UserId,
    view::{AlbumInList, PhotoView},
};

/// A month of the timeline.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Month")]
pub struct MonthView {
    /// The month, `2026-07`, by the clock of the place where a photo was taken.
    pub month: String,
    /// Number of photos that were taken in it.
    pub photos: u32,
}

/// A tag and how many photos have it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TagWithCount")]
pub struct TagView {
    /// The tag.
    pub tag: String,
    /// Number of the caller's photos that have it, the trash not counted.
    pub photos: u64,
}

/// A word and how many photos are found by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "WordWithCount")]
pub struct WordView {
    /// The word, in small letters and without accents.
    pub word: String,
    /// Number of the caller's photos that have it, the trash not counted.
    pub photos: u64,
}

/// Words that a search may go on with.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Suggestions")]
pub struct SuggestionsView {
    /// The words, those of most photos first.
    pub items: Vec<WordView>,
}

/// A photo or an album.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum PhotoOrAlbum {
    /// A photo.
    Photo {
        /// The photo.
        photo: Box<PhotoView>,
    },
    /// An album.
    Album {
        /// The album.
        album: Box<AlbumInList>,
    },
}

/// Something in the trash.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Trashed")]
pub struct TrashedView {
    /// The photo or album itself.
    #[serde(flatten)]
    pub what: PhotoOrAlbum,
    /// Since when it has been there.
    pub deleted_at: Moment,
    /// The moment at which it goes for good.
    pub purge_at: Moment,
}

/// The number of things that go when the trash is emptied.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[schemars(rename = "EmptiedTrash")]
pub struct EmptiedTrashView {
    /// Number of photos that are to be deleted, with what is left of earlier times.
    pub photos: u64,
    /// Number of albums that are, in the same way.
    pub albums: u64,
}

/// The newest state of a photo or an album that has changed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[schemars(rename = "Change")]
pub enum ChangeView {
    /// A photo.
    Photo {
        /// The photo.
        id: PhotoId,
        /// True if it is gone for good.
        deleted: bool,
        /// Since when it has been in the trash; `null` when it is not there.
        deleted_at: Option<Moment>,
        /// The photo; `null` when it is gone.
        photo: Option<Box<PhotoView>>,
        /// The albums that it stands in, those in the trash included.
        albums: Vec<AlbumId>,
    },
    /// An album.
    Album {
        /// The album.
        id: AlbumId,
        /// True if it is gone for good.
        deleted: bool,
        /// Since when it has been in the trash; `null` when it is not there.
        deleted_at: Option<Moment>,
        /// The album; `null` when it is gone.
        album: Option<Box<AlbumInList>>,
    },
}

/// The author of a comment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Author")]
pub struct AuthorView {
    /// The user.
    pub id: UserId,
    /// The user's name; `null` when the account is gone.
    pub name: Option<String>,
}

/// A comment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Comment")]
pub struct CommentView {
    /// The comment.
    pub id: CommentId,
    /// The photo that it is about.
    pub photo: PhotoId,
    /// The album in which it was said: who may see the photo there reads it, and the photo's
    /// owner. `null` when the photo stood in none, and once the album is gone; its owner alone
    /// reads it then.
    pub album: Option<AlbumId>,
    /// Its author.
    pub author: AuthorView,
    /// Its text.
    pub text: String,
    /// The moment at which it was written.
    pub created_at: Moment,
    /// The moment of its last change; `null` when it never was changed.
    pub edited_at: Option<Moment>,
    /// Counts its changes.
    pub version: u32,
}
