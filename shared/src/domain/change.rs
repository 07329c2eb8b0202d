//! Committed changes, which are to be projected.

use serde::{Deserialize, Serialize};

use super::{Activity, AlbumId, PhotoId, Shard, ShareId};

/// An album, a photo or a share that has changed, or a row for the record of activity: a message of
/// the projection queue, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Change {
    /// An album.
    Album {
        /// The album.
        id: AlbumId,
        /// The version it has since.
        version: u32,
    },
    /// A photo.
    Photo {
        /// The photo.
        id: PhotoId,
        /// The version it has since.
        version: u32,
    },
    /// A share.
    Share {
        /// The share.
        id: ShareId,
        /// The version it has since.
        version: u32,
    },
    /// A row of activity.
    Activity(Box<Activity>),
}

impl Change {
    /// The logical shard of the row.
    pub fn shard(&self) -> Shard {
        match self {
            Self::Album { id, .. } => id.shard(),
            Self::Photo { id, .. } => id.shard(),
            Self::Share { id, .. } => id.shard(),
            Self::Activity(row) => row.owner.shard(),
        }
    }
}
