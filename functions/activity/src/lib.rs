//! What was done to what is the caller's.

mod list_activity;
mod pages;

pub use list_activity::ListActivity;
pub use pages::{PageQuery, PageRequest, PageResult, Pages};
