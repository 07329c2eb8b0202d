//! The table `hot`: what must answer in one request, whatever the load.

pub mod album_views;
pub mod emails;
pub mod hot;
pub mod identities;
pub mod invited;
pub mod item;
pub mod job_cursors;
mod lately;
pub mod mail_stops;
pub mod mail_tokens;
pub mod networks;
pub mod rate_limits;
pub mod replays;
pub mod sent_mails;
pub mod sessions;
pub mod sign_ons;
pub mod statistics;
pub mod used_challenges;
