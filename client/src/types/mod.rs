//! Requests and answers of the API, as far as a client reads them.
//!
//! Fields that a newer service adds are passed over, words that it adds are `Unknown`. Moments are
//! texts after RFC 3339, as the service writes them.

mod accounts;
mod administration;
mod albums;
#[cfg(test)]
mod contract;
mod exports;
mod finding;
mod photos;
mod problem;
mod shares;
mod uploads;

use serde::{Deserialize, Serialize};

pub use accounts::{BegunSession, Me, NewSession, NewUser, Quota, Usage, User};
pub use administration::{Account, AccountQuota, AccountWithUsage, SentSignUpInvitation};
pub use albums::{Album, AlbumUpdate, NewAlbum, Role};
pub use exports::{Export, ExportPart, ExportState};
pub use finding::{Change, Changes, MonthStatistics, Received, SearchQuery, Statistics, Trashed};
pub use photos::{
    Camera, Failure, KnownPhoto, KnownPhotos, Photo, PhotoUpdate, Place, Rendition, Status,
};
pub use problem::{FieldError, Problem};
pub use shares::{NewShare, Share, ShareWithToken};
pub use uploads::{
    Announced, Announcement, ArrivedPart, PartDigest, PartUpload, PartUploads, Sending,
    UploadInParts, UploadProgress, UploadWhole,
};

/// A page of a list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Page<Item> {
    /// The page's items.
    pub items: Vec<Item>,
    /// The cursor of the next page; none on the last.
    pub next: Option<String>,
}
