//! Computes and serves statistics of owners' activity.

mod compute_statistics;
mod get_statistics;
mod roll_up_statistics;

pub use compute_statistics::ComputeStatistics;
pub use get_statistics::GetStatistics;
pub use roll_up_statistics::RollUpStatistics;
