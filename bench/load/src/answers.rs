//! Answers of the API, as far as they are checked.

use serde::Deserialize;

/// The query that opens the images of an answer.
#[derive(Debug, Deserialize)]
pub struct Media {
    /// The query.
    pub query: String,
}

/// A photo in a list.
#[derive(Debug, Deserialize)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// The moment at which it was taken.
    pub taken_at: String,
    /// Its caption.
    pub caption: String,
}

/// A page of photos within another answer.
#[derive(Debug, Deserialize)]
pub struct Photos {
    /// The photos.
    pub items: Vec<Listed>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

/// A page of photos.
#[derive(Debug, Deserialize)]
pub struct PhotoPage {
    /// The photos.
    pub items: Vec<Listed>,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// The query that opens their images.
    pub media: Media,
}

/// An album, as its members see it.
#[derive(Debug, Deserialize)]
pub struct Album {
    /// Its id.
    pub id: String,
    /// The number of its version.
    pub version: u64,
    /// Its newest photos.
    pub photos: Photos,
    /// The query that opens the images.
    pub media: Media,
}

/// An album, as guests see it.
#[derive(Debug, Deserialize)]
pub struct SharedAlbum {
    /// Its id.
    pub id: String,
    /// Its newest photos.
    pub photos: Photos,
    /// The query that opens the images.
    pub media: Media,
}

/// A photo.
#[derive(Debug, Deserialize)]
pub struct Photo {
    /// Its id.
    pub id: String,
    /// Its state.
    pub status: String,
    /// The number of its version.
    pub version: u64,
    /// The query that opens its images.
    pub media: Media,
}

/// The albums and photos that have changed.
#[derive(Debug, Deserialize)]
pub struct Changes {
    /// Albums and photos.
    pub items: Vec<Changed>,
    /// The cursor from which to go on.
    pub next: String,
    /// True while there is more.
    pub more: bool,
}

/// An album or a photo that has changed.
#[derive(Debug, Deserialize)]
pub struct Changed {
    /// Its id.
    pub id: String,
}

/// The answer to an announcement.
#[derive(Debug, Deserialize)]
pub struct Announced {
    /// The photo.
    pub photo: AnnouncedPhoto,
    /// The way of its bytes.
    pub upload: Option<Upload>,
}

/// A photo that was announced.
#[derive(Debug, Deserialize)]
pub struct AnnouncedPhoto {
    /// Its id.
    pub id: String,
    /// The moment at which it was taken, as far as is known.
    pub taken_at: String,
}

/// A request that takes the bytes of a photo.
#[derive(Debug, Deserialize)]
pub struct Upload {
    /// Its URL.
    pub url: String,
    /// Its headers.
    pub headers: std::collections::BTreeMap<String, String>,
}

/// A comment.
#[derive(Debug, Deserialize)]
pub struct Comment {
    /// Its id.
    pub id: String,
    /// Its photo.
    pub photo: String,
}

/// A page of comments.
#[derive(Debug, Deserialize)]
pub struct Comments {
    /// The comments.
    pub items: Vec<Comment>,
    /// The cursor of the next page.
    pub next: Option<String>,
}
