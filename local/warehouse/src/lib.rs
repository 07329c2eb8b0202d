//! Redshift's Data API on DuckDB: the warehouse of the local system, a process of its own.
//!
//! It executes the SQL that Redshift would get. [`dialect`] translates it, [`engine`] runs
//! statements one after the other, [`statement_log`] keeps each with its outcome, [`objects`] finds
//! the files of a `COPY` and [`copy`] loads them, [`migrations`] makes the tables, [`protocol`]
//! speaks to the AWS SDK. Credentials are not looked at: a process that reaches a port of this
//! machine's loopback could read the file as well.

pub mod copy;
pub mod dialect;
pub mod engine;
pub mod migrations;
pub mod objects;
pub mod protocol;
mod results;
mod runner;
pub mod statement_log;
