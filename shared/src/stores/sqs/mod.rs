//! Queues: a type each, over one sender that owns the version of the messages.

pub mod archive_queue;
pub mod export_queue;
pub mod message;
pub mod projection_queue;
pub mod sender;
pub mod statistics_queue;
pub mod upload_queue;
