//! Ids, values and rules; no I/O.

mod caller;
mod coordinates;
pub mod example;
pub mod guests;
pub mod id;
mod moment;
pub mod page;
pub mod password;
mod patch;
mod several;
pub mod sharing;
pub mod token;
pub mod values;
pub mod view;

pub use caller::{Caller, Scope, Scopes};
pub use coordinates::{Coordinates, TimeOffset};
pub use id::{AlbumId, Fresh, PhotoId, Seed, SessionId, Shard, ShareId, UploadId, UserId};
pub use moment::Moment;
pub use page::{Cursor, Limit, List, Page};
pub use patch::Patch;
pub use several::Several;
pub use values::*;
