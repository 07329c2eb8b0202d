//! The warehouse, and what it is asked.

pub mod archived_activity;
pub mod loading;
pub mod tallies;
pub mod warehouse;
