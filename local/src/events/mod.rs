//! Event sources: what calls a function that no request calls.

mod logs;
mod objects;
mod pattern;
mod queue;
mod schedule;

pub use logs::{Subscribed, deliver};
pub use objects::hook;
pub use pattern::Pattern;
pub use queue::poll;
pub use schedule::{Schedule, run};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// `2026-11-22T09:05:07Z`.
fn iso_time(time: OffsetDateTime) -> String {
    time.replace_nanosecond(0)
        .unwrap_or(time)
        .format(&Rfc3339)
        .unwrap_or_default()
}
