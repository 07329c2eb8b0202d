//! Workers that keep the record of activity in its months, and old months out of the database.

mod archive_activity;
mod ensure_partitions;
mod parquet;
mod plan_archive;

pub use archive_activity::{ArchiveActivity, ArchiveLimits, CopyRole, Fault};
pub use ensure_partitions::EnsurePartitions;
pub use plan_archive::PlanArchive;
