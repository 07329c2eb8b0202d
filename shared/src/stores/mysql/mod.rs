//! The truth: three logical databases on Aurora MySQL, each with shards and an outbox or a record.

pub mod accounts;
pub mod activities;
pub mod advisory_lock;
pub mod auto_pause;
pub mod exports;
pub mod failures;
pub mod library;
pub mod outbox;
pub mod rows;
pub mod sharded;
pub mod sign_in;
