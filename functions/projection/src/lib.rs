//! Workers that keep the hot table equal to the library.

mod project;
mod relay_outbox;

pub use project::Project;
pub use relay_outbox::RelayOutbox;
