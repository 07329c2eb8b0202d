//! Answers of Immich's API, as small as their use. The fields have stood in it since version 2.

use serde::Deserialize;

use crate::failure::{Failure, Result};

/// The version of a server.
#[derive(Deserialize)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
    pub patch: u32,
}

/// A user.
#[derive(Deserialize)]
pub struct User {
    pub id: String,
}

/// An album.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Album {
    pub id: String,
    #[serde(rename = "albumName")]
    pub title: String,
    /// Until version 2.
    owner_id: Option<String>,
    /// From version 3 on with its owner.
    #[serde(default, rename = "albumUsers")]
    members: Vec<AlbumUser>,
}

#[derive(Deserialize)]
struct AlbumUser {
    user: User,
    role: String,
}

impl Album {
    /// Returns true if it belongs to a user.
    pub fn is_of(&self, user: &str) -> bool {
        let is_owner = |member: &AlbumUser| member.role == "owner" && member.user.id == user;
        self.owner_id.as_deref() == Some(user) || self.members.iter().any(is_owner)
    }
}

/// The answer to a search.
#[derive(Deserialize)]
pub struct Found {
    pub assets: Page,
}

/// A page of a search.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    pub items: Vec<Asset>,
    next_page: Option<String>,
}

impl Page {
    /// Returns the number of the next page, if there is one.
    pub fn next(&self) -> Result<Option<u32>> {
        match &self.next_page {
            None => Ok(None),
            Some(number) => match number.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(Failure::SourceUnreachable(format!(
                    "Immich answers with \"{number}\" for a page"
                ))),
            },
        }
    }
}

/// A picture or a video.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asset {
    pub id: String,
    /// `IMAGE`, `VIDEO`, `AUDIO` or `OTHER`.
    #[serde(rename = "type")]
    pub kind: String,
    pub owner_id: String,
    pub original_file_name: String,
    pub original_mime_type: Option<String>,
    /// SHA-1 in Base64: of the bytes, or, in an external library, of the path.
    pub checksum: String,
    /// The external library that it is in.
    pub library_id: Option<String>,
    #[serde(default)]
    pub is_favorite: bool,
    #[serde(default)]
    is_archived: bool,
    #[serde(default)]
    is_trashed: bool,
    /// The moment at which it was taken.
    pub file_created_at: String,
    pub file_modified_at: String,
    /// The clock of the place at that moment, written as if it were UTC.
    pub local_date_time: String,
    #[serde(default)]
    pub exif_info: Option<Exif>,
}

impl Asset {
    /// Returns true for what a user has, and sees in their own timeline.
    pub fn is_in_timeline_of(&self, user: &str) -> bool {
        self.owner_id == user && !self.is_archived && !self.is_trashed
    }

    /// Returns true for a picture.
    pub fn is_picture(&self) -> bool {
        self.kind == "IMAGE"
    }
}

/// Facts about a picture, as people may have changed them.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exif {
    pub description: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    /// The zone of the place, if it is known.
    pub time_zone: Option<String>,
    pub file_size_in_byte: Option<u64>,
}
