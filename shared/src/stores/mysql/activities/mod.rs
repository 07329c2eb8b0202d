//! The record of activity: a row a write, in the partition of its month.
//!
//! A row is inserted once: it has its id from the transaction that it tells of, and inserted again
//! it finds itself. A row that comes late could come a second time after its month was archived, so
//! its id is kept in `late`, in the same transaction, for longer than a message lives.

mod archived;
mod erasing;
mod job_files;
mod jobs;
mod partitions;
mod reading;
mod record;
mod tallies;
mod work;

pub use archived::Archived;
pub use erasing::ERASE_ARCHIVED;
pub use job_files::{ArchiveFile, RowPosition};
pub use jobs::{ArchiveJob, ArchiveJobState, ArchiveTarget};
pub use record::Activities;
pub use work::LockedJob;

/// The queries that answer with more than one row, and the index that serves each.
pub const LISTS: [(&str, &str); 5] = [
    (erasing::OWNERS, "PRIMARY"),
    (jobs::JOBS, "PRIMARY"),
    (jobs::GENERATIONS, "job_of_month"),
    (reading::OF_OWNER, "activity_of_owner"),
    (job_files::FILES, "PRIMARY"),
];
