//! Work that no request waits for: queues and schedules.

mod archive;
mod exports;
mod lifecycle;
