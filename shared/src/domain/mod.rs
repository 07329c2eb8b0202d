//! Ids, values and rules; no I/O.

mod caller;
pub mod id;
mod moment;
pub mod page;
pub mod password;
pub mod token;
pub mod values;
pub mod view;

pub use caller::Caller;
pub use id::{AlbumId, PhotoId, SessionId, Shard, UserId};
pub use moment::Moment;
pub use page::{Cursor, Limit, Page};
pub use values::*;
