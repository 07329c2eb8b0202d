//! Work that no request waits for: queues and schedules.

mod archive;
mod exports;
pub mod lifecycle;
