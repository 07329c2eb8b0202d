//! Ids, values and rules; no I/O.

mod activity;
mod caller;
mod coordinates;
mod email;
pub mod example;
pub mod export;
mod failure;
pub mod file_names;
mod folder;
pub mod found;
pub mod guests;
pub mod id;
mod local_time;
mod moment;
mod month;
pub mod page;
pub mod password;
mod patch;
pub mod period;
mod photo_key;
pub mod refusal;
mod schema;
pub mod search;
mod several;
pub mod sharing;
pub mod statistics;
mod text;
pub mod token;
pub mod values;
pub mod view;
mod words;
mod zoned;

pub use activity::Activity;
pub use caller::{Caller, Scope, Scopes};
pub use coordinates::{Coordinates, TimeOffset};
pub use email::Email;
pub use failure::{FailureCode, FailureView};
pub use folder::Folder;
pub use id::{
    ActivityId, AlbumId, ArchiveId, CommentId, ExportId, Fresh, PhotoId, Seed, SessionId, Shard,
    ShareId, UploadId, UserId,
};
pub use local_time::LocalTime;
pub use moment::Moment;
pub use month::Month;
pub use page::{Cursor, Limit, List, Page};
pub use patch::Patch;
pub use photo_key::PhotoKey;
pub use several::Several;
pub use text::clean_line;
pub use values::*;
pub use zoned::ZonedMoment;
