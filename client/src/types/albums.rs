//! Albums.

use serde::{Deserialize, Serialize};

use crate::ids::{AlbumId, UserId};

/// A new album.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NewAlbum<'a> {
    /// The title.
    pub title: &'a str,
    /// The description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
}

/// New values of an album; what is left out stays.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AlbumUpdate<'a> {
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'a str>,
    /// The description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
}

/// An album.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Album {
    /// The album's id.
    pub id: AlbumId,
    /// The title.
    pub title: String,
    /// The description.
    pub description: String,
    /// The number of its photos.
    pub photo_count: u32,
    /// Its owner.
    pub owner: UserId,
    /// The caller's role in it.
    pub role: Role,
    /// The moment at which it was made.
    pub created_at: String,
    /// The moment of its last change.
    pub updated_at: String,
    /// The number of its version.
    pub version: u32,
}

/// A role in an album.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The album's owner.
    Owner,
    /// May add and edit photos.
    Editor,
    /// May see them.
    Viewer,
    /// A role that this client does not know.
    #[serde(other)]
    Unknown,
}

impl Role {
    /// Returns the role's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Editor => "editor",
            Self::Viewer => "viewer",
            Self::Unknown => "unknown",
        }
    }
}
