//! Workers that keep the record of activity in its months, and old months out of the database.

mod ensure_partitions;

pub use ensure_partitions::EnsurePartitions;
