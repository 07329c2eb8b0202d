//! Work that no request waits for: queues and schedules.

mod exports;
mod lifecycle;
