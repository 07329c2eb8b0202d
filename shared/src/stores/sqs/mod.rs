//! Queues, as their senders see them.

pub mod archive_queue;
pub mod export_queue;
pub mod projection_queue;
pub mod statistics_queue;
pub mod upload_queue;
