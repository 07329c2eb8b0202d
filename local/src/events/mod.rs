//! Event sources: the callers of functions that no request calls.

mod filter_pattern;
mod log_delivery;
mod object_created;
mod queue;
mod schedule;

pub use filter_pattern::FilterPattern;
pub use log_delivery::{LogSubscriber, deliver_lines};
pub use object_created::object_created_hook;
pub use queue::{EventSourceMapping, poll_queue};
pub use schedule::{Schedule, run_schedule};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Formats a moment as `2026-11-22T09:05:07Z`.
fn iso_time(time: OffsetDateTime) -> String {
    let whole_seconds = time.replace_nanosecond(0).unwrap_or(time);
    whole_seconds.format(&Rfc3339).unwrap_or_default()
}
