//! Search, trash, changes and statistics.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{AlbumId, PhotoId},
    types::{Album, Photo},
};

/// The conditions of a search: a photo has to meet all that are set.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SearchQuery<'a> {
    /// Words of captions and names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<&'a str>,
    /// A tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<&'a str>,
    /// A camera.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub camera: Option<&'a str>,
    /// The first day or moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<&'a str>,
    /// The last day or moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<&'a str>,
    /// True for favourites only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub favourite: Option<bool>,
    /// The number of photos a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
    /// The cursor of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<&'a str>,
}

/// Something in the trash.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Trashed {
    /// A photo.
    Photo {
        /// The photo.
        photo: Box<Photo>,
        /// The moment at which it went to the trash.
        deleted_at: String,
        /// The moment at which it goes for good.
        purge_at: String,
    },
    /// An album.
    Album {
        /// The album.
        album: Album,
        /// The moment at which it went to the trash.
        deleted_at: String,
        /// The moment at which it goes for good.
        purge_at: String,
    },
}

/// A page of the feed of changes.
#[derive(Clone, Debug, Deserialize)]
pub struct Changes {
    /// The newest states of what has changed.
    pub items: Vec<Change>,
    /// The cursor from which to go on, now or another day.
    pub next: String,
    /// True while there are more at once.
    pub more: bool,
}

/// The newest state of an album or photo.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Change {
    /// A photo.
    Photo {
        /// The photo's id.
        id: PhotoId,
        /// True when it is gone for good.
        deleted: bool,
        /// The moment at which it went to the trash.
        deleted_at: Option<String>,
        /// The photo, unless it is gone.
        photo: Option<Box<Photo>>,
        /// The albums in which it stands.
        albums: Vec<AlbumId>,
    },
    /// An album.
    Album {
        /// The album's id.
        id: AlbumId,
        /// True when it is gone for good.
        deleted: bool,
        /// The moment at which it went to the trash.
        deleted_at: Option<String>,
        /// The album, unless it is gone.
        album: Option<Album>,
    },
    /// A kind that this client does not know.
    #[serde(other)]
    Unknown,
}

/// The photos that a user has added and removed, by month.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Statistics {
    /// The moment up to which all is counted; none before the first count.
    pub as_of: Option<String>,
    /// The months.
    pub months: Vec<MonthStatistics>,
    /// Comments and favourites of others.
    pub received: Received,
}

/// A month in numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MonthStatistics {
    /// The month, as 2026-11.
    pub month: String,
    /// Photos that were added.
    pub photos_added: u64,
    /// Their bytes.
    pub bytes_added: u64,
    /// Photos that were removed.
    pub photos_removed: u64,
    /// Their bytes.
    pub bytes_removed: u64,
}

/// Comments and favourites that a user has received from others.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Received {
    /// Comments.
    pub comments: u64,
    /// Favourites.
    pub favourites: u64,
}
