//! The table `hot`: what must answer in one request, whatever the load.

pub mod album_views;
pub mod emails;
pub mod hot;
pub mod item;
pub mod job_cursors;
pub mod networks;
pub mod rate_limits;
pub mod replays;
pub mod sessions;
pub mod statistics;
