//! Ids, values and rules; no I/O.

mod activity;
mod caller;
mod coordinates;
pub mod example;
pub mod export;
mod failure;
pub mod found;
pub mod guests;
pub mod id;
mod moment;
mod month;
pub mod page;
pub mod password;
mod patch;
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

pub use activity::Activity;
pub use caller::{Caller, Scope, Scopes};
pub use coordinates::{Coordinates, TimeOffset};
pub use failure::{FailureCode, FailureView};
pub use id::{
    ActivityId, AlbumId, ArchiveId, CommentId, ExportId, Fresh, PhotoId, Seed, SessionId, Shard, ShareId, UploadId,
    UserId,
};
pub use moment::Moment;
pub use month::Month;
pub use page::{Cursor, Limit, List, Page};
pub use patch::Patch;
pub use several::Several;
pub use text::clean_line;
pub use values::*;
