//! The record of what was done to the caller's library and account.

mod list_activity;
mod pages;

pub use list_activity::ListActivity;
pub use pages::{PageQuery, PageRequest, PageResult, Pages};
